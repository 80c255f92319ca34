import { expect, test } from 'vitest';
import { progressTo } from './progress.ts';
import { transferProgress } from './transfer-progress.ts';

const MIB = 2 ** 20;

function writtenBy(isTTY: boolean, work: (shown: ReturnType<typeof transferProgress>) => void, begin = 0): string {
  let text = '';
  const progress = progressTo({ isTTY, columns: 100, write: (more) => (text += more) });
  work(transferProgress(progress, 'FILE', 8 * MIB, begin));
  return text;
}

test('on a terminal there is a bar that is gone at the end', () => {
  const text = writtenBy(true, (shown) => {
    shown.at(2 * MIB);
    shown.end();
  });
  expect(text).toMatch(/\[#{6}\.{18}\] 25 % {2}2\.0 MiB of 8\.0 MiB {2}\d+\.\d MiB\/s/);
  expect(text.endsWith('\r\u001b[K')).toBe(true);
});

test('elsewhere each quarter is a line, once', () => {
  const text = writtenBy(false, (shown) => {
    for (let bytes = MIB / 2; bytes <= 8 * MIB; bytes += MIB / 2) shown.at(bytes);
    shown.end();
  });
  expect(text.split('\n')).toEqual([
    'FILE: 25 %, 2.0 MiB of 8.0 MiB',
    'FILE: 50 %, 4.0 MiB of 8.0 MiB',
    'FILE: 75 %, 6.0 MiB of 8.0 MiB',
    'FILE: 100 %, 8.0 MiB of 8.0 MiB',
    '',
  ]);
});

test('one that is gone on with says what is here already, and tells only of what is new', () => {
  const text = writtenBy(
    false,
    (shown) => {
      shown.at(5 * MIB);
      shown.at(6 * MIB);
    },
    4.5 * MIB,
  );
  expect(text).toBe('FILE: 4.5 MiB are here already\nFILE: 75 %, 6.0 MiB of 8.0 MiB\n');
});
