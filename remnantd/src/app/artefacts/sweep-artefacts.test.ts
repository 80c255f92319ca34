// Files that are over are erased by their hosts, whatever happened in between: a host that was away, a restart.

import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { addArtefactRow } from '../../../test/harness/artefact-rows.ts';
import { serverRow } from '../../../test/harness/server-rows.ts';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { testClock } from '../../../test/harness/test-clock.ts';
import { findArtefact, markDeleted } from '../../db/artefacts.ts';
import { auditPage } from '../../db/audit.ts';
import { insertServer } from '../../db/servers.ts';
import type { Store } from '../../db/store.ts';
import { openStore } from '../../db/store.ts';
import type { JsonValue } from '../../lib/json.ts';
import type { ArtefactId, DumpId, HostName } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import type { EraseArtefactQuery } from '../../model/wire.ts';
import type { Bus } from '../../ports/bus.ts';
import { BusFault } from '../../ports/bus.ts';
import { sweepArtefacts } from './sweep-artefacts.ts';

/** Hosts that answer, by name: what each was asked to erase; the others are away. */
function hostsOn(up: Record<string, ArtefactId[]>, answer: JsonValue = { ok: true, text: '' }): Bus {
  return {
    publish: () => {},
    subscribe: () => () => {},
    subscribeEach: () => () => {},
    serve: () => () => {},
    settle: () => Promise.resolve(),
    connection: () => ({ up: true, since: 0, reason: '' }),
    onConnection: () => () => {},
    close: () => Promise.resolve(),
    request: (subject, message) => {
      const asked = up[subject.split('.')[1] ?? ''];
      if (asked === undefined) return Promise.reject(new BusFault('no-responder', subject));
      asked.push((message as unknown as EraseArtefactQuery).artefact);
      return Promise.resolve(answer);
    },
  };
}

async function setUp() {
  const clock = testClock();
  const file = `sqlite:${join(tempDir(), 'remnant.db')}`;
  let store = await openStore(file);
  onTestFinished(async () => {
    await store.close();
    clock.stop();
  });
  const add = async (host: string, more: { expiresAt?: number } = {}) => {
    const server = await store.transaction((tx) => insertServer(tx, serverRow({ host: asId<HostName>(host) })));
    return addArtefactRow(store, server, more);
  };
  const remove = (id: ArtefactId) => store.transaction((tx) => markDeleted(tx, id, clock.wall(), asId('ann')));
  const sweep = (bus: Bus) => sweepArtefacts({ store, clock, bus, askMs: 1_000 });
  const row = ({ dumpId, id }: { dumpId: DumpId; id: ArtefactId }) => findArtefact(store.read, dumpId, id);
  const restart = async (): Promise<Store> => {
    await store.close();
    store = await openStore(file);
    return store;
  };
  return { clock, add, remove, sweep, row, restart, now: () => store };
}

it('goes on after a restart with what no host has confirmed', async () => {
  const { add, remove, sweep, row, restart } = await setUp();
  const file = await add('one');
  await remove(file.id);
  await sweep(hostsOn({}));
  expect(await row(file)).toMatchObject({ deletedBy: 'ann', erasedAt: null });
  await restart();
  const asked: ArtefactId[] = [];
  await sweep(hostsOn({ one: asked }));
  expect(asked).toEqual([file.id]);
  expect((await row(file))?.erasedAt).not.toBeNull();
  await sweep(hostsOn({ one: asked }));
  expect(asked).toEqual([file.id]);
});

it('is held up by no host that is away, and asks one that fails no further', async () => {
  const { add, remove, sweep, row } = await setUp();
  const away = await add('away');
  const here = [await add('here'), await add('here')];
  for (const { id } of [away, ...here]) await remove(id);
  const failing: ArtefactId[] = [];
  await sweep(hostsOn({ here: failing }, { ok: false, code: 'failed', reason: 'disk' }));
  expect(failing).toEqual([here[0]?.id]);
  await sweep(hostsOn({ here: [] }));
  expect(await Promise.all(here.map(async (one) => (await row(one))?.erasedAt))).toEqual([
    expect.any(Number),
    expect.any(Number),
  ]);
  expect((await row(away))?.erasedAt).toBeNull();
});

it('ends what has run out, once, in the name of nobody, and nothing before its time', async () => {
  const { clock, add, sweep, row, now } = await setUp();
  const over = await add('one', { expiresAt: clock.wall() - 1 });
  const later = await add('one', { expiresAt: clock.wall() + 60_000 });
  const always = await add('one');
  const asked: ArtefactId[] = [];
  await sweep(hostsOn({ one: asked }));
  await sweep(hostsOn({ one: asked }));
  expect(asked).toEqual([over.id]);
  expect(await row(over)).toMatchObject({ deletedAt: expect.any(Number), deletedBy: null });
  expect([(await row(later))?.deletedAt, (await row(always))?.deletedAt]).toEqual([null, null]);
  const entries = await auditPage(now().read, { before: null, limit: 10, requestId: null, target: null });
  expect(entries).toMatchObject([{ operation: 'artefact.ran-out', userId: null, result: 'done' }]);
});

it('may be done by several processes at once: what is over ends once, and hosts bear being asked twice', async () => {
  const { clock, add, sweep, row, now } = await setUp();
  const files = [await add('one', { expiresAt: clock.wall() - 1 }), await add('two', { expiresAt: clock.wall() - 1 })];
  const asked = { one: [] as ArtefactId[], two: [] as ArtefactId[] };
  await Promise.all([1, 2, 3].map(() => sweep(hostsOn(asked))));
  await sweep(hostsOn(asked));
  const entries = await auditPage(now().read, { before: null, limit: 10, requestId: null, target: null });
  expect(entries.map(({ operation }) => operation)).toEqual(['artefact.ran-out', 'artefact.ran-out']);
  expect(await Promise.all(files.map(async (file) => (await row(file))?.erasedAt))).toEqual([
    expect.any(Number),
    expect.any(Number),
  ]);
  expect([new Set(asked.one), new Set(asked.two)]).toEqual(files.map(({ id }) => new Set([id])));
});
