// A host's store of artefacts for a test: real files in a folder of the test's own, and a disk that fails when told.

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { memoryLane } from '../../src/adapters/memory-lane.ts';
import { ArtefactStore, type Caps } from '../../src/agent/capture/artefact-store.ts';
import type { Capture } from '../../src/agent/capture/capture.ts';
import { type Disk, hostDisk } from '../../src/agent/capture/disk.ts';
import { inPieces } from './flat-dump.ts';
import { tempDir } from './temp-dir.ts';
import { testClock } from './test-clock.ts';

/** What a test may do to the disk: throw for a path, or say how much is free. */
export interface DiskFaults {
  write: (path: string) => void;
  append: (path: string) => void;
  free: number;
}

/** An error of the system. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

/** Sets up a folder and a disk; stores are opened on it one after the other. */
export function artefactBench() {
  const clock = testClock();
  onTestFinished(() => clock.stop());
  const stateDir = join(tempDir(), 'state');
  const faults: DiskFaults = { write: () => {}, append: () => {}, free: 2 ** 40 };
  const disk: Disk = {
    free: () => Promise.resolve(faults.free),
    async open(path, how) {
      const file = await hostDisk.open(path, how);
      return {
        ...file,
        append: (bytes) => {
          faults.append(path);
          file.append(bytes);
        },
        write: async (bytes, position) => {
          faults.write(path);
          await file.write(bytes, position);
        },
      };
    },
  };
  const caps: Caps = { perDump: 2 ** 30, perHost: 2 ** 31, keepFree: 2 ** 20 };
  return {
    clock,
    lane: memoryLane(clock),
    stateDir,
    disk,
    faults,
    caps,
    open: (more: { caps?: Partial<Caps>; epoch?: string } = {}) =>
      ArtefactStore.open({
        stateDir,
        disk,
        clock: { ...clock, epoch: more.epoch ?? clock.epoch },
        caps: { ...caps, ...more.caps },
      }),
  };
}

/** Feeds `bytes` in pieces, waiting for the disk as a port does. */
export async function feed(capture: Capture, bytes: Buffer, most = 65_536): Promise<void> {
  for (const piece of inPieces(bytes, most)) {
    capture.take(piece);
    if (capture.behind) await capture.settled();
  }
}

/** Every file below `dir`, by path. */
export function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Their names. */
export const namesBelow = (dir: string) => filesBelow(dir).map((path) => basename(path));
