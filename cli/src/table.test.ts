import { expect, test } from 'vitest';
import { hasColour } from './colour.ts';
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
  // An id is never broken; what is longer than one is.
  const id = '93ecc20a-1b6e-44d3-bab5-93e9910f5ba3';
  expect(drawTable(['ID'], [[id]], 30)).toContain(`| ${id} |`);
  expect(drawTable(['W'], [['x'.repeat(50)]], 30).split('\n')).toHaveLength(6);
});

test('states are coloured where that is wanted, names never, and no column moves', () => {
  const rows = [
    ['DOWN', 'DOWN'],
    ['up', 'UP'],
  ];
  const drawn = drawTable(['Name', 'Host Status'], rows, 100, true);
  expect(drawn).toContain('| DOWN | \u001b[31mDOWN       \u001b[0m |');
  expect(drawn).toContain('| up   | \u001b[32mUP         \u001b[0m |');
  // oxlint-disable-next-line no-control-regex
  expect(drawn.replaceAll(/\u001b\[\d+m/g, '')).toBe(drawTable(['Name', 'Host Status'], rows, 100, false));
  expect(
    drawTable(
      ['Field', 'Value'],
      [
        ['host_status', 'DOWN'],
        ['name', 'DOWN'],
      ],
      100,
      true,
    ).split('[31m'),
  ).toHaveLength(2);
});

test.each([
  ['a terminal', true, {}, true],
  ['a pipe', false, {}, false],
  ['NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['an empty NO_COLOR', true, { NO_COLOR: '' }, true],
  ['a dumb terminal', true, { TERM: 'dumb' }, false],
])('colour: %s', (_what, isTTY, env, wanted) => {
  expect(hasColour({ isTTY }, env)).toBe(wanted);
});
