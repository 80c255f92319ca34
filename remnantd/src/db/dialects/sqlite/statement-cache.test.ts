// Kept statements: prepared once, and the ones unused for longest are let go.

import SQLite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { withKeptStatements } from './statement-cache.ts';

function counted() {
  const database = new SQLite(':memory:');
  let prepared = 0;
  let asked = 0;
  const kept = withKeptStatements(
    {
      close: () => void database.close(),
      prepare: (sql) => {
        prepared += 1;
        return database.prepare(sql);
      },
    },
    () => {
      asked += 1;
    },
  );
  return { kept, prepared: () => prepared, asked: () => asked };
}

it('prepares a statement once, and it works each time', () => {
  const { kept, prepared, asked } = counted();
  for (const n of [1, 2, 3]) expect(kept.prepare('select ? as n').all([n])).toEqual([{ n }]);
  expect(prepared()).toBe(1);
  expect(asked(), 'each time counts').toBe(3);
  kept.close();
});

it('keeps those in use however many others come', () => {
  const { kept, prepared } = counted();
  const used = kept.prepare('select 0');
  for (let n = 1; n <= 1_000; n += 1) {
    kept.prepare(`select ${n}`);
    expect(kept.prepare('select 0')).toBe(used);
  }
  expect(prepared()).toBe(1_001);
  kept.prepare('select 1');
  expect(prepared(), 'one that was not asked for again is gone').toBe(1_002);
  kept.close();
});

it('does not keep what cannot be prepared', () => {
  const { kept } = counted();
  expect(() => kept.prepare('selec')).toThrow('syntax error');
  expect(() => kept.prepare('selec')).toThrow('syntax error');
  kept.close();
});
