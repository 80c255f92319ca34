import { expect, test } from 'vitest';
import { drawFields, drawTable } from './table.ts';

test('a table as the third spec draws it', () => {
  const rows = [['9a', 'vm1', 'ACTIVE', null, 'RUNNING', 'UP']];
  expect(drawTable(['ID', 'Name', 'Status', 'Task State', 'Power State', 'Host Status'], rows)).toBe(
    `
+----+------+--------+------------+-------------+-------------+
| ID | Name | Status | Task State | Power State | Host Status |
+----+------+--------+------------+-------------+-------------+
| 9a | vm1  | ACTIVE | -          | RUNNING     | UP          |
+----+------+--------+------------+-------------+-------------+`.trim(),
  );
});

test('no rows: the head alone', () => {
  expect(drawTable(['A', 'B'], [])).toBe('+---+---+\n| A | B |\n+---+---+');
});

test('wide characters take two places, what steers a terminal is not let through', () => {
  expect(
    drawTable(['N'], [['日本'], ['a\u001b[2Jb\nc'], [{ a: 1 }], [false]])
      .split('\n')
      .slice(3),
  ).toEqual(['| 日本     |', '| a?[2Jb c |', '| {"a":1}  |', '| false    |', '+----------+']);
});

test('a narrow terminal folds the widest column between words', () => {
  const drawn = drawFields([['Reason', 'no reaction of the guest was seen within 3 s']], 40);
  expect(drawn.split('\n')).toEqual([
    '+--------+-----------------------------+',
    '| Field  | Value                       |',
    '+--------+-----------------------------+',
    '| Reason | no reaction of the guest    |',
    '|        | was seen within 3 s         |',
    '+--------+-----------------------------+',
  ]);
  expect(drawTable(['W'], [['x'.repeat(50)]], 30).split('\n')).toHaveLength(6);
});
