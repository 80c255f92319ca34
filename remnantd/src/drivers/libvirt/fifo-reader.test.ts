// Proves the reading of FIFOs against real ones: what waits, what ends, and that a reader who leaves takes nothing along.

import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FifoReader } from './fifo-reader.ts';

const full = 65_536;
let folder: string;
let path: string;
let writer: number;
let reader: FifoReader;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fifo-'));
  path = join(folder, 'port.out');
  execFileSync('mkfifo', ['-m', '600', path]);
  // As QEMU opens it: for reading too, so that it never waits for the other side.
  writer = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  reader = new FifoReader(path);
});
afterEach(() => {
  reader.close();
  if (writer !== -1) closeSync(writer);
  rmSync(folder, { recursive: true });
});

const goes = () => {
  closeSync(writer);
  writer = -1;
};
/** How many bytes the FIFO takes before its writer would have to wait. */
function room(): number {
  let written = 0;
  try {
    for (;;) written += writeSync(writer, Buffer.alloc(4_096));
  } catch {
    return written;
  }
}
const one = (stream: Readable) =>
  vi.waitFor(
    () => {
      const piece: Buffer | null = stream.read();
      if (piece === null) throw new Error('nothing yet');
      return piece;
    },
    { interval: 1 },
  );
const turn = () => new Promise(setImmediate);

test('gives what is written, when it is written, and ends with the writer', async () => {
  const read = text(reader.stream());
  writeSync(writer, 'CRASH-KERNEL-UP\n');
  await turn();
  writeSync(writer, 'DUMP-DONE\n');
  goes();
  expect(await read).toBe('CRASH-KERNEL-UP\nDUMP-DONE\n');
  expect(reader.drained).toBe(true);
});

test('a reader that does not read makes the writer wait, and one that reads takes a piece at a time', async () => {
  const stream = reader.stream();
  expect(room()).toBe(full);
  await turn();
  await turn();
  expect(room()).toBe(0);
  expect((await one(stream)).length).toBe(full);
  expect(room()).toBe(full);
});

test('a reader that stops listening takes at most the piece that was on its way', async () => {
  const stream = reader.stream();
  stream.on('data', () => stream.pause());
  room();
  await vi.waitFor(() => expect(room()).toBe(full), { interval: 1 });
  for (let count = 0; count < 20; count += 1) await turn();
  expect(stream.readableLength).toBeLessThanOrEqual(full);
  expect(room()).toBeLessThanOrEqual(full);
});

test('no byte is lost or told twice between readers, however much of a piece they took', async () => {
  const sent = Buffer.from(Uint8Array.from({ length: full }, (_, index) => index % 251));
  writeSync(writer, sent);
  const got: Buffer[] = [];
  for (const size of [1, 1_000, 30_000]) {
    const stream = reader.stream();
    await vi.waitFor(
      () => {
        const piece: Buffer | null = stream.read(size);
        if (piece === null) throw new Error('nothing yet');
        got.push(piece);
      },
      { interval: 1 },
    );
    stream.destroy();
  }
  for await (const piece of reader.stream()) {
    got.push(piece);
    break;
  }
  goes();
  got.push(await buffer(reader.stream()));
  expect(Buffer.concat(got).equals(sent)).toBe(true);
});

test('a reader that leaves while it waits takes nothing that comes later, nor does one that has not begun', async () => {
  const stream = reader.stream();
  expect(stream.read()).toBe(null);
  await turn();
  stream.destroy();
  expect(room()).toBe(full);
  reader.stream();
  for (let count = 0; count < 20; count += 1) await turn();
  // What is in the FIFO outlives this process; what was taken out of it would not.
  expect(room()).toBe(0);
  const other = new FifoReader(path);
  await turn();
  expect(room()).toBe(0);
  expect((await one(other.stream())).length).toBe(full);
  other.close();
});

test('there is one reader at a time', () => {
  const first = reader.stream();
  expect(() => reader.stream()).toThrow('being read');
  first.destroy();
  reader.stream();
});

test('without a writer it ends at once', async () => {
  reader.close();
  goes();
  reader = new FifoReader(path);
  expect(await text(reader.stream())).toBe('');
});

test('what a writer that went has left is kept apart from what the next one writes', async () => {
  const stream = reader.stream();
  writeSync(writer, 'old');
  goes();
  reader.writerGone();
  stream.destroy();
  expect(reader.drained).toBe(false);
  writer = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  writeSync(writer, 'new');
  expect(await text(reader.stream())).toBe('old');
});

test('a writer that is still there is not taken for gone', async () => {
  room();
  reader.writerGone();
  const read = text(reader.stream());
  await turn();
  writeSync(writer, 'more');
  goes();
  expect((await read).slice(full)).toBe('more');
});

test('closing destroys the stream, which does not end as if all were read', async () => {
  const read = text(reader.stream());
  reader.close();
  await expect(read).rejects.toThrow(/premature|aborted/i);
});
