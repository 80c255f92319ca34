// A dump waits for its guest's memory, takes in what becomes of it, and is not moved by what is of another command.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BOUNDS } from '../../test/harness/dump-bounds.ts';
import { serverRow } from '../../test/harness/server-rows.ts';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { testClock } from '../../test/harness/test-clock.ts';
import { commandsOf, findCommand, insertCommand } from '../db/commands.ts';
import { evidenceOf, findDump, insertDump } from '../db/dumps.ts';
import { insertAction } from '../db/instance-actions.ts';
import { insertServer, patchServer } from '../db/servers.ts';
import { openStore } from '../db/store.ts';
import type { CommandBounds } from '../dispatch/queue-command.ts';
import { RowDates } from '../dispatch/row-dates.ts';
import type { Outcome } from '../model/command.ts';
import type { DumpWishes, MemoryWish } from '../model/dump-wishes.ts';
import type { CommandId, DumpId, HostName, ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { POWER_STATE } from '../model/power-state.ts';
import type { EvidenceFacts, EvidenceKind } from '../model/wire.ts';
import { endOverdueDumps } from './dump-bounds.ts';
import { dumpEvidenceSink, dumpOutcomeSink } from './dump-sinks.ts';
import { endForced } from './end-forced.ts';
import type { FollowDeps } from './follow-dump.ts';
import { UnheardDumps } from './unheard-dumps.ts';

const HOST = asId<HostName>('h');
const SENT: Outcome = { result: 'success', meaning: 'exactly-asked' };
const DONE: Outcome = { result: 'success' };
const REFUSED: Outcome = { result: 'error', reason: 'no NMIs', details: 'x', faultCode: 500 };
const SILENT: Outcome = { result: 'unknown', reason: 'the host did not say what came of it' };

interface Wanted {
  readonly memory?: MemoryWish;
  readonly nmi?: boolean;
  readonly calls?: readonly string[];
  readonly mostPerProject?: number;
}

/** A dump whose command was queued, in a real database. */
async function setUp({
  memory = 'fallback',
  nmi = true,
  calls = ['dump-memory'],
  mostPerProject = 2 ** 40,
}: Wanted = {}) {
  const clock = testClock();
  clock.freeze();
  const store = await openStore(`sqlite:${join(tempDir(), 'remnant.db')}`);
  onTestFinished(() => store.close());
  const bounds = { deadlineMs: 30_000, answerMs: { 'dump-memory': 1_000 } } as unknown as CommandBounds;
  const rung: CommandId[] = [];
  const speaks = () => calls.includes('dump-memory');
  const asking = {
    bounds,
    speaks,
    mostPerProject,
    onQueued: (_: unknown, { id }: { id: CommandId }) => void rung.push(id),
  };
  const deps: FollowDeps = { clock, bounds: BOUNDS, memory: asking };
  const server = await store.transaction((tx) => insertServer(tx, serverRow({ host: HOST })));
  const command = asId<CommandId>(randomUUID());
  const id = asId<DumpId>(randomUUID());
  const wishes: DumpWishes = { nmi, memory, afterPanic: 'keep', evidence: false, forceReason: null };
  await store.transaction(async (tx) => {
    const { id: serverId, projectId } = server;
    const requestId = asId<typeof server.id>('req') as never;
    const action = { serverId, requestId, action: 'a', userId: asId<never>('u'), projectId, startTime: 1 };
    const actionSeq = await insertAction(tx, action);
    const order = { kind: nmi ? 'inject-nmi' : 'dump-memory' } as const;
    const bound = { createdAt: 1, epoch: clock.epoch, deadline: 1, allowedMs: 1, answerBy: 1 };
    await insertCommand(tx, { id: command, serverId, host: HOST, actionSeq, event: 'e', order, ...bound });
    const named = { id, serverId, projectId, requestId, commandId: command, host: HOST, requestedAt: 1 };
    await insertDump(tx, { ...named, ...wishes });
  });
  const [outcomeSink, evidenceSink] = [dumpOutcomeSink(deps), dumpEvidenceSink(deps)];
  let position = 0;
  const dump = async () => {
    const found = await findDump(store.read, server.id, id);
    if (found === null) throw new Error('there is no dump');
    return found;
  };
  return {
    clock,
    store,
    deps,
    server,
    command,
    rung,
    dump,
    memoryCommand: async () => (await dump()).memoryDump?.command ?? asId<CommandId>('none'),
    /** Ends a command; `granted` false: its host never took it. */
    end: (of: CommandId, outcome: Outcome, granted = true) =>
      store.transaction(async (tx) => {
        const row = await findCommand(tx, of);
        if (row !== null) await outcomeSink(tx, { ...row, grantedAt: granted ? 1 : null }, outcome);
      }),
    see: (
      kind: EvidenceKind,
      more: { of?: CommandId; facts?: EvidenceFacts; host?: HostName; server?: ServerId } = {},
    ) =>
      store.transaction((tx) => {
        position += 1;
        const of = kind === 'nmi-asked' ? command : more.of;
        const entry = { seq: position, server: more.server ?? server.id, kind, detail: `${kind} detail`, at: 1 };
        const told = {
          ...entry,
          ...(of === undefined ? {} : { command: of }),
          ...(more.facts ? { facts: more.facts } : {}),
        };
        return evidenceSink(tx, { host: more.host ?? HOST, journal: 'j' }, told);
      }),
    overdue: () =>
      endOverdueDumps({
        ...deps,
        store,
        dates: new RowDates(clock),
        unheard: new UnheardDumps(clock, () => true),
        onError,
      }),
    forget: () => store.transaction((tx) => patchServer(tx, server.id, { powerState: POWER_STATE.shutdown })),
  };
}

type Bench = Awaited<ReturnType<typeof setUp>>;

function onError(what: string, error: unknown): never {
  throw new Error(what, { cause: error });
}

/** A guest that panicked, and what its owner wishes then. */
async function panicked(wanted: Wanted = {}): Promise<Bench> {
  const bench = await setUp(wanted);
  await bench.see('nmi-asked');
  await bench.end(bench.command, SENT);
  await bench.see('panicked');
  return bench;
}

describe('a dump with its verdict', () => {
  it('asks for the memory once, rings, and waits however long that takes', async () => {
    const bench = await panicked();
    const waiting = await bench.dump();
    expect(waiting).toMatchObject({ verdict: 'panicked_without_dump', wait: 'memory', phase: 'reacted', due: null });
    expect(waiting.memoryDump).toMatchObject({ state: 'queued', command: bench.rung[0] });
    await bench.see('panicked');
    expect(bench.rung).toHaveLength(1);
    bench.clock.advance(10 * BOUNDS.whole);
    await bench.overdue();
    expect((await bench.dump()).endedAt).toBeNull();
    const of = await bench.memoryCommand();
    expect((await commandsOf(bench.store.read, bench.server.id)).map(({ order }) => order.kind)).toContain(
      'dump-memory',
    );
    await bench.see('memory-asked', { of });
    expect((await bench.dump()).memoryDump).toMatchObject({ state: 'running', startedAt: bench.clock.wall() });
    await bench.end(of, DONE);
    expect(await bench.dump()).toMatchObject({
      phase: 'ended',
      memoryDump: { state: 'done', endedAt: bench.clock.wall() },
    });
  });

  it('of a bound keeps it, and is over when the memory is', async () => {
    const bench = await setUp();
    await bench.see('nmi-asked');
    await bench.end(bench.command, SENT);
    bench.clock.advance(BOUNDS.reaction);
    await bench.overdue();
    expect(await bench.dump()).toMatchObject({ verdict: 'unknown', wait: 'memory', phase: 'sent' });
    await bench.end(await bench.memoryCommand(), DONE);
    expect(await bench.dump()).toMatchObject({ verdict: 'unknown', phase: 'ended' });
  });

  it('takes how far it is as the newest word, and keeps no list of it', async () => {
    const bench = await panicked();
    const of = await bench.memoryCommand();
    for (const done of [1, 2, 3]) await bench.see('memory-bytes', { of, facts: { memory: { done, total: 9 } } });
    expect((await bench.dump()).memoryDump).toMatchObject({ bytes: 3, total: 9 });
    const kinds = (await evidenceOf(bench.store.read, (await bench.dump()).id)).map(({ kind }) => kind);
    expect(kinds).not.toContain('memory-bytes');
  });

  it('is not moved by the memory of another command or host', async () => {
    const bench = await panicked();
    await bench.see('memory-asked', { of: bench.command });
    await bench.see('memory-asked', { of: await bench.memoryCommand(), host: asId('h2') });
    await bench.see('memory-asked');
    expect((await bench.dump()).memoryDump?.state).toBe('queued');
  });

  it('has none when its host does not say, until it turns up', async () => {
    const bench = await panicked();
    const of = await bench.memoryCommand();
    await bench.end(of, SILENT);
    expect(await bench.dump()).toMatchObject({
      phase: 'ended',
      memoryDump: { state: 'failed', reason: SILENT.reason },
    });
    await bench.see('memory-dump', { of });
    expect(await bench.dump()).toMatchObject({ phase: 'ended', memoryDump: { state: 'done', reason: null } });
  });
});

describe('no memory is asked for', () => {
  const REASONS: [string, Wanted, (bench: Bench) => Promise<unknown>, RegExp][] = [
    ['when the guest is off', {}, (bench) => bench.forget(), /the guest is off/],
    ['when the agent does not know how', { calls: ['inject-nmi'] }, async () => undefined, /does not know how/],
    ['when the project has no room', { mostPerProject: 1_000 }, async () => undefined, /may keep 1000 bytes more/],
    ['when the guest has rebooted', {}, (bench) => bench.see('rebooted'), /has rebooted/],
  ];
  it.each(REASONS)('%s, and the reason is told', async (_, wanted, before, words) => {
    const bench = await setUp(wanted);
    await bench.see('nmi-asked');
    await before(bench);
    await bench.see('panicked');
    await bench.end(bench.command, SENT);
    expect(await bench.dump()).toMatchObject({ phase: 'ended', memoryDump: { state: 'failed', command: null } });
    expect((await bench.dump()).memoryDump?.reason).toMatch(words);
    expect(bench.rung).toEqual([]);
  });

  it('of a guest whose NMI never reached its host, or that was not there; of one that was, it is', async () => {
    const away = await setUp({ memory: 'always' });
    await away.end(away.command, REFUSED, false);
    expect(await away.dump()).toMatchObject({ verdict: 'not_sent', phase: 'ended', memoryDump: null });
    const gone = await setUp({ memory: 'always' });
    await gone.end(gone.command, { ...REFUSED, faultCode: null });
    expect(await gone.dump()).toMatchObject({ verdict: 'not_sent', phase: 'ended', memoryDump: null });
    const off = await setUp({ memory: 'always' });
    await off.forget();
    await off.end(off.command, REFUSED);
    expect(await off.dump()).toMatchObject({ verdict: 'not_sent', phase: 'ended', memoryDump: null });
    const there = await setUp({ memory: 'always' });
    await there.end(there.command, REFUSED);
    expect(await there.dump()).toMatchObject({ verdict: 'not_sent', wait: 'memory', phase: 'requested' });
    await there.end(await there.memoryCommand(), DONE);
    expect(await there.dump()).toMatchObject({ verdict: 'not_sent', reason: 'no NMIs', phase: 'ended' });
  });

  it('any more when an admin forced the dump aside', async () => {
    const bench = await panicked();
    const dump = await bench.dump();
    await bench.store.transaction((tx) => endForced(tx, bench.deps, dump, 'because'));
    expect(await bench.dump()).toMatchObject({ phase: 'ended', memoryDump: { state: 'failed' } });
    expect((await bench.dump()).memoryDump?.reason).toMatch(/because/);
  });
});

describe('a dump without an NMI', () => {
  it.each([
    [DONE, 'captured'],
    [REFUSED, 'not_sent'],
    [SILENT, 'not_sent'],
  ] as const)('ends with its command: %j is %s', async (outcome, verdict) => {
    const bench = await setUp({ nmi: false, memory: 'always' });
    expect(await bench.dump()).toMatchObject({
      wait: 'memory',
      memoryDump: { state: 'queued', command: bench.command },
    });
    await bench.see('memory-asked', { of: bench.command });
    expect(await bench.dump()).toMatchObject({ phase: 'capturing', sentAt: null, verdict: null });
    // What the guest does by itself meanwhile is no reaction to anything.
    await bench.see('paused');
    await bench.see('panicked');
    expect(await bench.dump()).toMatchObject({ phase: 'capturing', reaction: null, verdict: null });
    await bench.end(bench.command, outcome);
    expect(await bench.dump()).toMatchObject({ phase: 'ended', verdict, reaction: null });
    expect(bench.rung).toEqual([]);
  });
});
