// The pump: one run at a time, never a call forgotten, and an error told once for as long as it stays the same.

import { describe, expect, it, onTestFinished } from 'vitest';
import { testClock } from '../../test/harness/test-clock.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import { Pump } from './pump.ts';

/** A pump whose runs end when they are told to. */
function setUp(everyMs = 1_000) {
  const clock = testClock();
  clock.freeze();
  onTestFinished(() => clock.stop());
  const errors: string[] = [];
  let runs = 0;
  const byTime: boolean[] = [];
  let ends: ((error?: Error) => void)[] = [];
  const work = (isTime: boolean) => {
    runs += 1;
    byTime.push(isTime);
    return new Promise<void>((done, failed) =>
      ends.push((error) => {
        if (error === undefined) done();
        else failed(error);
      }),
    );
  };
  const pump = new Pump(clock, everyMs, work, (error) => errors.push(String(error)));
  /** Ends the run that is going on, and waits until the pump has taken note. */
  const end = async (error?: Error) => {
    const [first] = ends;
    ends = ends.slice(1);
    first?.(error);
    await pump.idle();
  };
  return { clock, pump, errors, end, runs: () => runs, byTime, open: () => ends.length };
}

describe('a pump', () => {
  it('runs at its start and then every so often', async () => {
    const { clock, pump, end, runs } = setUp();
    pump.start();
    expect(runs()).toBe(1);
    await end();
    clock.advance(999);
    expect(runs()).toBe(1);
    clock.advance(1);
    expect(runs()).toBe(2);
  });

  it('knows a run that nobody asked for, and does again in a second, as if asked, what failed', async () => {
    const { clock, pump, end, byTime } = setUp(10_000);
    pump.start();
    await end();
    clock.advance(10_000);
    expect(byTime).toEqual([false, true]);
    await end(new Error('no answer'));
    clock.advance(999);
    expect(byTime).toHaveLength(2);
    clock.advance(1);
    expect(byTime).toEqual([false, true, false]);
    await end();
    pump.now();
    expect(byTime).toEqual([false, true, false, false]);
  });

  it('counts its pause from the end of a run', async () => {
    const { clock, pump, end, runs } = setUp();
    pump.start();
    clock.advance(5_000);
    await end();
    clock.advance(999);
    expect(runs()).toBe(1);
    clock.advance(1);
    expect(runs()).toBe(2);
  });

  it('runs one at a time; what is told meanwhile is one run more', async () => {
    const { pump, end, runs, open } = setUp();
    pump.start();
    pump.now();
    pump.now();
    expect([runs(), open()]).toEqual([1, 1]);
    await end();
    expect([runs(), open()]).toEqual([2, 1]);
    await end();
    expect([runs(), open()]).toEqual([2, 0]);
  });

  it('runs at once when told, and its pause begins anew', async () => {
    const { clock, pump, end, runs } = setUp();
    pump.start();
    await end();
    clock.advance(600);
    pump.now();
    expect(runs()).toBe(2);
    await end();
    clock.advance(600);
    expect(runs()).toBe(2);
    clock.advance(400);
    expect(runs()).toBe(3);
  });

  it('does nothing before its start and after its stop, whatever it was told', async () => {
    const { clock, pump, end, runs } = setUp();
    pump.now();
    expect(runs()).toBe(0);
    pump.start();
    pump.now();
    pump.stop();
    await end();
    pump.now();
    clock.advance(10_000);
    expect(runs()).toBe(1);
  });

  it('is idle when its run is over, and while none is going on', async () => {
    const { pump, end } = setUp();
    await pump.idle();
    pump.start();
    let idle = false;
    const waiting = pump.idle().then(() => {
      idle = true;
    });
    await Promise.resolve();
    expect(idle).toBe(false);
    await end();
    await waiting;
    expect(idle).toBe(true);
  });
});

describe('an error', () => {
  it('ends nothing, and is told once while it repeats', async () => {
    const { clock, pump, errors, end } = setUp();
    pump.start();
    const fail = async (words: string | null) => {
      await end(words === null ? undefined : new Error(words));
      clock.advance(1_000);
    };
    for (const words of ['no answer', 'no answer', 'no answer']) await fail(words);
    expect(errors).toEqual(['Error: no answer']);
    await fail('another');
    await fail('no answer');
    await fail(null);
    await fail('no answer');
    expect(errors).toEqual(['Error: no answer', 'Error: another', 'Error: no answer', 'Error: no answer']);
  });

  it('does not stop a run that was asked for meanwhile', async () => {
    const { pump, end, runs } = setUp();
    pump.start();
    pump.now();
    await end(new Error('first'));
    await waitFor('the second run', () => runs() === 2);
  });
});
