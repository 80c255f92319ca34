// What is taken out of dumps, when, and what is left of it: with real files, and a stand-in for what takes dmesg out.

import { getEventListeners } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { artefactBench, feed } from '../../../test/harness/artefact-bench.ts';
import { DUMPED } from '../../../test/harness/dumped.ts';
import { flatDump } from '../../../test/harness/flat-dump.ts';
import { recordedPanic } from '../../../test/harness/recorded.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import type { ArtefactId } from '../../model/ids.ts';
import type { ExtractFacts } from '../../model/wire.ts';
import type { ArtefactStore } from '../capture/artefact-store.ts';
import { Extractor } from './extractor.ts';
import { readDmesg } from './read-dmesg.ts';
import type { DumpToRead, TakeDmesg, Taken } from './take-dmesg.ts';

const DUMP = flatDump(200_000);
const DMESG = Buffer.from(recordedPanic('dmesg-nmi-stalled.txt'));
const good: Taken = { ok: true, bytes: DMESG.length, text: DMESG };

/** A host; extractors are made on its store one after the other. */
async function host(answer: (dump: DumpToRead, stop: AbortSignal) => Promise<Taken> = () => Promise.resolve(good)) {
  const bench = artefactBench();
  const told: { detail: string; facts: ExtractFacts }[] = [];
  const errors: string[] = [];
  let asked = 0;
  const take: TakeDmesg = (dump, stop) => {
    asked += 1;
    return answer(dump, stop);
  };
  const live = async () => {
    const store = await bench.open();
    const extractor = new Extractor({
      store,
      take,
      clock: bench.clock,
      tell: (_, detail, facts) => Promise.resolve(void told.push({ detail, facts })),
      onError: (what, error) => errors.push(`${what}: ${String(error)}`),
    });
    onTestFinished(() => extractor.stop());
    return { store, extractor };
  };
  return { ...bench, ...(await live()), live, told, errors, asked: () => asked };
}

async function kept(store: ArtefactStore): Promise<ArtefactId> {
  const capture = await store.begin(DUMPED);
  await feed(capture, DUMP);
  const end = await capture.finish('');
  if (end?.whole !== true) throw new Error(end?.broken.reason);
  return end.facts.id;
}

