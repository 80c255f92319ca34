// The ledger: what was begun is never begun again, whatever was lost, and a reopened ledger says what the live one said.

import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../test/harness/temp-dir.ts';
import type { JsonValue } from '../lib/json.ts';
import type { Outcome } from '../model/command.ts';
import type { CommandId, ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { OpenLog } from './durable-log.ts';
import { openDurableLog } from './durable-log.ts';
import { Ledger } from './ledger.ts';

const id = (n: number) => asId<CommandId>(`command-${n}`);
const entry = (n: number) => ({ command: id(n), seq: n, server: asId<ServerId>('s'), kind: 'pause' as const });
const done: Outcome = { result: 'success' };
const lost: Outcome = { result: 'unknown', reason: 'lost' };

/** A log that keeps its records in a list: the port's promise without a disk. */
function listLog(list: JsonValue[]): OpenLog {
  const copy = (record: JsonValue) => JSON.parse(JSON.stringify(record)) as JsonValue;
  return () =>
    Promise.resolve({
      records: list.map(copy),
      log: {
        append: async (record) => void list.push(copy(record)),
        rewrite: async (records) => void list.splice(0, list.length, ...records().map(copy)),
        close: async () => {},
      },
    });
}

const open = (list: JsonValue[] = []) => Ledger.open('a list', listLog(list));

describe('a command', () => {
  it('can be begun once', async () => {
    const ledger = await open();
    await ledger.begin(entry(1));
    await expect(ledger.begin(entry(1))).rejects.toThrow('command command-1 was begun before');
    expect(ledger.find(id(1))).toEqual({ ...entry(1), outcome: null, acknowledged: false });
    expect(ledger.find(id(2))).toBeNull();
  });

  it('can be begun again when beginning it could not be written down', async () => {
    let full = true;
    const list: JsonValue[] = [];
    const ledger = await Ledger.open('a list', async (path) => {
      const { log, records } = await listLog(list)(path);
      return { records, log: { ...log, append: (r) => (full ? Promise.reject(new Error('full')) : log.append(r)) } };
    });
    await expect(ledger.begin(entry(1))).rejects.toThrow('full');
    expect(ledger.open()).toEqual([]);
    full = false;
    await ledger.begin(entry(1));
    expect(ledger.open()).toHaveLength(1);
  });

  it('keeps its first outcome, also when read again', async () => {
    const list: JsonValue[] = [];
    const ledger = await open(list);
    await ledger.begin(entry(1));
    await ledger.end(id(1), lost);
    await ledger.end(id(1), done);
    await ledger.end(id(7), done);
    expect(ledger.find(id(1))?.outcome).toEqual(lost);
    expect((await open(list)).find(id(1))?.outcome).toEqual(lost);
  });

  it('is open until dispatch has its outcome', async () => {
    const ledger = await open();
    for (const n of [1, 2]) await ledger.begin(entry(n));
    await ledger.end(id(1), done);
    expect(ledger.open().map((one) => one.command)).toEqual([id(1), id(2)]);
    await ledger.acknowledge(id(1));
    expect(ledger.open().map((one) => one.command)).toEqual([id(2)]);
  });
});

describe('the floor', () => {
  it('is set once, and commands up to it are too old', async () => {
    const list: JsonValue[] = [];
    const ledger = await open(list);
    expect(ledger.isTooOld(1_000)).toBe(true);
    await ledger.setFloor(5);
    await ledger.setFloor(9);
    for (const again of [ledger, await open(list)]) {
      expect([again.isTooOld(5), again.isTooOld(6)]).toEqual([true, false]);
    }
  });
});

describe('compaction', () => {
  const KEPT = 2_000;
  const fill = async (ledger: Ledger, from: number, to: number) => {
    for (let n = from; n <= to; n += 1) {
      await ledger.begin(entry(n));
      await ledger.end(id(n), done);
      await ledger.acknowledge(id(n));
    }
  };

  it('forgets the oldest acknowledged ones alone, and the floor rises above them', async () => {
    const list: JsonValue[] = [];
    const ledger = await open(list);
    await ledger.setFloor(0);
    await ledger.begin(entry(1));
    await ledger.begin(entry(2));
    await ledger.end(id(2), lost);
    await fill(ledger, 3, KEPT + 12);
    const again = await open(list);
    expect(again.open()).toEqual(ledger.open());
    expect(again.find(id(12))).toBeNull();
    expect(again.find(id(13))).not.toBeNull();
    expect([again.isTooOld(12), again.isTooOld(13)]).toEqual([true, false]);
    // The floor and what is kept: no more is left in the file.
    expect(list).toHaveLength(1 + 2 + KEPT);
    expect((await open(list)).find(id(KEPT + 12))).toEqual(again.find(id(KEPT + 12)));
  });

  it('also happens to one that is never reopened', async () => {
    const list: JsonValue[] = [];
    const ledger = await open(list);
    await ledger.setFloor(0);
    await fill(ledger, 1, 3 * KEPT);
    expect(list.length).toBeLessThan(5 * KEPT);
    expect([ledger.find(id(1)), ledger.isTooOld(1), ledger.isTooOld(3 * KEPT)]).toEqual([null, true, false]);
  });
});

const act = fc.record({
  do: fc.constantFrom('begin', 'end', 'lose', 'acknowledge'),
  n: fc.integer({ min: 1, max: 4 }),
});

describe('any history', () => {
  it('is the same live and read again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 30 }), fc.option(fc.nat(3)), async (acts, floor) => {
        const list: JsonValue[] = [];
        const ledger = await open(list);
        if (floor !== null) await ledger.setFloor(floor);
        for (const { do: what, n } of acts) {
          if (what === 'begin') await ledger.begin(entry(n)).catch(() => {});
          if (what === 'end') await ledger.end(id(n), done);
          if (what === 'lose') await ledger.end(id(n), lost);
          if (what === 'acknowledge') await ledger.acknowledge(id(n));
        }
        const again = await open(list);
        for (const n of [1, 2, 3, 4]) {
          expect(again.find(id(n))).toEqual(ledger.find(id(n)));
          expect(again.isTooOld(n)).toBe(ledger.isTooOld(n));
        }
        expect(again.open()).toEqual(ledger.open());
      }),
    );
  });

  it('is the same on a disk', async () => {
    const path = join(tempDir(), 'ledger.jsonl');
    const ledger = await Ledger.open(path, openDurableLog);
    await ledger.setFloor(3);
    await Promise.all([4, 5, 6].map((n) => ledger.begin(entry(n))));
    await ledger.end(id(5), lost);
    await ledger.end(id(6), done);
    await ledger.acknowledge(id(6));
    await ledger.close();
    const again = await Ledger.open(path, openDurableLog);
    expect(again.open()).toEqual(ledger.open());
    expect(again.find(id(6))).toEqual(ledger.find(id(6)));
    await again.close();
  });
});
