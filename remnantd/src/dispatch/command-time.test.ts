// The time of commands on several machines, whose clocks have nothing to do with each other and whose processes may stand
// still at any moment: nothing is granted late, nothing is ended early, and everything is ended.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommandRow } from '../db/commands.ts';
import { LONGEST_TRANSACTION_MS } from '../db/store.ts';
import type { CommandState } from '../model/command.ts';
import type { CommandId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { CommandClock } from './command-time.ts';
import { datedOf, grantableMs, isOverdue } from './command-time.ts';
import { RowDates } from './row-dates.ts';

const ALLOWED = 30_000;
const ANSWER = 20_000;

/** Offsets are no whole numbers: what is computed with them is not exact. */
const HAIR = 1e-3;

/** A row, and what only the test knows of it: the moment of its deadline, and the one it was committed. */
interface TrueRow {
  readonly row: CommandRow;
  readonly deadlineAt: number;
  readonly committedAt: number;
}

interface Look {
  rows: readonly CommandRow[];
  readonly give: (rows: readonly CommandRow[]) => void;
  readonly over: Promise<unknown>;
}

/** A process on a machine of its own. Looks of it may overlap, and stand still before and after they have read. */
class Machine {
  readonly time: CommandClock;
  readonly #looks: Look[] = [];

  constructor(name: string, now: () => number) {
    const clock = { epoch: name, mono: now } as Clock;
    this.time = { clock, dates: new RowDates(clock) };
  }

  /** Reads at once, unless it is told to have read later. */
  beginLook(rows: readonly CommandRow[]): void {
    const { promise, resolve } = Promise.withResolvers<readonly CommandRow[]>();
    const over = this.time.dates.look(
      () => promise,
      (row) => datedOf(this.time, row),
    );
    this.#looks.push({ rows, give: resolve, over });
  }

  /** The look that began last reads now. */
  read(rows: readonly CommandRow[]): void {
    const look = this.#looks.at(-1);
    if (look !== undefined) look.rows = rows;
  }

  /** The look that began last ends, or the one that began first. */
  async endLook(which: 'first' | 'last' = 'last'): Promise<void> {
    const look = which === 'last' ? this.#looks.pop() : this.#looks.shift();
    look?.give(look.rows);
    await look?.over;
  }

  async lookAt(rows: readonly CommandRow[]): Promise<void> {
    this.beginLook(rows);
    await this.endLook();
  }
}

/** Several machines, and the time that all of them live in. */
class World {
  now = 0;
  readonly rows: TrueRow[] = [];
  readonly machines: readonly Machine[];

  constructor(ahead: readonly number[]) {
    this.machines = ahead.map((ms, n) => new Machine(`machine-${n}`, () => this.now + ms));
  }

  machine(n: number): Machine {
    const machine = this.machines[n % this.machines.length];
    if (machine === undefined) throw new Error('there is no machine');
    return machine;
  }

  queue(n: number, commitMs: number): void {
    const { clock } = this.machine(n).time;
    const deadline = Math.floor(clock.mono()) + ALLOWED;
    const row = {
      id: asId<CommandId>(`c${this.rows.length}`),
      state: 'queued',
      epoch: clock.epoch,
      deadline,
      allowedMs: ALLOWED,
      answerBy: deadline + ANSWER,
    } as CommandRow;
    this.rows.push({ row, deadlineAt: this.now + deadline - clock.mono(), committedAt: this.now + commitMs });
  }

  /** The rows that are committed now, in this state. */
  committed(state: CommandState = 'queued'): CommandRow[] {
    return this.rows.filter(({ committedAt }) => committedAt <= this.now).map(({ row }) => ({ ...row, state }));
  }

  /** As where a host asks for work: nothing is said of a row that is not so. */
  check(n: number): void {
    const { time } = this.machine(n);
    for (const { row, deadlineAt, committedAt } of this.rows) {
      if (committedAt > this.now) continue;
      const leftMs = grantableMs(time, row);
      if (leftMs > 0) expect(this.now + leftMs).toBeLessThan(deadlineAt + HAIR);
      if (isOverdue(time, row)) expect(this.now).toBeGreaterThan(deadlineAt - HAIR);
      const granted: CommandRow = { ...row, state: 'granted' };
      if (isOverdue(time, granted)) expect(this.now).toBeGreaterThan(deadlineAt + ANSWER - HAIR);
    }
  }
}

type Step =
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'queue'; readonly on: number; readonly commitMs: number }
  | { readonly do: 'begin look' | 'read' | 'end look' | 'end first look' | 'look' | 'claim'; readonly on: number };

const on = fc.nat({ max: 2 });
/** Mostly what passes between two looks; now and then a process stood still. */
const ms = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 2_000 }), weight: 9 },
  { arbitrary: fc.double({ min: 0, max: 2 * ALLOWED, noNaN: true }), weight: 1 },
);
const commitMs = fc.oneof(
  fc.constantFrom(0, LONGEST_TRANSACTION_MS),
  fc.double({ min: 0, max: LONGEST_TRANSACTION_MS, noNaN: true }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('pass' as const), ms }), weight: 3 },
  { arbitrary: fc.record({ do: fc.constant('queue' as const), on, commitMs }), weight: 2 },
  {
    arbitrary: fc.record({
      do: fc.constantFrom(
        'begin look' as const,
        'read' as const,
        'end look' as const,
        'end first look' as const,
        'look' as const,
        'claim' as const,
      ),
      on,
    }),
    weight: 4,
  },
);
const ahead = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 2, maxLength: 3 });

async function take(world: World, one: Step): Promise<void> {
  if (one.do === 'pass') world.now += one.ms;
  else if (one.do === 'queue') world.queue(one.on, one.commitMs);
  else if (one.do === 'begin look') world.machine(one.on).beginLook(world.committed());
  else if (one.do === 'read') world.machine(one.on).read(world.committed());
  else if (one.do === 'end look') await world.machine(one.on).endLook();
  else if (one.do === 'end first look') await world.machine(one.on).endLook('first');
  else if (one.do === 'look') await world.machine(one.on).lookAt(world.committed());
  else world.check(one.on);
}

describe('a command of another machine', () => {
  it('is never granted after its deadline nor ended before its bound, and always ended', async () => {
    await fc.assert(
      fc.asyncProperty(ahead, fc.array(step, { maxLength: 60, size: 'max' }), async (offsets, steps) => {
        const world = new World(offsets);
        for (const one of steps) await take(world, one);
        for (const n of world.machines.keys()) world.check(n);
        // From now on every process looks as often as it should.
        world.now += LONGEST_TRANSACTION_MS;
        for (const passed of [0, ALLOWED, ANSWER]) {
          world.now += passed + HAIR;
          for (const machine of world.machines) await machine.lookAt(world.committed());
        }
        for (const { time } of world.machines) {
          for (const row of world.committed('granted')) expect(isOverdue(time, row)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('may be granted by who looked before it was there, for as long as it surely has', async () => {
    const world = new World([0, 5_000_000]);
    const other = world.machine(1);
    await other.lookAt(world.committed());
    world.now += 250;
    world.queue(0, 0);
    world.now += 250;
    expect(grantableMs(other.time, world.committed()[0] as CommandRow)).toBe(
      ALLOWED - 500 - LONGEST_TRANSACTION_MS - 1,
    );
  });

  it('is not granted by a process that found it there', async () => {
    const world = new World([0, 5_000_000]);
    world.queue(0, 0);
    await world.machine(1).lookAt(world.committed());
    expect(grantableMs(world.machine(1).time, world.committed()[0] as CommandRow)).toBeLessThan(0);
  });
});
