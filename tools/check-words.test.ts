import { expect, it } from 'vitest';
import { checkWords } from './check-words.ts';

const check = (path: string, text: string) => checkWords([{ path, text }]);

it.each([
  ['docs/a.md', 'a\nTODO: later', 'docs/a.md:2  TODO  do it, or write it down where users read it'],
  ['a.test.ts', "it.skip('x', f)", 'a.test.ts:1  it.skip  a test runs or is deleted'],
  ['a.test.ts', "describe.only('x', f)", 'a.test.ts:1  describe.only  a test runs or is deleted'],
  ['a.test.ts', "test.concurrent.skipIf(x)('y')", 'a.test.ts:1  test.concurrent.skipIf  a test runs or is deleted'],
  ['lab/x.sh', 'curl https://registry.npmjs.org/x', 'lab/x.sh:1  registry.npmjs.org  '],
  ['README.md', 'see /work/notes', 'README.md:1  /work/  a path of one machine'],
  ['README.md', 'see `/root/notes`', 'README.md:1  /root/  a path of one machine'],
  ['a.test.ts', 'await new Promise((resolve) => setTimeout(resolve, 10));', 'a.test.ts:1  '],
  ['a.test.ts', 'setTimeout(r, 10)', 'a.test.ts:1  setTimeout(r,  wait for a state'],
  [
    'remnantd/test/api/world.ts',
    "import { setTimeout } from 'node:timers/promises';",
    'remnantd/test/api/world.ts:1  ',
  ],
])('%s: %s', (path, text, found) => {
  const all = check(path, text);
  expect(all).toHaveLength(1);
  expect(all[0]).toContain(found);
});

it.each([
  ['a.ts', 'setTimeout(resolve, 10)'],
  ['remnantd/test/harness/wait-for.ts', "import { setTimeout } from 'node:timers/promises';"],
  ['lab/guest/build.sh', 'cp x /root/x'],
  ['a.ts', "read('./frame/work/x')"],
  ['a.ts', 'const todo = list.only(1); query.skip(3)'],
  ['tools/check-words.ts', 'TODO'],
])('%s is content with %s', (path, text) => {
  expect(check(path, text)).toEqual([]);
});
