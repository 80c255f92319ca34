// Every operation has a recorded answer of a real Nova, a row in the policy matrix, a run of the fuzzer, and a test of its
// own. What has none is listed with the reason. The lists only get shorter: one that lacks and is not listed fails, and so
// does one that is listed and lacks nothing any more.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Operation } from '../../src/api/operation.ts';
import { OPERATIONS } from '../../src/api/operations.ts';
import { ROOT_PREFIXES } from '../../src/http/openapi.ts';
import { goldenFixtures } from '../golden/golden-data.ts';
import { COMMITTED, readRecorded } from '../golden/recorded-file.ts';
import { NO_GOLDEN, NO_MATRIX, NO_TEST } from './coverage-lists.ts';
import { TARGETS } from './fuzz.ts';

/** Ids that `has` is false for, against those that `listed` excuses. */
function expectListed(listed: Readonly<Record<string, readonly string[]>>, has: (operation: Operation) => boolean) {
  const lacking = OPERATIONS.filter((operation) => !has(operation)).map(({ id }) => id);
  const excused = Object.values(listed).flat();
  expect(
    lacking.filter((id) => !excused.includes(id)),
    'lack it and are not listed',
  ).toEqual([]);
  expect(
    excused.filter((id) => !lacking.includes(id)),
    'are listed and lack nothing: take them off the list',
  ).toEqual([]);
}

/** What stands for one value in a path: an id, or in a test's source the words that make one. */
const ONE = String.raw`(?:[^/'"\`?\s{}]|\$\{[^}]*\}|\{\w+\})+`;

function pathForm(operation: Operation): string {
  const path = `${ROOT_PREFIXES[operation.root]}${operation.path === '/' ? '' : operation.path}`;
  return path.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, ONE);
}

test('recorded answers, for what is Nova’s', () => {
  const cases = readRecorded(COMMITTED, goldenFixtures().ids).filter((one) => one.answer !== null);
  expectListed(NO_GOLDEN, (operation) => {
    if (operation.root !== 'compute' && operation.root !== 'versions') return true;
    const form = new RegExp(`^${pathForm(operation)}/?(\\?|$)`);
    return cases.some(
      ({ method, path, body }) =>
        method === operation.method &&
        (operation.root === 'versions' ? path === operation.path : form.test(path)) &&
        (operation.action === undefined || (body ?? '').startsWith(`{"${operation.action}"`)),
    );
  });
});

test('the policy matrix', () => {
  const table = readFileSync(new URL('policy-matrix.txt', import.meta.url), 'utf8');
  const rows = new Set(table.split('\n').map((line) => line.split(/\s/)[0]));
  expectListed(NO_MATRIX, ({ id }) => rows.has(id));
});

test('the fuzzer', () => {
  const targets = new Set(TARGETS.map(({ id }) => id));
  expectListed({}, ({ id }) => targets.has(id));
});

test('tests of their own: somewhere a test sends it, by its path or through the client', () => {
  const root = new URL('../../../', import.meta.url);
  const here = /^(fuzz|coverage|policy-matrix)/;
  const sources = [
    'remnantd/test/api/',
    'remnantd/test/real/',
    'remnantd/test/harness/',
    'client/test/',
    'cli/test/',
  ].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !here.test(name))
      .map((name) => readFileSync(new URL(`${folder}${name}`, root), 'utf8')),
  );
  expectListed(NO_TEST, (operation) => {
    const [noun = '', verb = ''] = operation.id.split('.').map(camel);
    const sent = new RegExp(`\\.${noun}\\.${verb}\\(`);
    // A test may keep the root's prefix, all up to the first id, or all but the last part, in a helper of its own.
    const path = pathForm(operation);
    const below = pathForm({ ...operation, root: 'versions' });
    const behindId = operation.path.includes('}/') ? `|\\}${below.slice(below.indexOf(ONE) + ONE.length)}` : '';
    const whole = `(?:["'\`](?:${path}|\\$\\{\\w+\\}${below})${behindId})`;
    const butLast = whole.replaceAll(`/${ONE}`, (part, at: number) => (whole.indexOf(part, at + 1) < 0 ? '' : part));
    const form = new RegExp(`${whole}/?(?:["'\`?]|\\$\\{)${operation.path.endsWith('}') ? `|${butLast}\\$\\{` : ''}`);
    const by = new RegExp(`\\b${operation.method}\\b|\\b${operation.method.toLowerCase()}\\(`);
    return sources.some((text) => {
      if (sent.test(text)) return true;
      if (operation.action !== undefined) return new RegExp(`\\b${operation.action}['"]?\\\\?['"]?: `).test(text);
      return form.test(text) && (operation.method === 'GET' || by.test(text));
    });
  });
});

function camel(words: string): string {
  return words.replaceAll(/-(\w)/g, (_whole, letter: string) => letter.toUpperCase());
}
