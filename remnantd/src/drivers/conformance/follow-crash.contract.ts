// The part of the suite for `followCrash`: one guest crashes three times, and every byte its crash kernel hands over is
// accounted for, however its readers come and go.

import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ability, type Driver, type GuestPort, type GuestSpec } from '../driver.ts';
import { walkFlat } from './flat-walk.contract.ts';
import {
  type ConformanceHarness,
  connected,
  eventually,
  fault,
  order,
  type Recorder,
  recorder,
  TEST_WITHIN_MS,
} from './suite-tools.contract.ts';

const MIB = 1024 * 1024;

/** Declares the part for the driver called `name`; `open` sets its surroundings up, once. */
export function followCrashConformance(name: string, open: () => Promise<ConformanceHarness>): void {
  describe(`the ${name} driver follows a crash`, { timeout: TEST_WITHIN_MS }, () => {
    let harness: ConformanceHarness;
    let driver: Driver;
    let spec: GuestSpec;
    let seen: Recorder;
    let printed = '';
    let stopConsole: () => Promise<void>;
    let status: Readable;
    let said = '';

    const follow = () => ability(driver, 'followCrash');
    const nmi = () => ability(driver, 'injectNmi').send(spec.id, order());
    /** Where the event stands that tells of `port`, behind `after`. */
    const portEvent = (kind: 'port-opened' | 'port-closed', port: GuestPort, after = -1) =>
      eventually(() => {
        const { events } = seen;
        const found = events.findIndex(
          (each, index) => index > after && each.guest === spec.id && each.kind === kind && each.detail === port,
        );
        const told = events.filter(({ guest }) => guest === spec.id).map((each) => `${each.kind} ${each.detail}`);
        expect(found, `${kind} ${port} behind #${after} of: ${told.join(', ')}`).not.toBe(-1);
        return found;
      });
    const closes = (port: GuestPort) =>
      seen.events.filter((each) => each.guest === spec.id && each.kind === 'port-closed' && each.detail === port)
        .length;
    const listenToStatus = async () => {
      said = '';
      status = await follow().openPort(spec.id, 'status');
      status.on('data', (piece: Buffer) => {
        said += piece.toString();
      });
    };

    beforeAll(async () => {
      harness = await open();
      if (harness.crashSpec === undefined) throw new Error('the harness has no guest that dumps');
      spec = harness.crashSpec();
      ({ driver, seen } = await connected(harness));
      await ability(driver, 'make').create(spec, order());
      await harness.ready(spec.id);
    }, TEST_WITHIN_MS);

    afterAll(async () => {
      await driver.stop();
      await harness.close();
    }, TEST_WITHIN_MS);

    it('sees all of a guest that it made, and nothing of one that is not there', async () => {
      expect((await follow().sight(spec.id)).toSorted()).toEqual(['agent', 'console', 'panic-device', 'ports']);
      const nobody = harness.spec().id;
      await fault(follow().sight(nobody), 'not-found');
      await fault(
        follow().followConsole(nobody, () => undefined),
        'not-found',
      );
      await fault(follow().openPort(nobody, 'dump'), 'not-found');
    });

    it('tells of the ports in the order in which a crash kernel opens them', async () => {
      stopConsole = await follow().followConsole(spec.id, (text) => {
        printed += text;
      });
      await listenToStatus();
      await nmi();
      const first = await portEvent('port-opened', 'status');
      await portEvent('port-opened', 'dump', first);
      await eventually(() => expect(said).toContain('CRASH-KERNEL-UP dump=port\n'));
    });

    it('gives a dump whole to readers that come and go', async () => {
      const pieces: Buffer[] = [];
      for (const most of [1, MIB, 2 * MIB]) {
        const stream = await follow().openPort(spec.id, 'dump');
        pieces.push(await readSome(stream, most));
        // Nobody reads now: the guest waits.
        expect(closes('dump')).toBe(0);
      }
      const last = await follow().openPort(spec.id, 'dump');
      await fault(follow().openPort(spec.id, 'dump'), 'failed');
      const dump = await readDump(last, pieces);
      expect(walkFlat(dump)).toMatchObject({ whole: true, behind: 0 });
      expect(dump.length).toBeGreaterThan(4 * MIB);
    });

    it('tells when the guest is done, before it reboots', async () => {
      // Which of the two is told first is not promised, nor how often a guest opens its status port.
      const closed = await Promise.all([portEvent('port-closed', 'dump'), portEvent('port-closed', 'status')]);
      await eventually(() => expect(said).toContain('DUMP-DONE rc=0\n'));
      await eventually(() => seen.indexOf(spec.id, 'rebooted', Math.max(...closed)));
      expect(closes('dump')).toBe(1);
      expect(status.readableEnded).toBe(false);
    });

    it('follows the console from one kernel into the next, until told to stop', async () => {
      await harness.ready(spec.id, 2);
      await eventually(() => expect(printed).toMatch(/CRASH-KERNEL-UP[^]*DUMP-DONE rc=0/));
      await stopConsole();
      const length = printed.length;
      await driver.powerOff(spec.id, order());
      await driver.powerOn(spec.id, order());
      await harness.ready(spec.id);
      expect(printed.length).toBe(length);
    });

    it('ends its streams when the guest is gone, and not before', async () => {
      await eventually(() => expect(status.readableEnded).toBe(true));
      const before = seen.events.length;
      await nmi();
      await portEvent('port-opened', 'dump', before);
      const stream = await follow().openPort(spec.id, 'dump');
      const some = await readSome(stream, MIB);
      expect(walkFlat(some).whole).toBe(false);
      const rest = await follow().openPort(spec.id, 'dump');
      await driver.powerOff(spec.id, order());
      const dump = Buffer.concat([some, await readToEnd(rest)]);
      expect(walkFlat(dump).whole).toBe(false);
    });

    it('gives nothing of one dump to the reader of the next', async () => {
      const before = seen.events.length;
      await driver.powerOn(spec.id, order());
      await harness.ready(spec.id);
      await listenToStatus();
      const stream = await follow().openPort(spec.id, 'dump');
      await nmi();
      expect(walkFlat(await readDump(stream, []))).toMatchObject({ whole: true, behind: 0 });
      const closed = await portEvent('port-closed', 'dump', before);
      await eventually(() => seen.indexOf(spec.id, 'rebooted', closed));
      await eventually(() => expect(said).toBe('CRASH-KERNEL-UP dump=port\nDUMP-DONE rc=0\n'));
    });

    it('lets go of its streams when it stops, and tells the next driver which ports are open', async () => {
      await harness.ready(spec.id, 2);
      const rebooted = seen.events.length;
      await nmi();
      await portEvent('port-opened', 'dump', rebooted);
      await driver.stop();
      await eventually(() => expect(status.destroyed).toBe(true));
      driver = harness.driver();
      seen = recorder();
      await driver.start(seen);
      await portEvent('port-opened', 'status');
      await portEvent('port-opened', 'dump');
      expect(walkFlat(await readDump(await follow().openPort(spec.id, 'dump'), [])).whole).toBe(true);
      await portEvent('port-closed', 'dump');
      await driver.destroy(spec.id, order());
      await fault(follow().openPort(spec.id, 'dump'), 'not-found');
    });
  });
}

