import { expect, test } from 'vitest';
import { checkLinks } from './check-links.ts';

const page = (path: string, text: string) => ({ path, text });
const check = (text: string) =>
  checkLinks(
    [page('docs/a.md', text), page('docs/sub/b.md', '# Title\n\n## `make up`: go\n')],
    (path) => path === 'Makefile',
  );

test.each([
  '[b](sub/b.md)',
  '[b](sub/b.md#title)',
  '[b](sub/b.md#make-up-go)',
  '[m](../Makefile)',
  '[out](https://example.org/x)',
  '# Here\n[here](#here)',
  '```\n[no link](nowhere.md)\n```',
  '`[no link](nowhere.md)`',
])('%j is right', (text) => {
  expect(check(text)).toEqual([]);
});

test.each([
  ['[c](c.md)', 'docs/a.md:1  c.md  leads nowhere'],
  ['\n[c](sub/b.md#none)', 'docs/a.md:2  sub/b.md#none  names a heading that is not there'],
  ['[`code`](c.md)', 'docs/a.md:1  c.md  leads nowhere'],
  ['```\n```\n[c](../c.md)', 'docs/a.md:3  ../c.md  leads nowhere'],
])('%j is wrong', (text, finding) => {
  expect(check(text)).toEqual([finding]);
});
