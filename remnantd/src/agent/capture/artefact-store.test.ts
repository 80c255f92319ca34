// What comes in comes out again, byte for byte and range for range; what was changed on the disk does not; nothing of a
// guest's memory lies there in plain; and what cannot be kept leaves nothing behind but word of that, until somebody was told.

import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { artefactBench, feed, filesBelow, namesBelow, systemError } from '../../../test/harness/artefact-bench.ts';
import { DUMPED } from '../../../test/harness/dumped.ts';
import { flatDump, flatEnd, flatHeader, flatRecord } from '../../../test/harness/flat-dump.ts';
import type { ArtefactId, CommandId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import type { ArtefactStore } from './artefact-store.ts';
import { SEGMENT, STRIDE } from './sealing.ts';

const DUMP = flatDump(400_000);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const bytesOf = async (stream: Promise<Readable>) => buffer(await stream);

/** Takes `dump` in and gives the id of its artefact. */
async function kept(store: ArtefactStore, dump = DUMP): Promise<ArtefactId> {
  const capture = await store.begin(DUMPED);
  await feed(capture, dump);
  const end = await capture.finish('');
  if (end?.whole !== true) throw new Error(end?.broken.reason);
  return end.facts.id;
}

async function* aFew(): AsyncGenerator<Buffer> {
  yield Buffer.from('all of it');
}

describe('a whole dump', () => {
  it('is kept with its size and digest, and comes out as it came in, after a restart too', async () => {
    const bench = artefactBench();
    const store = await bench.open();
    const id = await kept(store);
    for (const opened of [store, await bench.open()]) {
      expect(opened.list()).toEqual([
        expect.objectContaining({ id, server: DUMPED, size: DUMP.length, sha256: sha256(DUMP), format: 'flattened' }),
      ]);
      expect(opened.unfinished()).toEqual([]);
      expect(DUMP.equals(await bytesOf(opened.read(id)))).toBe(true);
    }
    await store.told(id);
    expect(readdirSync(join(bench.stateDir, 'artefacts', id)).toSorted()).toEqual(['data', 'manifest.json']);
  });

  it('is told of by another life, where one did not live to do so', async () => {
    const bench = artefactBench();
    const id = await kept(await bench.open());
    const next = await bench.open();
    expect(next.untold().map((manifest) => manifest.id)).toEqual([id]);
    await next.told(id);
    expect(next.untold()).toEqual([]);
    expect((await bench.open()).untold()).toEqual([]);
  });

  it('of its hypervisor is told of by another life just so, and is nothing without its manifest', async () => {
    const bench = artefactBench();
    const store = await bench.open();
    const what = { server: DUMPED, source: 'hypervisor', format: 'png', command: asId<CommandId>('c') } as const;
    const { id } = await store.keep(what, aFew());
    const next = await bench.open();
    expect(next.untold()).toMatchObject([{ id, ...what }]);
    await next.told(id);
    expect((await bench.open()).untold()).toEqual([]);
    const other = await store.keep(what, aFew());
    // A process that dies before the last step.
    rmSync(join(bench.stateDir, 'artefacts', other.id, 'manifest.json'));
    const last = await bench.open();
    expect([last.unfinished(), last.untold(), last.list().map((one) => one.id)]).toEqual([[], [], [id]]);
    expect(readdirSync(join(bench.stateDir, 'artefacts'))).toEqual([id]);
  });

  it('comes out in any range', async () => {
    const store = await artefactBench().open();
    const id = await kept(store);
    const place = fc.oneof(
      fc.nat(DUMP.length),
      fc.constantFrom(0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, DUMP.length - 1, DUMP.length),
    );
    await fc.assert(
      fc.asyncProperty(place, place, async (a, b) => {
        const range = { start: Math.min(a, b), end: Math.max(a, b) };
        const found = await bytesOf(store.read(id, range));
        expect(found.equals(DUMP.subarray(range.start, range.end))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    { start: -1, end: 1 },
    { start: 0, end: DUMP.length + 1 },
    { start: 2, end: 1 },
    { start: 0.5, end: 1 },
    { start: Number.NaN, end: 1 },
  ])('has no range $start to $end', async (range) => {
    const store = await artefactBench().open();
    const id = await kept(store);
    await expect(store.read(id, range)).rejects.toMatchObject({ code: 'range' });
  });

  // A segment's end is where it is easy to be wrong by one.
  it.each([-1, 0, 1])('may end %i bytes off the end of a segment', async (off) => {
    const frame = flatHeader().length + flatRecord(0, Buffer.alloc(0)).length + flatEnd().length;
    const dump = Buffer.concat([flatHeader(), flatRecord(0, Buffer.alloc(3 * SEGMENT - frame + off, 7)), flatEnd()]);
    expect(dump.length).toBe(3 * SEGMENT + off);
    const store = await artefactBench().open();
    expect(dump.equals(await bytesOf(store.read(await kept(store, dump))))).toBe(true);
  });
});

describe('on the disk', () => {
  it('everything is for its owner only, and nothing of the dump is in plain, at any time', async () => {
    const bench = artefactBench();
    const store = await bench.open();
    const capture = await store.begin(DUMPED);
    const look = () => {
      for (const path of filesBelow(bench.stateDir)) {
        expect(statSync(path).mode & 0o777).toBe(0o600);
        const bytes = readFileSync(path);
        expect(bytes.includes('makedumpfile')).toBe(false);
        for (let at = 4_200; at < DUMP.length - 32; at += 10_007)
          expect(bytes.includes(DUMP.subarray(at, at + 32))).toBe(false);
      }
      for (const dir of ['artefacts', 'keys', join('artefacts', capture.files.id)])
        expect(statSync(join(bench.stateDir, dir)).mode & 0o777).toBe(0o700);
    };
    capture.take(DUMP.subarray(0, 1_000));
    look();
    await feed(capture, DUMP.subarray(1_000, 300_000));
    await capture.settled();
    look();
    await feed(capture, DUMP.subarray(300_000));
    await capture.finish('');
    look();
  });

  const damage: [string, (path: string) => void][] = [
    ['cut off by a byte', (path) => truncateSync(path, statSync(path).size - 1)],
    ['cut off at a segment', (path) => truncateSync(path, 2 * STRIDE)],
    ['a bit of its last segment flipped', (path) => flip(path, statSync(path).size - 1)],
    ['emptied', (path) => truncateSync(path, 0)],
  ];
  it.each(damage)('a file that was %s is not read at all', async (_, change) => {
    const bench = artefactBench();
    const store = await bench.open();
    const id = await kept(store);
    change(join(bench.stateDir, 'artefacts', id, 'data'));
    await expect(store.read(id)).rejects.toMatchObject({ code: 'damaged' });
  });

  it('a segment that was changed, or is another one, ends the reading before it', async () => {
    const bench = artefactBench();
    const store = await bench.open();
    const id = await kept(store);
    const path = join(bench.stateDir, 'artefacts', id, 'data');
    const before = readFileSync(path);
    const swapped = Buffer.concat([
      before.subarray(0, STRIDE),
      before.subarray(2 * STRIDE, 3 * STRIDE),
      before.subarray(STRIDE, 2 * STRIDE),
      before.subarray(3 * STRIDE),
    ]);
    const flipped = Buffer.from(before);
    flipped[STRIDE + 5] = (flipped[STRIDE + 5] ?? 0) ^ 1;
    for (const bytes of [swapped, flipped]) {
      writeFileSync(path, bytes);
      expect((await bytesOf(store.read(id, { start: 0, end: SEGMENT }))).length).toBe(SEGMENT);
      const pieces: Buffer[] = [];
      const reading = (async () => {
        for await (const piece of await store.read(id)) pieces.push(piece as Buffer);
      })();
      await expect(reading).rejects.toMatchObject({ code: 'damaged' });
      expect(Buffer.concat(pieces).equals(DUMP.subarray(0, SEGMENT))).toBe(true);
    }
  });
});

describe('deleting', () => {
  it('erases the key and the file, for good', async () => {
    const bench = artefactBench();
    const store = await bench.open();
    const id = await kept(store);
    expect(await store.delete(id)).toBe(true);
    expect(filesBelow(bench.stateDir)).toEqual([]);
    expect(await store.delete(id)).toBe(false);
    await expect(store.read(id)).rejects.toMatchObject({ code: 'not-found' });
    expect((await bench.open()).list()).toEqual([]);
  });

  it('knows no other names', async () => {
    const store = await artefactBench().open();
    for (const name of ['../keys', '..', '', randomUUID()]) {
      expect(await store.delete(asId(name))).toBe(false);
      await expect(store.read(asId(name))).rejects.toMatchObject({ code: 'not-found' });
    }
  });
});

describe('a dump that cannot be kept', () => {
  const disk = 'the disk of the host is full';
  it.each([
    ['a segment does not fit', 'write', 'ENOSPC', disk],
    ['the tail does not fit', 'append', 'ENOSPC', disk],
    ['the quota is used up', 'append', 'EDQUOT', disk],
    ['the disk fails', 'write', 'EIO', 'the host could not write it (EIO)'],
  ] as const)('leaves nothing: %s', async (_, what, code, reason) => {
    const bench = artefactBench();
    const store = await bench.open();
    const capture = await store.begin(DUMPED);
    let calls = 0;
    bench.faults[what] = () => {
      calls += 1;
      if (calls === 3) throw systemError(code);
    };
    await feed(capture, DUMP, 30_000);
    expect(await capture.finish('')).toMatchObject({ whole: false, broken: { reason } });
    expect(namesBelow(bench.stateDir)).toEqual(['capture.json']);
    await store.told(capture.files.id);
    expect(filesBelow(bench.stateDir)).toEqual([]);
    bench.faults[what] = () => {};
    expect(store.list()).toEqual([]);
    await kept(store);
  });

  it('leaves the disk what it needs for itself', async () => {
    const bench = artefactBench();
    const store = await bench.open();
    bench.faults.free = bench.caps.keepFree - 1;
    const capture = await store.begin(DUMPED);
    await feed(capture, flatDump(9_000_000));
    expect(await capture.finish('')).toMatchObject({ whole: false, broken: { reason: disk } });
  });

  it.each([
    ['per dump', { perDump: 399_999 }, 'the dump is over the cap: 399999 bytes for a dump'],
    [
      'per host',
      { perHost: 2 * DUMP.length - 1 },
      `the dump is over the cap: ${2 * DUMP.length - 1} bytes for all dumps of the host`,
    ],
  ])('is over the cap %s', async (name, caps, reason) => {
    const bench = artefactBench();
    const store = await bench.open({ caps });
    const first = name === 'per host' ? await kept(store) : null;
    const capture = await store.begin(DUMPED);
    await feed(capture, DUMP);
    expect(await capture.finish('')).toMatchObject({ whole: false, broken: { reason } });
    expect(store.list().map(({ id }) => id)).toEqual(first === null ? [] : [first]);
    // What was thrown away takes no room.
    if (first !== null) await store.delete(first);
    await kept(store, flatDump(100_000));
  });

  it('is none, from its first wrong byte on', async () => {
    const bench = artefactBench();
    const capture = await (await bench.open()).begin(DUMPED);
    expect(capture.take(Buffer.from('hello'))).toBe(0);
    expect(capture.going).toBe(false);
    expect(await capture.finish('')).toMatchObject({
      whole: false,
      broken: { reason: 'it does not begin as a flattened dump', hostFault: false },
    });
    expect(namesBelow(bench.stateDir)).toEqual(['capture.json']);
  });

  it('was none, without a byte, and nobody is told', async () => {
    const bench = artefactBench();
    const capture = await (await bench.open()).begin(DUMPED);
    expect(await capture.finish('the guest went')).toBe(null);
    expect(filesBelow(bench.stateDir)).toEqual([]);
    expect((await bench.open()).untoldBroken()).toEqual([]);
  });

  it('is told of by another life, where one did not live to do so; of a guest that is all that is left', async () => {
    const bench = artefactBench();
    const first = await bench.open();
    const capture = await first.begin(DUMPED);
    await feed(capture, DUMP.subarray(0, 200_000));
    const broken = { reason: 'the guest went', hostFault: false, bytes: 200_000 };
    expect(await capture.finish('the guest went')).toMatchObject({ whole: false, broken });
    const { id } = capture.files;
    // A process that dies between the record and the rest.
    writeFileSync(join(bench.stateDir, 'keys', id), Buffer.alloc(32));
    writeFileSync(join(bench.stateDir, 'artefacts', id, 'data'), 'x');
    // Its manifest was in place, and then not all went well.
    writeFileSync(
      join(bench.stateDir, 'artefacts', id, 'manifest.json'),
      JSON.stringify({ id, server: DUMPED, size: 1 }),
    );
    const next = await bench.open({ epoch: 'another boot' });
    expect([next.unfinished(), next.untold(), next.list()]).toEqual([[], [], []]);
    expect(next.untoldBroken()).toMatchObject([{ id, server: DUMPED, broken }]);
    expect(namesBelow(bench.stateDir)).toEqual(['capture.json']);
    await next.told(id);
    expect([next.untoldBroken(), filesBelow(bench.stateDir)]).toEqual([[], []]);
    expect((await bench.open()).untoldBroken()).toEqual([]);
  });

  it('leaves nothing at all where the disk has no room for the word of it', async () => {
    const bench = artefactBench();
    const store = await bench.open();
    const capture = await store.begin(DUMPED);
    await feed(capture, DUMP.subarray(0, 200_000));
    // What would be put in its place cannot be made.
    mkdirSync(join(bench.stateDir, 'artefacts', capture.files.id, 'capture.json.new'));
    expect(await capture.finish('the guest went')).toMatchObject({ whole: false, broken: { bytes: 200_000 } });
    expect(filesBelow(bench.stateDir)).toEqual([]);
  });
});

describe('the next life', () => {
  it('sweeps away what is neither whole nor unfinished', async () => {
    const bench = artefactBench();
    const id = await kept(await bench.open());
    const stray = randomUUID();
    mkdirSync(join(bench.stateDir, 'artefacts', stray));
    writeFileSync(join(bench.stateDir, 'artefacts', stray, 'data'), 'x');
    writeFileSync(join(bench.stateDir, 'keys', randomUUID()), Buffer.alloc(32));
    chmodSync(join(bench.stateDir, 'artefacts', stray), 0o700);
    const store = await bench.open();
    expect(store.list()).toHaveLength(1);
    expect(readdirSync(join(bench.stateDir, 'artefacts'))).toEqual([id]);
    expect(readdirSync(join(bench.stateDir, 'keys'))).toEqual([id]);
  });
});

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
