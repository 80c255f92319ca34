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

it.each([
  [{ sort_key: ['host'] }, 'host desc, id asc'],
  [{ sort_key: ['uuid'] }, 'id desc'],
  [{ sort_key: ['id', 'display_name'] }, 'name asc, id asc'],
  [{ sort_key: ['id', 'uuid'] }, 'id desc'],
  [{ sort_key: ['host', 'node'] }, 'host desc, node asc, id desc'],
  [{ sort_key: ['host', 'node'], sort_dir: ['asc'] }, 'host asc, node asc, id asc'],
  [{ sort_key: ['id', 'host', 'node'], sort_dir: ['desc', 'asc', 'desc'] }, 'host asc, node desc, id asc'],
  [{ sort_key: ['host', 'id', 'node'], sort_dir: ['desc', 'asc', 'desc'] }, 'host desc, node desc, id asc'],
  [{ sort_key: ['id'], sort_dir: ['asc', 'up'] }, 'created_at desc, id asc'],
  [{}, 'created_at desc, id asc'],
  [{ sort_dir: ['asc'] }, 'created_at asc, id asc'],
])('makes of %j the order %s', (query, order) => {
  const sort = sortOrder(query, 1, true);
  expect(sort.map(({ column, dir }) => `${column} ${dir}`).join(', ')).toBe(order);
});

it('is never longer than there are columns', () => {
  const keys = Array.from({ length: 100 }, () => SORT_KEYS).flat();
  expect(sortOrder({ sort_key: keys }, 1, true)).toHaveLength(SORT_KEYS.length);
});
