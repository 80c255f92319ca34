// What was seen, in which order, and what the command came to -> the verdict. It claims no more than was seen (R3).

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BOUNDS } from '../../test/harness/dump-bounds.ts';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { testClock } from '../../test/harness/test-clock.ts';
import type { CommandRow } from '../db/commands.ts';
import { dumpOfCommand, evidenceOf, insertDump, runningDump } from '../db/dumps.ts';
import { openStore } from '../db/store.ts';
import { RowDates } from '../dispatch/row-dates.ts';
import type { Outcome } from '../model/command.ts';
import { standingWishes } from '../model/dump-wishes.ts';
import type { CommandId, HostName, ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { EvidenceKind } from '../model/wire.ts';
import { endOverdueDumps, takeUpDumps } from './dump-bounds.ts';
import { dumpEvidenceSink, dumpLateSink, dumpOutcomeSink } from './dump-sinks.ts';
import { UnheardDumps } from './unheard-dumps.ts';

const HOST = asId<HostName>('h');
const SERVER = asId<ServerId>('s');
const REACT = BOUNDS.reaction;

const SENT: Outcome = { result: 'success', meaning: 'exactly-asked' };
const LATCHED: Outcome = { result: 'success', meaning: 'latched' };
const UNKNOWN: Outcome = { result: 'unknown', reason: 'the agent restarted while the NMI was being sent' };
const REFUSED: Outcome = { result: 'error', reason: 'machine does not provide NMIs', details: 'x', faultCode: 500 };

/** A running dump in a real database, and its two sinks. */
async function setUp() {
  const clock = testClock();
  clock.freeze();
  const store = await openStore(`sqlite:${join(tempDir(), 'remnant.db')}`);
  onTestFinished(() => store.close());
  const deps = { clock, bounds: BOUNDS };
  const [outcomeSink, evidenceSink, lateSink] = [dumpOutcomeSink(deps), dumpEvidenceSink(deps), dumpLateSink(deps)];
  let position = 0;
  const begin = async (server = SERVER): Promise<CommandId> => {
    const commandId = asId<CommandId>(randomUUID());
    await store.transaction((tx) =>
      insertDump(tx, {
        id: asId(randomUUID()),
        serverId: server,
        projectId: asId('p'),
        requestId: asId('r'),
        commandId,
        host: HOST,
        requestedAt: clock.wall(),
        ...standingWishes({}, { memory: 'never', afterPanic: 'keep' }),
      }),
    );
    return commandId;
  };
  const command = await begin();
  const row = (id: CommandId) => ({ id, order: { kind: 'inject-nmi' } }) as CommandRow;
  const end = (outcome: Outcome, id = command) => store.transaction((tx) => outcomeSink(tx, row(id), outcome));
  const late = (outcome: Outcome) => store.transaction((tx) => lateSink(tx, row(command), outcome));
  const see = (
    kind: EvidenceKind,
    detail = `${kind} detail`,
    more: { server?: ServerId | null; command?: CommandId; host?: HostName } = {},
  ) =>
    store.transaction((tx) => {
      position += 1;
      const entry = { seq: position, server: more.server === undefined ? SERVER : more.server, kind, detail, at: 1 };
      const of = kind === 'nmi-asked' ? { ...entry, command: more.command ?? command } : entry;
      return evidenceSink(tx, { host: more.host ?? HOST, journal: 'j' }, of);
    });
  const dump = async (id = command) => {
    const found = await dumpOfCommand(store.read, id);
    if (found === null) throw new Error('there is no dump');
    return found;
  };
  const dates = new RowDates(clock);
  const unheard = new UnheardDumps(clock, () => true);
  const overdue = () => endOverdueDumps({ store, clock, bounds: BOUNDS, dates, unheard, onError });
  return { clock, store, begin, command, end, late, see, dump, overdue };
}
type Bench = Awaited<ReturnType<typeof setUp>>;

function onError(what: string, error: unknown): never {
  throw new Error(what, { cause: error });
}

/** What happened, in order: `nmi` is the agent's mark, outcomes are the command's, the rest was seen. */
type Ended = 'sent' | 'latched' | 'unknown' | 'refused';
type Happened = 'nmi' | Ended | `late ${Ended}` | 'crashed' | 'running' | EvidenceKind;
const OUTCOMES: Readonly<Record<string, Outcome>> = {
  sent: SENT,
  latched: LATCHED,
  unknown: UNKNOWN,
  refused: REFUSED,
};

async function happen(bench: Bench, what: Happened): Promise<void> {
  const [how = '', when = ''] = what.split(' ').toReversed();
  const ended = OUTCOMES[how];
  if (what === 'nmi') await bench.see('nmi-asked');
  else if (ended !== undefined) await (when === 'late' ? bench.late(ended) : bench.end(ended));
  else if (what === 'crashed' || what === 'running') await bench.see('state', what);
  else await bench.see(what as EvidenceKind);
}

// The verdict, or the phase that a running dump is in; then words its reason must have.
const TABLE: [readonly Happened[], string, RegExp?][] = [
  [['nmi', 'sent', 'panicked'], 'panicked_without_dump', /panicked detail/],
  [['nmi', 'panicked', 'sent'], 'panicked_without_dump'],
  [['nmi', 'panicked', 'unknown'], 'panicked_without_dump'],
  [['nmi', 'unknown', 'panicked'], 'panicked_without_dump'],
  [['nmi', 'sent', 'crashed'], 'panicked_without_dump', /panic device/],
  [['nmi', 'sent', 'rebooted'], 'unknown', /^the guest rebooted after the NMI/],
  [['nmi', 'sent', 'stopped'], 'unknown', /^the guest stopped \(stopped detail\) after the NMI/],
  [['nmi', 'latched', 'resumed', 'panicked'], 'panicked_without_dump'],
  // A crash kernel at work is waited for.
  [['nmi', 'sent', 'crashloaded'], 'reacted'],
  [['nmi', 'sent', 'crash-kernel', 'bytes'], 'capturing'],
  [['nmi', 'sent', 'bytes', 'saved'], 'saved'],
  [['nmi', 'bytes', 'artefact', 'sent'], 'captured', /it is whole/],
  [['nmi', 'sent', 'dazed'], 'ignored', /went on/],
  [['nmi', 'latched'], 'waiting'],
  [['nmi', 'latched', 'stopped'], 'not_sent', /held the NMI for the paused guest/],
  [['nmi', 'crashloaded', 'sent', 'rebooted'], 'unknown', /crash kernel took over, and it rebooted/],
  // The first reaction counts.
  [['nmi', 'panicked', 'rebooted', 'sent'], 'panicked_without_dump'],
  [['nmi', 'rebooted', 'panicked', 'sent'], 'unknown', /rebooted/],
  // What was there before the NMI is no reaction to it, nor is what it still shows.
  [['panicked', 'nmi', 'sent'], 'sent'],
  [['crashed', 'nmi', 'sent', 'crashed'], 'sent'],
  [['panicked', 'sent', 'nmi'], 'sent'],
  [['panicked', 'unknown'], 'unconfirmed'],
  [['rebooted', 'stopped', 'nmi', 'sent'], 'sent'],
  // No reaction at all.
  [['nmi', 'sent', 'running', 'paused', 'resumed', 'started', 'blind'], 'sent'],
  [['nmi', 'panicked'], 'requested'],
  [['nmi', 'unknown'], 'unconfirmed'],
  [['nmi', 'refused'], 'not_sent', /^machine does not provide NMIs$/],
  [['nmi', 'panicked', 'refused'], 'not_sent'],
  [['refused'], 'not_sent'],
  // What the host says after the outcome was on record.
  [['nmi', 'unknown', 'late sent'], 'sent'],
  [['nmi', 'unknown', 'late refused'], 'not_sent', /^machine does not provide NMIs$/],
  [['nmi', 'unknown', 'late unknown'], 'unconfirmed'],
  [['nmi', 'unknown', 'late sent', 'panicked'], 'panicked_without_dump'],
  [['nmi', 'sent', 'late refused'], 'sent'],
  [['nmi', 'unknown', 'panicked', 'late refused'], 'panicked_without_dump'],
  // The first verdict stays.
  [['nmi', 'sent', 'panicked', 'rebooted'], 'panicked_without_dump', /panic device/],
  [['nmi', 'refused', 'panicked'], 'not_sent'],
];

describe('a dump', () => {
  it.each(TABLE)('after %j is %s', async (happened, result, words) => {
    const bench = await setUp();
    for (const what of happened) await happen(bench, what);
    const { verdict, phase, reason } = await bench.dump();
    expect(verdict ?? phase).toBe(result);
    if (words !== undefined) expect(reason).toMatch(words);
    // A captured dump goes on until its guest is back.
    if (verdict !== 'captured') expect(verdict === null).toBe(phase !== 'ended');
  });

  it('keeps what was seen while it ran, its own alone', async () => {
    const bench = await setUp();
    const other = await bench.begin(asId('another'));
    await bench.see('nmi-asked');
    await bench.see('nmi-asked', 'an older one, told late', { command: other });
    await bench.see('panicked', 'of another server', { server: asId('another') });
    await bench.see('panicked', 'on another host', { host: asId('h2') });
    await bench.see('blind', 'everybody', { server: null });
    await bench.see('blind', 'everybody of another host', { server: null, host: asId('h2') });
    const kept = async (id: CommandId) =>
      (await evidenceOf(bench.store.read, (await bench.dump(id)).id)).map((entry) => [entry.kind, entry.detail]);
    expect(await kept(bench.command)).toEqual([
      ['nmi-asked', 'nmi-asked detail'],
      ['blind', 'everybody'],
    ]);
    expect(await kept(other)).toEqual([
      ['panicked', 'of another server'],
      ['blind', 'everybody'],
    ]);
  });

  it('shows what asking meant, and when it was sent', async () => {
    const bench = await setUp();
    await bench.end(LATCHED);
    expect(await bench.dump()).toMatchObject({ phase: 'waiting', meaning: 'latched', sentAt: bench.clock.wall() });
  });

  it('is not touched by commands that are not its own', async () => {
    const bench = await setUp();
    await bench.end(SENT, asId('no dump of this'));
    expect((await bench.dump()).phase).toBe('requested');
  });
});

describe('the bound', () => {
  const reasonAfter = async (...happened: readonly Happened[]) => {
    const bench = await setUp();
    for (const what of happened) await happen(bench, what);
    bench.clock.advance(REACT);
    await bench.overdue();
    const { verdict, reason } = await bench.dump();
    expect(verdict).toBe('unknown');
    return reason ?? '';
  };

  it('ends a dump without a reaction as unknown, and not a moment before', async () => {
    const bench = await setUp();
    await bench.end(SENT);
    bench.clock.advance(REACT - 2);
    await bench.overdue();
    expect((await bench.dump()).phase).toBe('sent');
    bench.clock.advance(2);
    await bench.overdue();
    expect(await bench.dump()).toMatchObject({ phase: 'ended', verdict: 'unknown', endedAt: bench.clock.wall() });
  });

  it('says what was looked for and what could not be seen', async () => {
    const sent = await reasonAfter('nmi', 'sent');
    expect(sent).toMatch(/^no reaction of the guest was seen within 60 s; it may have ignored the NMI/);
    expect(sent).not.toMatch(/watched|paused|is not known/);
    expect(await reasonAfter('nmi', 'blind', 'sent')).toContain('the host could not be watched all the time');
    expect(await reasonAfter('unknown')).toContain('whether the NMI was sent is not known');
    expect(await reasonAfter('unknown', 'late sent')).not.toContain('is not known');
    expect(await reasonAfter('panicked', 'nmi', 'sent')).toContain('had crashed before the NMI was asked for');
  });

  it('is that of what is waited for, and begins anew with each piece of a dump', async () => {
    const bench = await setUp();
    const standsFor = async (ms: number) => {
      bench.clock.advance(ms - 2);
      await bench.overdue();
      expect((await bench.dump()).phase).not.toBe('ended');
    };
    await bench.see('watch', 'console ports');
    await bench.see('nmi-asked');
    await bench.end(SENT);
    await standsFor(BOUNDS.reaction);
    await bench.see('crashloaded');
    await standsFor(BOUNDS['crash-kernel']);
    await bench.see('crash-kernel');
    await standsFor(BOUNDS.bytes);
    await bench.see('bytes', '4096');
    await standsFor(BOUNDS.bytes);
    await bench.see('bytes', '8192');
    await standsFor(BOUNDS.bytes);
    bench.clock.advance(2);
    await bench.overdue();
    expect(await bench.dump()).toMatchObject({ phase: 'ended', verdict: 'hung', bytes: 8192, reaction: 'crashloaded' });
  });

  it('keeps the place of the first bytes among all else, however often more are told of', async () => {
    const bench = await setUp();
    await bench.see('watch', 'console ports');
    await bench.see('nmi-asked');
    await bench.end(SENT);
    for (const bytes of ['4096', '8192', '12288']) await bench.see('bytes', bytes);
    for (const kind of ['saved', 'rebooted'] as const) await bench.see(kind);
    for (const bytes of ['16384', '20480']) await bench.see('bytes', bytes);
    expect(await bench.dump()).toMatchObject({ phase: 'rebooted', verdict: null, wait: 'finish', bytes: 20480 });
    const kept = await evidenceOf(bench.store.read, (await bench.dump()).id);
    expect(kept.filter(({ kind }) => kind === 'bytes').map(({ detail }) => detail)).toEqual(['12288', '20480']);
  });

  it('begins anew when nobody was there for longer than that; the bound of all of it does not', async () => {
    const bench = await setUp();
    for (const what of ['nmi', 'sent', 'bytes'] as const) await happen(bench, what);
    bench.clock.leap(10 * BOUNDS.bytes);
    await takeUpDumps({ store: bench.store, clock: bench.clock, bounds: BOUNDS, onError });
    await bench.overdue();
    expect((await bench.dump()).phase).toBe('capturing');
    bench.clock.leap(BOUNDS.bytes);
    await bench.overdue();
    expect(await bench.dump()).toMatchObject({ phase: 'ended', verdict: 'hung' });

    const late = await setUp();
    for (const what of ['nmi', 'sent', 'bytes'] as const) await happen(late, what);
    late.clock.leap(BOUNDS.whole);
    await takeUpDumps({ store: late.store, clock: late.clock, bounds: BOUNDS, onError });
    await late.overdue();
    expect((await late.dump()).phase).toBe('ended');
  });

  it('ends what has its verdict and waits for the guest to come back, and changes the verdict no more', async () => {
    const bench = await setUp();
    for (const what of ['nmi', 'sent', 'bytes', 'artefact'] as const) await happen(bench, what);
    expect(await bench.dump()).toMatchObject({ phase: 'saved', verdict: 'captured', endedAt: null });
    bench.clock.advance(BOUNDS.reboot);
    await bench.overdue();
    expect(await bench.dump()).toMatchObject({ phase: 'ended', verdict: 'captured', rebootedAt: null });
  });

  it('is none for a paused guest, which resumes when its owner says so; then all of them begin', async () => {
    const bench = await setUp();
    await bench.see('nmi-asked');
    await bench.end(LATCHED);
    bench.clock.advance(10 * BOUNDS.whole);
    await bench.overdue();
    expect((await bench.dump()).phase).toBe('waiting');
    await bench.see('resumed');
    expect((await bench.dump()).phase).toBe('sent');
    bench.clock.advance(BOUNDS.reaction);
    await bench.overdue();
    expect((await bench.dump()).verdict).toBe('unknown');
  });

  it('of all of it ends a dump that always moves on', async () => {
    const bench = await setUp();
    await bench.see('nmi-asked');
    await bench.end(SENT);
    for (let bytes = 1; bytes < 1_000 && (await bench.dump()).phase !== 'ended'; bytes += 1) {
      await bench.see('bytes', String(bytes));
      bench.clock.advance(BOUNDS.bytes - 1);
      await bench.overdue();
    }
    const { verdict, bytes, reason } = await bench.dump();
    expect(reason).toMatch(/still writing its dump after 1800 s/);
    expect([verdict, Math.ceil(BOUNDS.whole / (BOUNDS.bytes - 1))]).toEqual(['hung', bytes]);
  });

  it('does not count while the command has no outcome', async () => {
    const bench = await setUp();
    bench.clock.advance(10 * REACT);
    await bench.overdue();
    expect((await bench.dump()).phase).toBe('requested');
    await bench.end(SENT);
  });
});

describe('a second dump of a server', () => {
  it('can begin only when the first has ended: the schema says so', async () => {
    const bench = await setUp();
    await expect(bench.begin()).rejects.toThrow(/UNIQUE/);
    await bench.end(SENT);
    await expect(bench.begin()).rejects.toThrow(/UNIQUE/);
    await bench.see('nmi-asked');
    await bench.see('panicked');
    const second = await bench.begin();
    expect((await runningDump(bench.store.read, SERVER))?.commandId).toBe(second);
  });
});
