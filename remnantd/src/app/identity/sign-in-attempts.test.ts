// Guessing slows down, and only for who guesses.

import { describe, expect, it } from 'vitest';
import { SignInAttempts } from './sign-in-attempts.ts';

function bench() {
  let now = 5_000;
  const attempts = new SignInAttempts({ mono: () => now }, { free: 5, longestMs: 60_000 });
  /** Seconds a try is told to wait; 0 when it is let in. */
  const wait = (key = 'ann') => {
    try {
      attempts.admit(key);
      return 0;
    } catch (error) {
      return Number((error as { headers: Record<string, string> }).headers['retry-after']);
    }
  };
  const fail = (times: number, key = 'ann') => {
    for (let i = 0; i < times; i += 1) attempts.failed(key);
  };
  return { attempts, wait, fail, pass: (ms: number) => (now += ms) };
}

describe('failed sign-ins', () => {
  it('cost nothing at first, then 1 s, 2 s, 4 s ... up to the bound', () => {
    const { wait, fail, pass } = bench();
    fail(4);
    expect(wait()).toBe(0);
    const waits: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      fail(1);
      waits.push(wait());
      pass(wait() * 1000);
      expect(wait()).toBe(0);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('are told of in whole seconds, never none', () => {
    const { wait, fail, pass } = bench();
    fail(5);
    pass(999.5);
    expect(wait()).toBe(1);
    pass(0.5);
    expect(wait()).toBe(0);
  });

  it('are forgotten with the right password', () => {
    const { attempts, wait, fail } = bench();
    fail(12);
    expect(wait()).toBe(60);
    attempts.succeeded('ann');
    expect(wait()).toBe(0);
    fail(4);
    expect(wait()).toBe(0);
  });

  it('are forgotten after a quarter of an hour without one', () => {
    const { wait, fail, pass } = bench();
    fail(12);
    pass(15 * 60_000 + 1);
    fail(1);
    expect(wait()).toBe(0);
  });

  it("are nobody else's", () => {
    const { wait, fail } = bench();
    fail(12, 'ann');
    expect(wait('bob')).toBe(0);
  });

  it('take no more memory than ten thousand names, the oldest going first', () => {
    const { attempts, wait, fail } = bench();
    fail(5, 'first');
    for (let i = 0; i < 9_999; i += 1) attempts.failed(`name ${i}`);
    expect(wait('first')).toBe(1);
    attempts.failed('one more');
    expect(wait('first')).toBe(0);
    expect(attempts.size).toBe(10_000);
  });
});
