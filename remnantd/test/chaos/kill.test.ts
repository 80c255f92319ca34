// R1 and R2 under kill -9: a thousand crash dumps asked for while the process is killed at every one of its steps, with a
// bus that loses and repeats, and a wall clock that jumps by an hour. Afterwards every action has one outcome, no NMI was
// sent twice, none after its deadline, and what is said of each agrees with what reached the guest.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openStore } from '../../src/db/store.ts';
import { readNmis } from '../../src/drivers/sim/nmi-journal.ts';
import type { Outcome } from '../../src/model/command.ts';
import { ChaosCaller, untilSettled } from './caller.ts';
import type { Doom } from './lives.ts';
import { IMMORTAL, startLife } from './lives.ts';
import { HOSTS, STEPS } from './mortal.ts';
import { pick, seeded } from './random.ts';

const ACTIONS = 1_000;
const SERVERS = 120;
const SEED = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 1_000_000));
const HOUR = 3_600_000;
const BOUNDS = {
  commands: { deadline: 2, answer: 2, grant_valid: 1 },
  dumps: { react: 2, crash_kernel: 2, stall: 2, finish: 2, reboot: 2, find: 2, whole: 10 },
};

const dir = mkdtempSync(join(tmpdir(), 'remnant-chaos-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it(`asks for ${ACTIONS} dumps through kills (CHAOS_SEED=${SEED})`, async () => {
  const random = seeded(SEED);
  const caller = new ChaosCaller(dir, random);
  const immortal: Doom = { ...IMMORTAL, seed: SEED, bounds: BOUNDS };

  const first = await startLife(dir, immortal);
  if (first.life === null) throw new Error('the first life did not begin');
  await caller.makeServers(first.life.url, SERVERS);
  first.life.kill();
  await first.life.over;

  // Every step gets its turn, again and again, in an order that follows from the seed.
  const deaths = new Map<string, number>();
  let turn = 0;
  while (caller.accepted < ACTIONS || deaths.size < STEPS.length) {
    const step = STEPS[turn % STEPS.length] ?? null;
    turn += 1;
    const doom: Doom = {
      step,
      count: 1 + Math.floor(random() * 25),
      seed: Math.floor(random() * 1e9),
      offsetMs: pick(random, [0, 0, HOUR, -HOUR]),
      // A host that is away keeps to itself what it did: that must end as unknown, not as anything that was not seen.
      absent: pick(random, [null, ...HOSTS]),
      bounds: BOUNDS,
    };
    const { life, diedAt } = await startLife(dir, doom);
    const end = life === null ? diedAt : await caller.callUntilOver(life);
    if (end !== null) deaths.set(end, (deaths.get(end) ?? 0) + 1);
  }

  const last = await startLife(dir, immortal);
  if (last.life === null) throw new Error('the last life did not begin');
  const store = await openStore(`sqlite:${join(dir, 'remnant.db')}`);
  await untilSettled(store);
  last.life.kill();
  await last.life.over;

  const rows = await store.read
    .selectFrom('commands')
    .innerJoin('instance_actions', 'instance_actions.seq', 'commands.action_seq')
    // What follows a panic is another event of the same action.
    .leftJoin('action_events', (on) =>
      on
        .onRef('action_events.action_seq', '=', 'commands.action_seq')
        .onRef('action_events.event', '=', 'commands.event'),
    )
    .leftJoin('dumps', 'dumps.command_id', 'commands.id')
    .select(['commands.id', 'commands.state', 'commands.outcome', 'commands.deadline', 'action_events.result'])
    .select(['action_events.finish_time', 'dumps.verdict', 'dumps.ended_at'])
    .where('commands.kind', '=', 'inject-nmi')
    .execute();
  const actions = await store.read
    .selectFrom('instance_actions')
    .select('request_id')
    .where('action', '=', 'trigger_crash_dump')
    .execute();
  const nmis = readNmis(join(dir, 'sim'));
  const sent = new Map<string, number>();
  for (const nmi of nmis) sent.set(nmi.command, (sent.get(nmi.command) ?? 0) + 1);

  // Nothing accepted was lost.
  const known = new Set(actions.map((action) => action.request_id));
  expect([...caller.acceptedIds].filter((id) => !known.has(id))).toEqual([]);
  expect(rows.length).toBe(actions.length);
  // R1: one outcome each.
  expect(rows.filter((row) => row.state !== 'done' || row.result === null || row.finish_time === null)).toEqual([]);
  expect(rows.filter((row) => row.ended_at === null || row.verdict === null)).toEqual([]);
  // R2: never twice, never late.
  expect([...sent].filter(([, times]) => times > 1)).toEqual([]);
  const deadlines = new Map(rows.map((row) => [row.id, row.deadline]));
  expect(nmis.filter((nmi) => nmi.mono > (deadlines.get(nmi.command) ?? 0))).toEqual([]);
  // R3: what is said agrees with what reached the guests.
  const told = rows.map((row) => ({ id: row.id, outcome: JSON.parse(row.outcome ?? 'null') as Outcome }));
  expect(told.filter(({ id, outcome }) => outcome.result === 'success' && sent.get(id) !== 1)).toEqual([]);
  expect(told.filter(({ id, outcome }) => outcome.result === 'error' && sent.has(id))).toEqual([]);
  expect(rows.filter((row) => row.verdict === 'not_sent' && sent.has(row.id))).toEqual([]);
  // The run was worth its name.
  expect(rows.length).toBeGreaterThanOrEqual(ACTIONS);
  expect([...deaths.keys()].toSorted()).toEqual([...STEPS].toSorted());
  const by = (result: string) => told.filter(({ outcome }) => outcome.result === result).length;
  process.stdout.write(
    `chaos: seed ${SEED}, ${rows.length} actions, ${[...deaths.values()].reduce((a, b) => a + b, 0)} deaths; ` +
      `${by('success')} success, ${by('error')} error, ${by('unknown')} unknown; ${nmis.length} NMIs, 0 twice, 0 late\n`,
  );
  await store.close();
});
