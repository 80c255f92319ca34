// What a table of files may say, and what is found where it and the folder are not the same.

import { expect, it } from 'vitest';
import { checkFileTables } from './check-file-tables.ts';

const table = (...cells: string[]) =>
  `# a\n\n| file | what |\n|---|---|\n${cells.map((one) => `| ${one} | x |\n`).join('')}\n`;
const check = (text: string, files: string[], more: Record<string, string> = {}, room = 'remnantd/src/a') =>
  checkFileTables(
    Object.entries({ [`${room}/README.md`]: text, ...more }).map(([path, of]) => ({ path, text: of })),
    files.map((file) => `${room}/${file}`),
  );

it.each([
  [table('`x.ts`, `y.ts`'), ['x.ts', 'y.ts', 'y.test.ts', 'z.contract.ts', 'test/w.ts']],
  [table('`{start,stop}-{a,b}.ts`'), ['start-a.ts', 'start-b.ts', 'stop-a.ts', 'stop-b.ts']],
  [table('`deep/`'), ['deep/x.ts', 'deep/er/y.ts']],
  [table('`deep/x.ts`, `deep/er/`'), ['deep/x.ts', 'deep/er/y.ts']],
  [`${table('`x.ts`')}\n| key | value |\n|---|---|\n| \`none.ts\` | other |\n`, ['x.ts']],
])('is content with %j', (text, files) => {
  expect(check(text, files)).toEqual([]);
});

it.each([
  [table('`x.ts`'), ['x.ts', 'y.ts'], ':1  y.ts  is in no row of its table'],
  [table('`x.ts`'), ['x.ts', 'deep/y.ts'], ':1  deep/y.ts  is in no row of its table'],
  [table('`x.ts`, `deep/`'), ['x.ts'], ':5  deep/  is not there'],
  [table('`x.ts`', '`{x,y}.ts`'), ['x.ts', 'y.ts'], ':6  x.ts  is named twice'],
  [table('`y.ts`'), [], ':5  y.ts  is not there'],
  ['# a\n\nNo table.\n', ['x.ts'], ':1  has no table of its files'],
])('finds what %j does not say right', (text, files, finding) => {
  expect(check(text, files)).toEqual([`remnantd/src/a/README.md${finding}`]);
});

it('leaves to a README below what is below it, and asks for no table outside of the daemon', () => {
  const below = { 'remnantd/src/a/b/README.md': table('`y.ts`') };
  expect(check(table('`x.ts`'), ['x.ts', 'b/y.ts'], below)).toEqual([]);
  expect(check('# a\n', ['x.ts'], {}, 'bench')).toEqual([]);
});
