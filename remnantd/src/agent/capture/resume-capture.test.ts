// Another life of the agent goes on with a dump where it stands, and finds out when bytes of it were lost in between. One that it
// cannot go on with, because its host fails to open or read it, ends: nothing is left of it but word of that, and nothing is open.

import { createHash } from 'node:crypto';
import { readdirSync, readlinkSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { artefactBench, feed, filesBelow, namesBelow, systemError } from '../../../test/harness/artefact-bench.ts';
import { DUMPED } from '../../../test/harness/dumped.ts';
import { flatDump } from '../../../test/harness/flat-dump.ts';
import type { ArtefactId } from '../../model/ids.ts';
import { ArtefactStore } from './artefact-store.ts';
import { Capture } from './capture.ts';
import type { CaptureFiles } from './capture-files.ts';
import type { Disk } from './disk.ts';
import { resumeCapture } from './resume-capture.ts';
import { SEGMENT } from './sealing.ts';

const DUMP = flatDump(400_000);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** The files below `dir` that are open. */
function opened(dir: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(dir) ? [path] : [];
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
}

/** A host on which half a dump was left by another life, and a disk that fails to cut the file called `bad`. */
async function half(bad: string) {
  const bench = artefactBench();
  const first = await (await bench.open()).begin(DUMPED);
  await feed(first, DUMP.subarray(0, 2 * SEGMENT));
  await first.leave();
  const disk: Disk = {
    ...bench.disk,
    open: async (path, how) => {
      const file = await bench.disk.open(path, how);
      const truncate = () => Promise.reject(systemError('EIO'));
      return path.endsWith(bad) ? { ...file, truncate } : file;
    },
  };
  const { stateDir, clock, caps } = bench;
  const store = await ArtefactStore.open({ stateDir, clock, caps, disk });
  const [record] = store.unfinished();
  if (record === undefined) throw new Error('nothing to go on with');
  return { ...bench, store, record };
}

describe('another life', () => {
  /** Feeds the first `bytes` of the dump and lets the process go on without the capture. */
  const begun = async (bench: ReturnType<typeof artefactBench>, bytes: number) => {
    const capture = await (await bench.open()).begin(DUMPED);
    await feed(capture, DUMP.subarray(0, bytes), 20_000);
    await capture.leave();
  };
  const goneOn = async (bench: ReturnType<typeof artefactBench>, epoch?: string) => {
    const store = await bench.open(epoch === undefined ? {} : { epoch });
    const [record] = store.unfinished();
    if (record === undefined) throw new Error('nothing to go on with');
    const resumed = await store.resume(record);
    return { store, resumed, capture: resumed.capture };
  };

  it.each([0, 1, 31, 4_096, 4_100, SEGMENT, SEGMENT + 1, 200_000, 399_999, DUMP.length])(
    'goes on behind byte %i',
    async (bytes) => {
      const bench = artefactBench();
      await begun(bench, bytes);
      const { store, capture } = await goneOn(bench);
      expect(capture?.bytes).toBe(bytes);
      await feed(capture as NonNullable<typeof capture>, DUMP.subarray(bytes));
      const end = await capture?.finish('');
      expect(end).toMatchObject({ whole: true, facts: { bytes: DUMP.length, sha256: sha256(DUMP) } });
      expect(DUMP.equals(await buffer(await store.read(end?.facts.id as ArtefactId)))).toBe(true);
    },
  );

  it('and another one, and another', async () => {
    const bench = artefactBench();
    await begun(bench, 50_000);
    for (let at = 50_000; at < 350_000; at += 50_000) {
      const { capture } = await goneOn(bench);
      expect(capture?.bytes).toBe(at);
      await feed(capture as NonNullable<typeof capture>, DUMP.subarray(at, at + 50_000), 7_000);
      await capture?.leave();
    }
    const { capture } = await goneOn(bench);
    await feed(capture as NonNullable<typeof capture>, DUMP.subarray(350_000));
    expect(await capture?.finish('')).toMatchObject({ whole: true, facts: { sha256: sha256(DUMP) } });
  });

  it('finds out that bytes were lost in between', async () => {
    for (const [at, lost] of [
      [0, 10],
      [4_096, 16],
      [100_000, 1],
      [200_000, 65_536],
      [300_000, 99_000],
    ] as const) {
      const bench = artefactBench();
      await begun(bench, at);
      const { capture } = await goneOn(bench);
      await feed(capture as NonNullable<typeof capture>, DUMP.subarray(at + lost));
      const end = await capture?.finish('the guest went before its dump was whole');
      expect(end?.whole).toBe(false);
      expect(namesBelow(bench.stateDir)).toEqual(['capture.json']);
    }
  });

  it('counts half a piece of the tail for nothing', async () => {
    const bench = artefactBench();
    await begun(bench, 30_000);
    const tail = filesBelow(bench.stateDir).find((path) => path.endsWith('tail.0') && statSync(path).size > 0) ?? '';
    truncateSync(tail, statSync(tail).size - 1);
    const { capture } = await goneOn(bench);
    const had = capture?.bytes ?? 0;
    expect(had).toBeLessThan(30_000);
    // Had the rest not been taken from the port, it would still be whole; and it survives yet another life.
    await feed(capture as NonNullable<typeof capture>, DUMP.subarray(had, 40_000), 3_000);
    await capture?.leave();
    const again = await goneOn(bench);
    expect(again.capture?.bytes).toBe(40_000);
    await feed(again.capture as NonNullable<typeof capture>, DUMP.subarray(40_000));
    expect(await again.capture?.finish('')).toMatchObject({ whole: true, facts: { sha256: sha256(DUMP) } });
  });

  it('of the host has nothing to go on with', async () => {
    const bench = artefactBench();
    await begun(bench, 100_000);
    const { resumed } = await goneOn(bench, 'another boot');
    const reason = 'the host restarted while the dump was written';
    expect(resumed).toEqual({ capture: null, broken: { reason, hostFault: true, bytes: 0 } });
    expect(namesBelow(bench.stateDir)).toEqual(['capture.json']);
  });
});

describe('a dump that cannot be gone on with', () => {
  it.each(['tail.0', 'tail.1'])('because of %s ends, and no other waits for it', async (bad) => {
    const { store, record, stateDir } = await half(bad);
    const reason = 'what was written of the dump could not be read again (EIO)';
    expect(await store.resume(record)).toEqual({ capture: null, broken: { reason, hostFault: true, bytes: 0 } });
    expect(store.busy).toBe(false);
    expect([opened(stateDir), readdirSync(join(stateDir, 'artefacts', record.id))]).toEqual([[], ['capture.json']]);
    await store.told(record.id);
    expect(readdirSync(join(stateDir, 'artefacts'))).toEqual([]);
  });

  it('because what is in it cannot be taken has its files closed', async () => {
    const { record, stateDir, disk } = await half('none');
    class Broken extends Capture {
      override seam(): void {
        throw systemError('EIO');
      }
    }
    const key = Buffer.alloc(32);
    const files = {
      disk,
      wall: () => 0,
      nonce: () => Buffer.alloc(12),
      discard: () => Promise.resolve(),
      completed: () => {},
    };
    const room = () => ({ bytes: 2 ** 30, cap: '' });
    const dir = join(stateDir, 'artefacts', record.id);
    const make = (all: CaptureFiles) => new Broken({ files: all, key, room, keepFree: 0 });
    await expect(resumeCapture({ dir, record, key, files, make })).rejects.toThrow('EIO');
    expect(opened(stateDir)).toEqual([]);
  });
});
