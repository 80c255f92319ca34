// Fifty thousand random requests over every operation of every root, from several people (R7). FUZZ_SEED draws others.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzz, TARGETS } from '../api/fuzz.ts';
import type { FuzzWorld } from '../api/fuzz-world.ts';
import { openFuzzWorld } from '../api/fuzz-world.ts';

const TOTAL = 50_000;
const EACH = Math.ceil(TOTAL / TARGETS.length);
/** Those of which no random request is ever done, with the reason. */
const NEVER_DONE: Readonly<Record<string, string>> = {
  'servers.inject-nmi': 'no host answers here',
  'servers.inject-nmi-put': 'no host answers here',
  'servers.get-console-output': 'no host answers here',
  'artefacts.download': 'there is no file here',
  'artefacts.check': 'there is no file here',
  'artefacts.delete': 'there is no file here',
  'artefacts.dmesg': 'there is no file here',
  'servers.resize': 'no host is up here',
  'servers.confirm-resize': 'no server here was resized',
  'servers.revert-resize': 'no server here was resized',
  'os-hypervisors.uptime': 'no host is up here',
  'flavors.update-extra-spec': 'a path and a body are not drawn with the same key',
  'os-hosts.startup': 'no driver can',
  'os-hosts.shutdown': 'no driver can',
  'os-hosts.reboot': 'no driver can',
  'users.change-password': 'nobody guesses a password',
};
const counts = new Map<string, number>();
let world: FuzzWorld;

beforeAll(async () => {
  world = await openFuzzWorld();
});
afterAll(async () => {
  await world.close();
  expect(world.remnant.errors).toEqual([]);
});

test.each(TARGETS.map((target) => [target.id, target] as const))('%s', async (id, target) => {
  const statuses = await fuzz(world, target, EACH);
  const sent = [...statuses.values()].reduce((sum, count) => sum + count, 0);
  counts.set(id, sent);
  expect(sent).toBeGreaterThanOrEqual(EACH);
  const done = [...statuses.keys()].some((status) => status < 400);
  expect(done, JSON.stringify([...statuses])).toBe(NEVER_DONE[id] === undefined);
});

test('fifty thousand in all', () => {
  expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(TOTAL);
});
