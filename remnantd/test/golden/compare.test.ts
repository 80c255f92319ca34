// What counts as the same answer, and what as another one.

import { expect, test } from 'vitest';
import type { Difference } from './compare.ts';
import { comparer } from './compare.ts';
import type { RecordedAnswer } from './recorded-file.ts';

const KNOWN = 'ffd476ec-47d7-46ad-9e99-f719ea075953';
const FIXTURES = JSON.stringify({ id: KNOWN, created: '2024-03-01T10:00:00Z' });
const [A, B, C] = ['a', 'b', 'c'].map((digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`);

const answer = (body: unknown, more: Partial<RecordedAnswer> = {}): RecordedAnswer => ({
  status: 200,
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ...more,
});
const compare = (was: unknown, is: unknown): Difference[] => comparer(FIXTURES).differences(answer(was), answer(is));

test.each([
  ['equal JSON, however it is written', '{"a": 1, "b": [2]}', '{"b":[2],"a":1}'],
  ['a time of the recording', { at: '2026-11-21T02:18:44.000000' }, { at: '2030-01-02T03:04:05.678901' }],
  ['an id that neither side knew', { id: A }, { id: B }],
  ['where the server listens', { href: 'http://127.0.0.1:18774/v2.1/' }, { href: 'http://localhost:80/v2.1/' }],
  ['the order of sort keys', "x is not one of ['a', 'b']", "x is not one of ['b', 'a']"],
])('the same: %s', (_what, was, is) => {
  expect(compare(was, is)).toEqual([]);
});

test.each([
  ['a field that is missing', { a: 1, b: 2 }, { a: 1 }, { place: 'body.b', expected: '2', came: 'nothing' }],
  ['a field too many', { a: 1 }, { a: 1, b: null }, { place: 'body.b', expected: 'nothing', came: 'null' }],
  ['null for a text', { a: '' }, { a: null }, { place: 'body.a', expected: '', came: 'null' }],
  ['another number', [1, 2], [1, 3], { place: 'body[1]', expected: '2', came: '3' }],
  ['a time of the fixtures', ['2024-03-01T10:00:00Z'], ['2030-01-01T00:00:00Z'], { place: 'body[0]' }],
  ['a time in another form', ['2026-11-21T02:18:44.000000'], ['2026-11-21T02:18:44Z'], { place: 'body[0]' }],
  ['an id of the fixtures', [KNOWN], [A], { place: 'body[0]', expected: KNOWN, came: A }],
  ['a fixture in the place of an unknown id', [A], [KNOWN], { place: 'body[0]', expected: A, came: KNOWN }],
  ['another word around an id', [`no ${A}`], [`on ${A}`], { place: 'body[0]' }],
  [
    'entries that are missing',
    { servers: [{ name: 'x' }, { name: 'y' }] },
    { servers: [{ name: 'x' }] },
    { place: 'body.servers', expected: '2 entries: x, y', came: '1 entries: x' },
  ],
])('not the same: %s', (_what, was, is, difference) => {
  expect(compare(was, is)).toMatchObject([difference]);
});

test('an id that was met once stands for the same one from then on, in requests too', () => {
  const { differences, translate } = comparer(FIXTURES);
  expect(differences(answer([A]), answer([B]))).toEqual([]);
  expect(differences(answer([A, A]), answer([B, B]))).toEqual([]);
  expect(differences(answer([A]), answer([C]))).toHaveLength(1);
  expect(translate(`/servers/${A}/${KNOWN}`)).toBe(`/servers/${B}/${KNOWN}`);
});

test('headers: every one counts, but for those of the transport', () => {
  const { differences } = comparer(FIXTURES);
  const was = answer('', { headers: { vary: ['A', 'B'], date: ['then'], 'content-length': ['7'] } });
  expect(differences(was, answer('', { headers: { vary: ['A', 'B'], connection: ['close'] } }))).toEqual([]);
  expect(differences(was, answer('', { headers: { vary: ['A'], location: ['x'] } }))).toEqual([
    { place: 'header vary', expected: 'A, B', came: 'A' },
    { place: 'header location', expected: 'nothing', came: 'x' },
  ]);
});

test('another status is told with both bodies, and nothing else is', () => {
  expect(comparer(FIXTURES).differences(answer('a'), answer('b', { status: 404, headers: { x: ['y'] } }))).toEqual([
    { place: 'status and body', expected: '200 a', came: '404 b' },
  ]);
});

test('where that Nova is no reference: a 4xx for its 500, 401 for the token that noauth2 hands out', () => {
  const { differences } = comparer(FIXTURES);
  const crashed = answer('{"computeFault": {}}', { status: 500 });
  const tokened = answer('', { status: 204, headers: { 'x-server-management-url': ['http://x'] } });
  expect(differences(crashed, answer('{}', { status: 409 }))).toEqual([]);
  expect(differences(crashed, answer('{}', { status: 500 }))).toHaveLength(1);
  expect(differences(tokened, answer('{}', { status: 401 }))).toEqual([]);
  expect(differences(tokened, answer('', { status: 204 }))).toHaveLength(1);
});
