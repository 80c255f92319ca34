import { expect, test } from 'vitest';
import { progressTo } from './progress.ts';

function out(isTTY: boolean) {
  const written: string[] = [];
  return { written, progress: progressTo({ isTTY, columns: 30, write: (text) => written.push(text) }) };
}

test('on a terminal the live line is written over, cut to the width, and gone before a line that stays', () => {
  const { written, progress } = out(true);
  progress.stands('not here');
  progress.live('');
  progress.live('a'.repeat(50));
  progress.tell('seen');
  progress.live('b');
  progress.live('');
  expect(written).toEqual([`\r\u001b[K${'a'.repeat(29)}`, '\r\u001b[Kseen\n', '\r\u001b[Kb', '\r\u001b[K']);
});

test('elsewhere: plain lines alone, one a change', () => {
  const { written, progress } = out(false);
  progress.stands('begun');
  progress.live('| 0 s begun');
  progress.tell('seen');
  progress.live('');
  expect(written).toEqual(['begun\n', 'seen\n']);
});
