// Which file's log is printed, and what is said where there is none.

import { expect, test } from 'vitest';
import { fileOf } from '../../test/file-of.ts';
import { fileWithLog } from './dump-dmesg.ts';

const GONE = '2026-11-21T11:00:00.000000';

test('the first that has one, and is not deleted', () => {
  const files = [
    fileOf('a'),
    fileOf('b', { dmesg_bytes: 9, deleted_at: GONE }),
    fileOf('c', { dmesg_bytes: 9 }),
    fileOf('d', { dmesg_bytes: 9 }),
  ];
  expect(fileWithLog(files, 'dump-1')).toBe('c');
});

test.each([
  [[], 'dump dump-1 has no file'],
  [[fileOf('a', { dmesg_bytes: 9, deleted_at: GONE })], 'dump dump-1 has no file'],
  [[fileOf('a')], 'no kernel log was taken out of dump dump-1 yet'],
  [
    [fileOf('a'), fileOf('b', { extract_error: 'install the package makedumpfile' })],
    'install the package makedumpfile',
  ],
])('with %j it says %j', (files, words) => {
  expect(() => fileWithLog(files, 'dump-1')).toThrow(words);
});