/** Reads at least `least` bytes, more only as they come, and leaves the rest to others. */
async function readSome(stream: Readable, least: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stream) {
    pieces.push(piece as Buffer);
    length += (piece as Buffer).length;
    if (length >= least) break;
  }
  return Buffer.concat(pieces);
}

/** Reads on behind `before` until the dump is whole: a guest that reboots leaves its ports open to what it says next. */
async function readDump(stream: Readable, before: readonly Buffer[]): Promise<Buffer> {
  const pieces = [...before];
  let tail = Buffer.alloc(0);
  for await (const piece of stream) {
    pieces.push(piece as Buffer);
    tail = Buffer.concat([tail, piece as Buffer]).subarray(-MOST_ZEROS - 16);
    const end = withoutZeros(tail).subarray(-16);
    // Only what ends as an end record does is worth a walk.
    if (end.length === 16 && end.every((byte) => byte === 0xff)) {
      const dump = withoutZeros(Buffer.concat(pieces));
      if (walkFlat(dump).whole) return dump;
    }
  }
  return withoutZeros(Buffer.concat(pieces));
}

/** A guest may push its dump out with zeros behind it; some may be left before the next one. */
const MOST_ZEROS = 256;

function withoutZeros(bytes: Buffer): Buffer {
  const isByte = (byte: number) => byte !== 0;
  const from = bytes.findIndex(isByte);
  return from < 0 ? bytes.subarray(bytes.length) : bytes.subarray(from, bytes.findLastIndex(isByte) + 1);
}

async function readToEnd(stream: Readable): Promise<Buffer> {
  return readSome(stream, Number.POSITIVE_INFINITY);
}
