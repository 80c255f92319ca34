// Where a whole artefact goes: to the dump it is of, to a dump of its own, or away.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { serverRow } from '../../test/harness/server-rows.ts';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { testClock } from '../../test/harness/test-clock.ts';
import { artefactsOf, hostsToErase, toErase } from '../db/artefacts.ts';
import { auditPage } from '../db/audit.ts';
import { dumpsOf, endDump, evidenceOf, insertDump, keepCourse } from '../db/dumps.ts';
import { insertServer, patchServer } from '../db/servers.ts';
import { openStore } from '../db/store.ts';
import type { Dump } from '../model/dump.ts';
import { standingWishes } from '../model/dump-wishes.ts';
import type { ArtefactId, CommandId, DumpId, HostName, RequestId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Verdict } from '../model/verdict.ts';
import { artefactSink } from './artefact-sink.ts';

const HOST = asId<HostName>('host-1');
const DAY_MS = 86_400_000;
const LATE_MS = 1_800_000;

async function setUp() {
  const clock = testClock();
  clock.freeze();
  const store = await openStore(`sqlite:${join(tempDir(), 'remnant.db')}`);
  onTestFinished(() => store.close());
  const verdicts: Verdict[] = [];
  const sink = artefactSink({
    clock,
    keepMs: DAY_MS,
    mostPerProject: 10_000,
    lateMs: LATE_MS,
    onVerdict: (_tx, verdict) => verdicts.push(verdict),
  });
  const server = await store.transaction((tx) => insertServer(tx, serverRow({ host: HOST })));
  let position = 0;
  /** The host tells of a whole artefact. */
  const tell = async (
    more: { bytes?: number; host?: HostName; server?: typeof server.id; again?: ArtefactId } = {},
  ): Promise<ArtefactId> => {
    position += 1;
    const id = more.again ?? asId<ArtefactId>(randomUUID());
    const facts = {
      artefact: { id, bytes: more.bytes ?? 1_000, format: 'flattened', sha256: 'ab'.repeat(32) },
    } as const;
    const entry = {
      seq: position,
      server: more.server ?? server.id,
      kind: 'artefact',
      detail: 'whole',
      at: 1,
      facts,
    } as const;
    await store.transaction((tx) => sink(tx, { host: more.host ?? HOST, journal: 'j' }, entry));
    return id;
  };
  /** A dump, which ended so if `ended` says so. */
  const dump = async (ended: Partial<Pick<Dump, 'verdict' | 'rebootedAt'>> | null): Promise<DumpId> => {
    const id = asId<DumpId>(randomUUID());
    await store.transaction(async (tx) => {
      const of = { id, serverId: server.id, projectId: server.projectId, host: HOST };
      const asked = {
        requestId: asId<RequestId>('r'),
        commandId: asId<CommandId>(randomUUID()),
        requestedAt: clock.wall(),
      };
      await insertDump(tx, { ...of, ...asked, ...standingWishes({}, { memory: 'never', afterPanic: 'keep' }) });
      const [made] = await dumpsOf(tx, server.id, 1);
      if (ended === null || made === undefined) return;
      const { verdict, rebootedAt = null } = ended;
      const judgement = verdict == null ? null : { verdict, reason: 'because' };
      await keepCourse(tx, id, { ...made, rebootedAt, verdict: judgement });
      await endDump(tx, id, clock.wall());
    });
    return id;
  };
  const files = async (of: DumpId) => (await artefactsOf(store.read, of)).map(({ id }) => id);
  const dumps = () => dumpsOf(store.read, server.id, 10);
  const audit = () => auditPage(store.read, { before: null, limit: 10, requestId: null, target: null });
  return { clock, store, server, verdicts, tell, dump, files, dumps, audit };
}

it('goes to the dump that runs, with the day it runs out, once however often it is told', async () => {
  const { clock, store, tell, dump, dumps } = await setUp();
  const running = await dump(null);
  const id = await tell();
  await tell({ again: id });
  expect(await artefactsOf(store.read, running)).toMatchObject([
    { id, bytes: 1_000, overQuota: false, expiresAt: clock.wall() + DAY_MS, deletedAt: null },
  ]);
  expect(await dumps()).toHaveLength(1);
});

it('goes to a dump that ended without one not long ago, and is seen there', async () => {
  for (const verdict of ['unknown', 'hung', 'panicked_without_dump'] as const) {
    const { store, clock, tell, dump, files, verdicts } = await setUp();
    const ended = await dump({ verdict });
    clock.leap(LATE_MS);
    const id = await tell();
    expect(await files(ended)).toEqual([id]);
    expect((await evidenceOf(store.read, ended)).map(({ kind }) => kind)).toEqual(['artefact']);
    expect(verdicts).toEqual([]);
  }
});

it.each([
  ['the guest went on as before', { verdict: 'ignored' }],
  ['no NMI went out', { verdict: 'not_sent' }],
  ['the guest has booted anew since', { verdict: 'unknown', rebootedAt: 1 }],
] as const)('gets a dump of its own when %s', async (_why, ended) => {
  const { tell, dump, files, dumps, verdicts } = await setUp();
  const before = await dump(ended);
  const id = await tell();
  const [own, ...older] = await dumps();
  expect([await files(before), await files(own?.id ?? asId(''))]).toEqual([[], [id]]);
  expect(older).toHaveLength(1);
  expect(own).toMatchObject({ phase: 'ended', verdict: 'captured', nmi: false, sentAt: null, bytes: 1_000 });
  expect(own?.endedAt).not.toBeNull();
  expect(verdicts).toEqual(['captured']);
});

it('gets a dump of its own when the last one is long over, or has its file', async () => {
  const late = await setUp();
  await late.dump({ verdict: 'unknown' });
  late.clock.leap(LATE_MS + 1);
  await late.tell();
  expect(await late.dumps()).toHaveLength(2);
  const again = await setUp();
  await again.tell();
  await again.tell();
  expect(await again.dumps()).toHaveLength(2);
});

it('is kept past the quota when it was asked for, and else erased', async () => {
  const { store, tell, dump, dumps, audit } = await setUp();
  const running = await dump(null);
  await tell({ bytes: 9_500 });
  const over = await tell();
  expect((await artefactsOf(store.read, running)).map(({ id, overQuota }) => [id === over, overQuota])).toEqual([
    [false, false],
    [true, true],
  ]);
  await store.transaction((tx) => endDump(tx, running, 1));
  const unasked = await tell();
  expect(await dumps()).toHaveLength(1);
  expect([await hostsToErase(store.read), await toErase(store.read, HOST, 10)]).toEqual([[HOST], [unasked]]);
  expect(await audit()).toMatchObject([
    { userId: null, operation: 'artefact.refused', detail: expect.stringContaining('its project keeps no more') },
  ]);
});

it('is erased where it came from when it is of no server of that host', async () => {
  const { store, server, tell, dump, files } = await setUp();
  const running = await dump(null);
  const other = asId<HostName>('host-2');
  const elsewhere = await tell({ host: other });
  const nobodys = await tell({ server: asId('99999999-9999-4999-8999-999999999999') });
  expect(await files(running)).toEqual([]);
  expect([await toErase(store.read, other, 10), await toErase(store.read, HOST, 10)]).toEqual([[elsewhere], [nobodys]]);
  await store.transaction(async (tx) => {
    await endDump(tx, running, 1);
    await patchServer(tx, server.id, { deletedAt: 1 });
  });
  const gone = await tell({ bytes: 1 });
  expect(await toErase(store.read, HOST, 10)).toContain(gone);
});
