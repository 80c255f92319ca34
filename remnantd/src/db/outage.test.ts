// An outage is told once, however many things fail in it, on a clock that the test moves.

import { expect, it } from 'vitest';
import { DatabaseAway } from '../model/database-away.ts';
import { Outage } from './outage.ts';

it('tells the beginning and the end, once each', () => {
  let now = 0;
  const told: string[] = [];
  const outage = new Outage(
    { away: (why) => told.push(why.message), back: (afterMs) => told.push(`back after ${afterMs}`) },
    () => now,
  );
  outage.worked();
  for (now = 1_000; now <= 9_000; now += 250) outage.failed(new DatabaseAway('gone'));
  now = 9_500;
  outage.worked();
  expect(told).toEqual(['the database cannot be used now: gone']);
  now = 11_000;
  outage.worked();
  outage.worked();
  expect(told.slice(1)).toEqual(['back after 10000']);
  outage.failed(new DatabaseAway('slow'));
  expect(told.at(-1)).toBe('the database cannot be used now: slow');
});
