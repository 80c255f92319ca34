// The part of the suite for `dumpMemory`: one guest's memory is written in every format, cancelled, and lost; each time the
// guest is as it was before.

import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POWER_STATE, type PowerState } from '../../model/power-state.ts';
import { ability, type Driver, DriverFault, type GuestSpec, type MemoryDump, type MemoryFormat } from '../driver.ts';
import { walkFlat } from './flat-walk.contract.ts';
import {
  type ConformanceHarness,
  connected,
  eventually,
  fault,
  order,
  type Recorder,
  TEST_WITHIN_MS,
} from './suite-tools.contract.ts';

const BOUND_MS = 120_000;

/** Declares the part for the driver called `name`; `open` sets its surroundings up, once. */
export function dumpMemoryConformance(name: string, open: () => Promise<ConformanceHarness>): void {
  describe(`the ${name} driver writes a guest's memory`, { timeout: TEST_WITHIN_MS }, () => {
    let harness: ConformanceHarness;
    let driver: Driver;
    let spec: GuestSpec;
    let seen: Recorder;

    const memory = () => ability(driver, 'dumpMemory');
    const begin = (format: MemoryFormat = 'elf') => memory().start(spec.id, { format, boundMs: BOUND_MS }, order());
    const powerState = async () => (await driver.guest(spec.id)).powerState;
    const becomes = (wanted: PowerState) => eventually(async () => expect(await powerState()).toBe(wanted));
    const connect = async () => {
      ({ driver, seen } = await connected(harness));
    };

    beforeAll(async () => {
      harness = await open();
      spec = harness.spec();
      await connect();
      await ability(driver, 'make').create(spec, order());
      await harness.ready(spec.id);
    }, TEST_WITHIN_MS);

    afterAll(async () => {
      await driver.stop();
      await harness.close();
    }, TEST_WITHIN_MS);

    it('compressed, to the last record, as the guest stands still; then it goes on', async () => {
      const dump = await begin('kdump');
      const first = await someOf(dump);
      const paused = await eventually(() => seen.indexOf(spec.id, 'paused'));
      expect(await powerState()).toBe(POWER_STATE.paused);
      const bytes = Buffer.concat([first, await readAll(dump.bytes)]);
      expect(walkFlat(bytes)).toMatchObject({ whole: true, behind: 0 });
      await dump.over;
      await becomes(POWER_STATE.running);
      await eventually(() => seen.indexOf(spec.id, 'resumed', paused));
    });

    it('as an ELF core, and tells how far it is', async () => {
      const dump = await begin('elf');
      const first = await someOf(dump);
      const progress = await eventually(async () => {
        const now = await dump.progress();
        expect(now).not.toBeNull();
        return now;
      });
      expect(progress?.total).toBeGreaterThan(0);
      expect(progress?.done).toBeLessThanOrEqual(progress?.total ?? 0);
      const bytes = Buffer.concat([first, await readAll(dump.bytes)]);
      expect(bytes.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
      expect(bytes.length).toBeGreaterThan(progress?.total ?? 0);
      await dump.over;
      expect(await dump.progress()).toBeNull();
    });

    it('not any more once nobody reads it, and again afterwards', async () => {
      for (const end of ['destroyed', 'signalled'] as const) {
        const signal = new AbortController();
        const ask = { format: 'elf', boundMs: BOUND_MS, signal: signal.signal } as const;
        const dump = await memory().start(spec.id, ask, order());
        await someOf(dump);
        if (end === 'destroyed') dump.bytes.destroy();
        else signal.abort();
        await dump.over;
        expect(dump.bytes.destroyed).toBe(true);
        await becomes(POWER_STATE.running);
      }
      expect((await readAll((await begin()).bytes)).length).toBeGreaterThan(0);
    });

    it('one guest at a time: who is cancelled while waiting never begins', async () => {
      const first = await begin();
      const signal = new AbortController();
      const ask = { format: 'elf', boundMs: BOUND_MS, signal: signal.signal } as const;
      const second = memory().start(spec.id, ask, order());
      signal.abort();
      await fault(second, 'failed');
      await readAll(first.bytes);
      await first.over;
    });

    it('not of one that is not wanted any more when its turn comes', async () => {
      const first = await begin();
      await someOf(first);
      let looks = 0;
      const tooLate = new DriverFault('failed', 'too late');
      const stillGood = async () => {
        looks += 1;
        throw tooLate;
      };
      const second = memory().start(spec.id, { format: 'elf', boundMs: BOUND_MS, stillGood }, order());
      second.catch(() => {});
      await readAll(first.bytes);
      expect(await fault(second)).toBe(tooLate);
      expect(looks).toBe(1);
      await first.over;
      await becomes(POWER_STATE.running);
    });

    it('paused as it is, if it was', async () => {
      await ability(driver, 'pause').pause(spec.id, order());
      await becomes(POWER_STATE.paused);
      const dump = await begin();
      await readAll(dump.bytes);
      await dump.over;
      expect(await powerState()).toBe(POWER_STATE.paused);
      await ability(driver, 'pause').unpause(spec.id, order());
      await becomes(POWER_STATE.running);
    });

    it('to nobody who asks too late', async () => {
      const dump = await memory()
        .start(spec.id, { format: 'kdump', boundMs: 50 }, order())
        .catch(() => null);
      // A busy machine may not even begin within the bound.
      if (dump !== null) await fault(readSlowly(dump.bytes));
      await becomes(POWER_STATE.running);
    });

    it('as a fault when the driver stops in the middle; the guest goes on', async () => {
      const dump = await begin();
      await someOf(dump);
      await driver.stop();
      await fault(readAll(dump.bytes), 'connection-lost');
      await dump.over;
      await connect();
      await becomes(POWER_STATE.running);
    });

    it('as a fault when the guest goes in the middle', async () => {
      const dump = await begin();
      await someOf(dump);
      await driver.powerOff(spec.id, order());
      await fault(readAll(dump.bytes));
      await dump.over;
      await becomes(POWER_STATE.shutdown);
    });

    it('not of a guest that is off, or not there', async () => {
      await fault(begin(), 'not-running');
      await driver.destroy(spec.id, order());
      await fault(begin(), 'not-found');
    });
  });
}

/** The first piece; the stream stays open, and nothing more of it is read. */
async function someOf({ bytes }: MemoryDump): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  bytes.once('error', reject);
  bytes.once('readable', () => resolve((bytes.read() as Buffer | null) ?? Buffer.alloc(0)));
  return promise.finally(() => bytes.off('error', reject));
}

async function readAll(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Reads a first piece and then no more, until the stream ends by itself. */
async function readSlowly(stream: Readable): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  stream.once('error', reject);
  stream.once('close', () => reject(new Error('it ended without a fault')));
  return promise;
}
