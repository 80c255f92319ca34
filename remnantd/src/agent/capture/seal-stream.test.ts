// A finished stream becomes an artefact like any other: sealed, with its digest, under the caps; or nothing of it is left.

import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { artefactBench, feed, filesBelow, systemError } from '../../../test/harness/artefact-bench.ts';
import { DUMPED } from '../../../test/harness/dumped.ts';
import { flatDump, inPieces } from '../../../test/harness/flat-dump.ts';
import type { CommandId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import { SEGMENT } from './sealing.ts';

const BYTES = flatDump(300_000);
const KEPT = { server: DUMPED, source: 'hypervisor', format: 'elf' } as const;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function* stream(bytes: Buffer, most = 50_000): AsyncGenerator<Buffer> {
  yield* inPieces(bytes, most);
}

describe('a stream that is kept', () => {
  it('is an artefact, with what it is, after a restart too', async () => {
    const bench = artefactBench();
    const store = await bench.open();
    const command = asId<CommandId>('the command');
    const manifest = await store.keep({ ...KEPT, command }, stream(BYTES));
    expect(manifest).toMatchObject({ ...KEPT, command, size: BYTES.length, sha256: sha256(BYTES) });
    for (const opened of [store, await bench.open()]) {
      expect(opened.list()).toEqual([manifest]);
      expect(BYTES.equals(await buffer(await opened.read(manifest.id)))).toBe(true);
    }
  });

  it.each([0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT])('may have %i bytes', async (size) => {
    const store = await artefactBench().open();
    const bytes = Buffer.alloc(size, 3);
    for (const most of [1_000, 65_536, 200_000]) {
      const { id } = await store.keep(KEPT, stream(bytes, most));
      expect(bytes.equals(await buffer(await store.read(id)))).toBe(true);
    }
  });

  it('lies sealed on the disk, for its owner only', async () => {
    const bench = artefactBench();
    const { id } = await (await bench.open()).keep(KEPT, stream(BYTES));
    expect(statSync(join(bench.stateDir, 'artefacts', id)).mode & 0o777).toBe(0o700);
    for (const path of filesBelow(bench.stateDir)) {
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readFileSync(path).includes(BYTES.subarray(5_000, 5_032))).toBe(false);
    }
  });

  it('counts under the caps of the host while it comes in', async () => {
    const bench = artefactBench();
    const store = await bench.open({ caps: { perHost: BYTES.length + 100_000 } });
    const before = await store.room();
    expect(before).toEqual({
      bytes: BYTES.length + 100_000,
      cap: `${BYTES.length + 100_000} bytes for all dumps of the host`,
    });
    const capture = await store.begin(DUMPED);
    await feed(capture, BYTES.subarray(0, 150_000));
    await expect(store.keep(KEPT, stream(BYTES))).rejects.toMatchObject({ code: 'over-cap' });
    await capture.files.discard(null);
    await store.keep(KEPT, stream(BYTES));
    expect((await store.room()).bytes).toBe(100_000);
  });
});

describe('a stream that cannot be kept leaves nothing', () => {
  it.each([
    [
      'over the cap of a dump',
      { perDump: BYTES.length - 1 },
      { code: 'over-cap', message: /is over the cap: \d+ bytes for a dump/ },
    ],
    ['over the cap of the host', { perHost: 1_000 }, { code: 'over-cap', message: /1000 bytes for all dumps/ }],
  ] as const)('%s', async (_, caps, fault) => {
    const bench = artefactBench();
    const store = await bench.open({ caps });
    const kept = store.keep(KEPT, stream(BYTES));
    await expect(kept).rejects.toMatchObject({ code: fault.code, message: expect.stringMatching(fault.message) });
    expect(filesBelow(bench.stateDir)).toEqual([]);
    expect((await store.room()).bytes).toBe(Math.min(...Object.values({ ...bench.caps, ...caps, keepFree: 2 ** 30 })));
  });

  it('the disk is full, or fails', async () => {
    const bench = artefactBench();
    const store = await bench.open();
    bench.faults.write = () => {
      throw systemError('ENOSPC');
    };
    const full = { code: 'disk', message: 'the disk of the host is full' };
    await expect(store.keep(KEPT, stream(BYTES))).rejects.toMatchObject(full);
    bench.faults.write = () => {};
    bench.faults.free = bench.caps.keepFree - 1;
    await expect(store.keep(KEPT, stream(BYTES))).rejects.toMatchObject(full);
    expect((await store.room()).bytes).toBe(0);
    expect(filesBelow(bench.stateDir)).toEqual([]);
  });

  it('the source fails', async () => {
    const bench = artefactBench();
    const store = await bench.open();
    const failing = async function* () {
      yield BYTES.subarray(0, 200_000);
      throw systemError('EIO');
    };
    await expect(store.keep(KEPT, failing())).rejects.toMatchObject({ code: 'EIO' });
    expect(filesBelow(bench.stateDir)).toEqual([]);
    expect(store.list()).toEqual([]);
  });

  it('the process ends in the middle: the next one sweeps it away', async () => {
    const bench = artefactBench();
    const store = await bench.open();
    const killed = Promise.withResolvers<void>();
    let reached = () => {};
    const half = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const stuck = async function* () {
      yield BYTES.subarray(0, 200_000);
      reached();
      await killed.promise;
      throw systemError('EIO');
    };
    const keeping = store.keep(KEPT, stuck());
    await half;
    expect(filesBelow(bench.stateDir)).toHaveLength(2);
    const next = await bench.open();
    expect([next.list(), next.unfinished(), filesBelow(bench.stateDir)]).toEqual([[], [], []]);
    killed.resolve();
    await expect(keeping).rejects.toMatchObject({ code: 'EIO' });
  });
});

it('a manifest from before artefacts had a source is of a guest', async () => {
  const bench = artefactBench();
  const { id, source: _, ...old } = await (await bench.open()).keep(KEPT, stream(BYTES));
  writeFileSync(join(bench.stateDir, 'artefacts', id, 'manifest.json'), JSON.stringify({ id, ...old }));
  expect((await bench.open()).list()).toEqual([{ id, ...old, source: 'guest' }]);
});
