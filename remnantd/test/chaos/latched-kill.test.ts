// R1 and R3 for an NMI that waits in a paused guest, under kill -9: the process dies as it lets the guest go on, and nobody sees
// what the guest does then. Its dump ends all the same, and says no more than was found.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/db/store.ts';
import { readNmis } from '../../src/drivers/sim/nmi-journal.ts';
import { waitFor } from '../harness/wait-for.ts';
import { HEADERS, post, putImage, untilSettled } from './caller.ts';
import { askForDump, makeDumpServers } from './dump-caller.ts';
import { IMMORTAL, startLife } from './lives.ts';

/** Bounds that a slow machine keeps. */
const BOUNDS = {
  commands: { deadline: 10, answer: 10, grant_valid: 5 },
  dumps: { react: 10, crash_kernel: 10, stall: 10, finish: 10, reboot: 10, find: 10, whole: 60 },
};

/** What a guest does when it goes on, and what may be said of it when nobody saw that. */
const TRUE_OF: Readonly<Record<string, readonly string[]>> = {
  panics: ['panicked_without_dump', 'unknown'],
  ignores: ['ignored', 'unknown'],
  hangs: ['unknown'],
};

it.each(['unpause:before', 'unpause:after'])('ends when the process dies at %s', { timeout: 300_000 }, async (step) => {
  const dir = mkdtempSync(join(tmpdir(), 'remnant-chaos-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  putImage(dir);
  const live = async () => {
    const { life } = await startLife(dir, { ...IMMORTAL, seed: 1, bounds: BOUNDS });
    if (life === null) throw new Error('a life did not begin');
    onTestFinished(() => life.kill());
    return life;
  };

  const first = await live();
  const servers = await makeDumpServers(first.url, Object.keys(TRUE_OF));
  first.kill();
  await first.over;
  for (const server of servers) {
    const life = await live();
    const action = (what: string) => post(life.url, `/v2.1/servers/${server.id}/action`, { [what]: null });
    expect((await action('pause')).status).toBe(202);
    const waits = async (path: string, wanted: RegExp) =>
      wanted.test(await (await fetch(`${life.url}${path}`, { headers: HEADERS })).text());
    await waitFor('the guest to be paused', () => waits(`/v2.1/servers/${server.id}`, /"PAUSED"/), 60_000);
    expect(await askForDump(life.url, server)).toBe(202);
    const dumps = `/remnant/v1/servers/${server.id}/dumps`;
    await waitFor('the NMI to be held', () => waits(dumps, /"waits_for":"resume"/), 60_000);
    await life.arm(step, 1);
    await action('unpause').catch(() => null);
    expect(await life.over).toBe(step);
  }

  const last = await live();
  const store = await openStore(`sqlite:${join(dir, 'remnant.db')}`);
  onTestFinished(() => store.close());
  // An unpause that was not made is made again by its owner.
  const rows = () => store.read.selectFrom('dumps').selectAll().execute();
  if (step === 'unpause:before') {
    await waitFor(
      'each unpause to be over',
      async () => {
        const open = store.read.selectFrom('commands').select('id').where('state', '!=', 'done');
        return (await open.execute()).length === 0;
      },
      60_000,
    );
    for (const row of await rows()) await post(last.url, `/v2.1/servers/${row.server_id}/action`, { unpause: null });
  }
  await untilSettled(store, 120_000);
  last.kill();
  await last.over;

  const names = await store.read.selectFrom('servers').select(['id', 'name']).execute();
  const doing = new Map(names.map((row) => [row.id, row.name]));
  const ended = (await rows()).map(({ server_id: id, verdict, reason }) => ({
    of: doing.get(id) ?? '',
    verdict,
    reason,
  }));
  expect(ended).toHaveLength(3);
  expect(ended.filter(({ of, verdict }) => !TRUE_OF[of]?.includes(verdict ?? ''))).toEqual([]);
  const nmis = readNmis(join(dir, 'sim')).map(({ guest }) => guest);
  expect(nmis.toSorted()).toEqual([...doing.keys()].toSorted());
});
