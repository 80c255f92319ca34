import { expect, it } from 'vitest';
import { checkSizes } from './check-sizes.ts';

const none = new Map<string, boolean>();
const linesOf = (lines: number) => `// x\n${'\n'.repeat(lines - 1)}`;
const lib = (count: number) =>
  Array.from({ length: count }, (_, n) => [
    { path: `remnantd/src/lib/h${n}.ts`, text: '// h\n' },
    { path: `remnantd/src/lib/h${n}.test.ts`, text: '' },
  ]).flat();

it('counts lines as an editor does', () => {
  expect(checkSizes([{ path: 'tools/a.ts', text: linesOf(400) }], none)).toEqual([]);
  expect(checkSizes([{ path: 'tools/a.ts', text: linesOf(401) }], none)).toEqual([
    'tools/a.ts  401 lines; at most 400',
  ]);
});

it('wants a header in what is not a test', () => {
  const text = 'export const a = 1;\n';
  expect(checkSizes([{ path: 'cli/src/a.ts', text }], none)).toHaveLength(1);
  expect(checkSizes([{ path: 'cli/src/a.test.ts', text }], none)).toEqual([]);
  expect(checkSizes([{ path: 'cli/src/a.ts', text: `#!/usr/bin/env node\n// a\n${text}` }], none)).toEqual([]);
});

it('wants at most ten helpers, tests not counted', () => {
  expect(checkSizes(lib(10), none)).toEqual([]);
  expect(checkSizes(lib(11), none)).toEqual(['remnantd/src/lib/  11 files; at most 10, tests not counted']);
});

it('wants a README in each room, and tells everything at once', () => {
  const readmes = new Map([
    ['remnantd/src/db', true],
    ['remnantd/src/app', false],
  ]);
  expect(checkSizes([{ path: 'cli/src/a.ts', text: '' }], readmes)).toEqual([
    'cli/src/a.ts:1  does not begin with a comment that says what it is for',
    'remnantd/src/app  has no README.md',
  ]);
});
