// `remnant server readiness` as a user runs it: the table, what is to be done, and the exit code.

import type { ReadinessShowReply } from '@remnant/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cli } from './cli.ts';
import { startCli } from './cli.ts';

let cli: Cli;

beforeAll(async () => {
  cli = await startCli();
  const create = ['server', 'create', '--image', 'tiny', '--flavor', 'small', '--wait'];
  await cli.json([...create, 'ready', '--property', 'sim_behaviour=kdump']);
  await cli.json([...create, 'io', '--property', 'sim_behaviour=kdump', '--property', 'sim_nmi=io']);
}, 60_000);
afterAll(() => cli.stop());

test('a server that is ready: every item with its mark and its age, and exit code 0', async () => {
  const { code, out, err } = await cli.run(['server', 'readiness', 'ready', '--refresh']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/\| crash_kernel +\| green +\| yes +\| a crash kernel is loaded +\| \d+ s ago/);
  expect(out).toMatch(/\| host +\| green +\| yes +\| the host is UP +\| now/);
  expect(out).toContain('green: an NMI now would most probably give a dump handed to the host');
});

test('one that is not: what is wrong, what to do, and exit code 4', async () => {
  const { code, out, err } = await cli.run(['server', 'readiness', 'io', '--refresh']);
  expect([code, err]).toEqual([4, '']);
  expect(out).toMatch(/\| nmi_panic +\| amber +\| yes +\| panic_on_io_nmi alone does not make it panic/);
  expect(out).toMatch(/What to do:\n(.*\n)* {2}nmi_panic: echo 'kernel\.unknown_nmi_panic = 1' > \/etc\/sysctl\.d/);
  expect(out).toContain('amber: an NMI now would most probably give nothing: the guest ignores NMIs');
});

test('as JSON it is what the API answers', async () => {
  const found = await cli.json<ReadinessShowReply['readiness']>(['server', 'readiness', 'ready', '--refresh']);
  expect(found).toMatchObject({ state: 'green', expected: 'host_dump', says: 'a dump handed to the host' });
  expect(found.items.map(({ state }) => state)).not.toContain('unknown');
});

test('a server that is not there is a failure, not a verdict', async () => {
  const { code, out } = await cli.run(['server', 'readiness', 'nobody']);
  expect([code, out]).toEqual([1, '']);
});
