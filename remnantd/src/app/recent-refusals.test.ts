// A refusal stands for a minute, tells then what was left out, and takes no more room than there is.

import { expect, it } from 'vitest';
import { RecentRefusals } from './recent-refusals.ts';

function recent() {
  let now = 5_000;
  const refusals = new RecentRefusals({ mono: () => now });
  const pass = (ms: number) => {
    now += ms;
  };
  return { refusals, pass };
}

it('leaves out what comes again within a minute, and counts it', () => {
  const { refusals, pass } = recent();
  expect(refusals.admit('a')).toBe(0);
  for (let i = 0; i < 299; i += 1) expect(refusals.admit('a')).toBeNull();
  pass(59_999);
  expect(refusals.admit('a')).toBeNull();
  pass(1);
  expect(refusals.admit('a')).toBe(300);
  expect(refusals.admit('a')).toBeNull();
  pass(60_000);
  expect(refusals.admit('a')).toBe(1);
  pass(60_000);
  expect(refusals.admit('a')).toBe(0);
});

it('keeps one apart from another', () => {
  const { refusals } = recent();
  expect([refusals.admit('a'), refusals.admit('b'), refusals.admit('a')]).toEqual([0, 0, null]);
});

it('is recorded again once it was forgotten', () => {
  const { refusals } = recent();
  refusals.admit('a');
  refusals.forget('a');
  expect(refusals.admit('a')).toBe(0);
});

it('remembers so many at most, those met last', () => {
  const { refusals } = recent();
  refusals.admit('mine');
  for (let i = 0; i < 10_000; i += 1) {
    refusals.admit(`other ${i}`);
    if (i % 1000 === 0) refusals.admit('mine');
  }
  expect(refusals.size).toBe(4096);
  expect(refusals.admit('mine')).toBeNull();
  expect(refusals.admit('other 0')).toBe(0);
});
