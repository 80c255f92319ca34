import { expect, it } from 'vitest';
import { SORT_KEYS, sortOrder } from './list-sort.ts';

it('orders by each column once, as the first of its keys says', () => {
  const query = {
    sort_key: ['display_name', 'locked', 'display_name', 'locked_by', 'uuid', 'created_at', 'created_at'],
    sort_dir: ['asc', 'desc', 'desc', 'asc'],
  };
  expect(sortOrder(query, 93, false)).toEqual([
    { column: 'name', dir: 'asc' },
    { column: 'locked_by', dir: 'desc' },
    { column: 'id', dir: 'asc' },
    { column: 'created_at', dir: 'asc' },
  ]);
});

it('is never longer than there are columns', () => {
  const keys = Array.from({ length: 100 }, () => SORT_KEYS).flat();
  expect(sortOrder({ sort_key: keys }, 1, true)).toHaveLength(SORT_KEYS.length);
});
