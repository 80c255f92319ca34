// Goes on with a dump that another process of this host began: what it wrote is opened, checked and walked again, segments
// first, then the tail. Bytes it had taken and not yet written are lost; the walk finds that out at the latest at the end.

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Capture } from './capture.ts';
import { type BrokenEnd, CaptureFiles, type CaptureFilesDeps, type CaptureRecord, DATA } from './capture-files.ts';
import { SEGMENT, STRIDE, unseal } from './sealing.ts';

/** Why a dump that was gone on with may turn out broken. */
export const RESTARTED = 'the agent restarted while the dump was written';

/** A dump to go on with, or how it ended. */
export type Resumed = { readonly capture: Capture } | { readonly capture: null; readonly broken: BrokenEnd };

/** What going on needs. */
export interface ResumeDeps {
  readonly dir: string;
  readonly record: CaptureRecord;
  readonly key: Buffer;
  readonly files: CaptureFilesDeps;
  readonly make: (files: CaptureFiles) => Capture;
}

/** Opens the files again, and reads what is in them. Rejects, with nothing left open, where that cannot be done. */
export async function resumeCapture(deps: ResumeDeps): Promise<Capture> {
  const { dir, record, key } = deps;
  const sealed = await countSegments(dir, key);
  const { files, found } = await CaptureFiles.open(dir, record, key, sealed * SEGMENT, deps.files);
  try {
    const capture = deps.make(files);
    // Seams of earlier lives are among what is replayed.
    capture.seam(RESTARTED, true);
    await replaySegments(dir, key, sealed, capture);
    for (const piece of found) capture.replay(piece, false);
    // And here is that of this life: what comes now stands behind whatever was lost.
    capture.seam(RESTARTED, true);
    return capture;
  } catch (error) {
    await files.close();
    throw error;
  }
}

/** How many segments in a row are good. One that was sealed as the last, or cut off, is in the tail. */
async function countSegments(dir: string, key: Buffer): Promise<number> {
  let count = 0;
  for await (const _ of segments(dir, key)) count += 1;
  return count;
}

async function replaySegments(dir: string, key: Buffer, count: number, capture: Capture): Promise<void> {
  let left = count;
  for await (const plain of segments(dir, key)) {
    if (left === 0) return;
    capture.replay(plain, true);
    left -= 1;
  }
}

async function* segments(dir: string, key: Buffer): AsyncGenerator<Buffer> {
  const file = await open(join(dir, DATA), 'a+', 0o600);
  try {
    for (let number = 0; ; number += 1) {
      const sealed = Buffer.alloc(STRIDE);
      const { bytesRead } = await file.read(sealed, 0, STRIDE, number * STRIDE);
      const plain = bytesRead < STRIDE ? null : unseal(key, number, false, sealed);
      if (plain === null) return;
      yield plain;
    }
  } finally {
    await file.close();
  }
}
