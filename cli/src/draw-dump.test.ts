// What is printed of a dump's files.

import { expect, test } from 'vitest';
import { fileOf } from '../test/file-of.ts';
import { lastWords } from './draw-dump.ts';

test('the first of the last words are shown, and steer no terminal', () => {
  const lines = Array.from({ length: 20 }, (_, i) => ` line ${i}+0x1 \u001b[2J`);
  const panic = { kernel: '6.1.0', reason: 'Kernel panic - not syncing: \u009b31mx', lines };
  const shown = lastWords(fileOf('file-1', { dmesg_bytes: 9, panic }));
  const text = shown.join('\n');
  expect(text).toContain('Kernel panic - not syncing: ?31mx');
  expect(text).toContain('\n   line 15+0x1 ?[2J\n');
  expect(text).not.toContain('line 16');
  expect(shown.at(-1)).toBe('  ... 4 lines more: remnant dump dmesg');
  expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
});

test('a file without them says why, or nothing', () => {
  expect(lastWords(fileOf('file-1', { dmesg_bytes: 9, panic: null }))).toEqual([]);
  expect(lastWords(fileOf('file-1', { dmesg_bytes: 9 }))).toEqual([]);
  expect(lastWords(fileOf('file-1', { panic: null, extract_error: 'install the package makedumpfile' }))).toEqual([
    'Kernel log of file-1: none. install the package makedumpfile',
  ]);
});
