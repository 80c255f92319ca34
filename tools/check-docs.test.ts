import { expect, it } from 'vitest';
import { checkDocs } from './check-docs.ts';

const check = (text: string, path = 'remnantd/src/model/a.ts') => checkDocs([{ path, text }]);

it.each([
  '/** A. */\nexport const a = 1;',
  '/**\n * A,\n * in lines.\n */\nexport async function a() {}',
  '/** A. */\nexport type A = 1;\n\nexport const A = 1;',
  '/** A. */\nexport function a(x: string): void;\nexport function a(x: number): void;',
  'const hidden = 1;\n  export const indented = 2;\nexport { hidden };',
])('is content with %j', (text) => {
  expect(check(text)).toEqual([]);
});

it.each([
  ['export const a = 1;', 'a', 1],
  ['// A.\nexport function a() {}', 'a', 2],
  ['/* A. */\nexport interface A {}', 'A', 2],
  ['/** A. */\n\nexport class A {}', 'A', 3],
  ['/** B. */\nconst b = 1;\nexport type A = 1;', 'A', 3],
  ['export function* a() {}', 'a', 1],
  ['export abstract class A {}', 'A', 1],
])('asks for a comment in %j', (text, name, line) => {
  expect(check(text)).toEqual([`remnantd/src/model/a.ts:${line}  ${name} has no doc comment`]);
});

it('leaves tests alone', () => {
  expect(check('export const a = 1;', 'remnantd/src/model/a.test.ts')).toEqual([]);
});
