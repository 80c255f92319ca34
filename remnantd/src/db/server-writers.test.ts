// What is made of a row is kept by the row's version: so whoever changes a server must count it. One function does.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '..');
const WRITES =
  /(updateTable|replaceInto|mergeInto)\(\s*['"`]servers['"`]|\b(update|replace into|insert or replace into)\s+["`]?servers\b/gi;

it('rows of servers are changed in one place, which counts their version', () => {
  const writers = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('migrations'))
    .flatMap((path) => Array.from(readFileSync(join(SRC, path), 'utf8').matchAll(WRITES), () => path));
  expect(writers).toEqual(['db/servers.ts']);
  const [, after = ''] = readFileSync(join(SRC, 'db/servers.ts'), 'utf8').split("updateTable('servers')");
  expect(after.slice(0, 150)).toContain("version: e('version', '+', 1)");
});