describe('a whole dump', () => {
  it('is read once, and told with the last words of its kernel; the text can be asked for', async () => {
    let seen: Buffer | null = null;
    const { store, extractor, told, asked, live } = await host(async ({ open, format, size }) => {
      seen = await buffer(await open());
      expect([format, size]).toEqual(['flattened', DUMP.length]);
      return good;
    });
    const id = await kept(store);
    extractor.add(id);
    extractor.add(id);
    await extractor.idle();
    expect(DUMP.equals(seen ?? Buffer.alloc(0))).toBe(true);
    expect(told).toEqual([
      {
        detail: `dmesg of ${DMESG.length} bytes was taken out; the last words of its kernel are in it`,
        facts: {
          artefact: id,
          bytes: DMESG.length,
          error: null,
          panic: expect.objectContaining({ reason: 'Kernel panic - not syncing: NMI: Not continuing' }),
        },
      },
    ]);
    const later = await live();
    later.extractor.start();
    await later.extractor.idle();
    expect([told.length, asked()]).toEqual([1, 1]);
    expect(JSON.parse(await readDmesg(later.store, id))).toEqual({ bytes: DMESG.length, text: DMESG.toString() });
  });

  it('that has to wait for others to come in leaves nothing behind of its waiting', async () => {
    const { store, clock } = await host();
    const id = await kept(store);
    let [looks, waiting] = [0, -1];
    const extractor = new Extractor({
      store: {
        list: () => store.list(),
        read: (...of) => store.read(...of),
        beside: (of) => store.beside(of),
        get busy() {
          looks += 1;
          return looks <= 5;
        },
      },
      take: (_, stop) => {
        waiting = getEventListeners(stop, 'abort').length;
        return Promise.resolve(good);
      },
      clock,
      tell: () => Promise.resolve(),
      onError: (_, error) => expect.fail(String(error)),
    });
    onTestFinished(() => extractor.stop());
    extractor.add(id);
    await waitFor('its turn', () => {
      clock.advance(1_000);
      return waiting >= 0;
    });
    await extractor.idle();
    expect([looks, waiting]).toEqual([6, 0]);
  });

  it('leaves its text sealed, for its owner only, and none of it when it is erased', async () => {
    const { store, extractor, stateDir } = await host();
    const id = await kept(store);
    extractor.add(id);
    await extractor.idle();
    const folder = join(stateDir, 'artefacts', id);
    expect(readdirSync(folder).toSorted()).toEqual(['capture.json', 'data', 'dmesg', 'extract.json', 'manifest.json']);
    for (const name of readdirSync(folder)) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(folder, name)).includes('panic')).toBe(false);
    }
    await store.delete(id);
    expect(readdirSync(join(stateDir, 'artefacts'))).toEqual([]);
    await expect(readDmesg(store, id)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('whose text was changed on the disk gives none', async () => {
    const { store, extractor, stateDir } = await host();
    const id = await kept(store);
    extractor.add(id);
    await extractor.idle();
    const path = join(stateDir, 'artefacts', id, 'dmesg');
    const sealed = readFileSync(path);
    sealed[40] = (sealed[40] ?? 0) ^ 1;
    writeFileSync(path, sealed);
    await expect(readDmesg(store, id)).rejects.toMatchObject({ code: 'damaged' });
  });

  it('that gives nothing is told with the reason, and not tried again', async () => {
    const reason = 'no dmesg could be taken out of the dump: it is full of nothing';
    const { store, extractor, told, live, asked } = await host(() =>
      Promise.resolve({ ok: false, fault: 'dump', reason }),
    );
    const id = await kept(store);
    extractor.add(id);
    await extractor.idle();
    const later = await live();
    later.extractor.start();
    await later.extractor.idle();
    expect(asked()).toBe(1);
    expect(told).toEqual([{ detail: reason, facts: { artefact: id, bytes: null, panic: null, error: reason } }]);
    await expect(readDmesg(store, id)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('on a host that lacks something is tried again by the next life of the agent', async () => {
    let lacks = true;
    const reason = 'makedumpfile is not on the host: install the package makedumpfile';
    const { store, extractor, told, live } = await host(() =>
      Promise.resolve(lacks ? { ok: false, fault: 'host', reason } : good),
    );
    extractor.add(await kept(store));
    await extractor.idle();
    expect(told.at(-1)).toMatchObject({ facts: { error: reason } });
    lacks = false;
    const later = await live();
    later.extractor.start();
    await later.extractor.idle();
    expect(told.at(-1)).toMatchObject({ facts: { error: null, bytes: DMESG.length } });
  });

  it('that was being read when the agent stopped is read by its next life', async () => {
    let stopped = false;
    const { store, extractor, told, live, asked } = await host((_, stop) => {
      if (stopped) return Promise.resolve(good);
      return new Promise((resolve) =>
        stop.addEventListener('abort', () => {
          stopped = true;
          resolve({ ok: false, fault: 'stopped', reason: 'the agent stopped' });
        }),
      );
    });
    extractor.add(await kept(store));
    await waitFor('it to be read', () => asked() === 1);
    await extractor.stop();
    expect([stopped, told]).toEqual([true, []]);
    const later = await live();
    later.extractor.start();
    await later.extractor.idle();
    expect(told).toHaveLength(1);
  });

  it('that is erased while it is read leaves nothing, and is told of no more', async () => {
    let erase = () => Promise.resolve(false);
    const { store, extractor, told, errors, stateDir } = await host(async () => {
      await erase();
      return good;
    });
    const id = await kept(store);
    erase = () => store.delete(id);
    extractor.add(id);
    await extractor.idle();
    expect([told, errors, readdirSync(join(stateDir, 'artefacts'))]).toEqual([[], [], []]);
  });

  it('waits while another dump comes in, and two are never read at once', async () => {
    let now = 0;
    let most = 0;
    const { store, extractor, clock, told, asked } = await host(async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return good;
    });
    clock.freeze();
    const ids = [await kept(store), await kept(store)];
    const coming = await store.begin(DUMPED);
    await feed(coming, DUMP.subarray(0, 100_000));
    for (const id of ids) extractor.add(id);
    clock.advance(10_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked()).toBe(0);
    await coming.finish('the guest went');
    await waitFor('both to be told', () => {
      clock.advance(1_000);
      return told.length === 2;
    });
    expect(most).toBe(1);
  });
});
