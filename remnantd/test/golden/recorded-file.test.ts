// Which files can be replayed, and what is said of one that cannot.

import { expect, test } from 'vitest';
import { BadRecording, parseRecorded, readRecorded } from './recorded-file.ts';

const CASE = {
  name: 'one',
  method: 'POST',
  path: '/v2.1/servers/{server_a}/action',
  headers: { 'X-Auth-Token': 'admin:golden' },
  body: '{"lock": null, "x": "{server_b}"}',
  response: {
    status: 202,
    reason: 'Accepted',
    headers: [
      ['Vary', 'A'],
      ['Vary', 'B'],
    ],
    body: '',
  },
  counted: true,
};
const file = (cases: unknown, ids: unknown = { server_a: 'own-a' }) => JSON.stringify({ ids, cases });
const read = (text: string) => parseRecorded(text, { server_a: 'given-a', server_b: 'given-b' });

test('a case: placeholders filled, the ids of the file first; header names in lower case, each with its values', () => {
  expect(read(file([CASE]))).toEqual([
    {
      name: 'one',
      method: 'POST',
      path: '/v2.1/servers/own-a/action',
      headers: { 'x-auth-token': 'admin:golden' },
      body: '{"lock": null, "x": "given-b"}',
      answer: { status: 202, headers: { vary: ['A', 'B'] }, body: '' },
    },
  ]);
});

test('headers and bodies may be JSON as well', () => {
  const [one] = read(
    file([
      {
        ...CASE,
        headers: [['Accept', '*/*']],
        body: { a: 1 },
        response: { status: 200, headers: { Vary: 'A' }, body: { b: 2 } },
      },
    ]),
  );
  expect(one).toMatchObject({
    headers: { accept: '*/*' },
    body: '{"a":1}',
    answer: { headers: { vary: ['A'] }, body: '{"b":2}' },
  });
});

test('what is not counted has no answer, whether it was recorded or not', () => {
  const { response: _response, ...bare } = CASE;
  expect(
    read(
      file([
        { ...CASE, counted: false },
        { ...bare, counted: false },
      ]),
    ).map((one) => one.answer),
  ).toEqual([null, null]);
});

test.each([
  ['{', /^is not JSON: /],
  ['[]', 'has no list "cases"'],
  [file({}), 'has no list "cases"'],
  [file([]), 'has no case in "cases"'],
  [file([CASE], 'x'), '"ids" is not an object'],
  [file([7]), 'case 1 (cases[0]) has the method undefined'],
  [file([CASE, { ...CASE, method: 'TRACE' }]), 'one (cases[1]) has the method "TRACE"'],
  [file([{ ...CASE, path: 'servers' }]), 'one (cases[0]) has no path'],
  [file([{ ...CASE, path: '/{nobody}' }]), 'one (cases[0]) names {nobody}, and no such id is given'],
  [file([{ ...CASE, response: undefined }]), 'one (cases[0]) is counted and has no response'],
  [file([{ ...CASE, response: {} }]), 'one (cases[0]) has a response without a status'],
  [file([{ ...CASE, headers: 'x' }]), 'one (cases[0]) has headers that are neither an object nor pairs'],
])('%s', (text, message) => {
  expect(() => read(text)).toThrow(BadRecording);
  expect(() => read(text)).toThrow(message);
});

test('a file that is not there', () => {
  expect(() => readRecorded('/nowhere/cases.json', {})).toThrow(/^cannot be read: ENOENT/);
});
