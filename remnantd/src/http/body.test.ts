// Which bytes are a body, and what of it names an action.

import { expect, test } from 'vitest';
import { repr } from '../lib/python-repr.ts';
import { actionOf, parseBody } from './body.ts';

const bytes = (text: string) => Buffer.from(text);
const MALFORMED = expect.objectContaining({ code: 'malformed-body' }) as Error;

test('no bytes are no body', () => {
  expect([parseBody(null), parseBody(Buffer.alloc(0))]).toEqual([null, null]);
});

test('what is no UTF-8 is malformed, though it would be a text with marks in it', () => {
  const broken = Buffer.concat([bytes('{"name": "'), Buffer.from([0xc3]), bytes('"}')]);
  expect(() => parseBody(broken)).toThrow(MALFORMED);
  expect(() => actionOf(broken)).toThrow(MALFORMED);
});

test.each(['{', '\ufeff{}', `[${'1'.repeat(4301)}]`, `${'['.repeat(200)}${']'.repeat(200)}`])(
  '%j is malformed',
  (body) => {
    expect(() => parseBody(bytes(body))).toThrow(MALFORMED);
  },
);

test('an action has its argument as Python reads it', () => {
  const { action, argument } = actionOf(bytes('{"lock": {"a": [1.0, NaN, 123456789012345678901]}}'));
  expect([action, repr(argument)]).toEqual(['lock', "{'a': [1.0, nan, 123456789012345678901]}"]);
});

test.each([
  ['{}', 'malformed-body'],
  ['{"a": 1, "b": 2}', 'malformed-body'],
  ['[1, 2]', 'malformed-body'],
  ['[1.0]', 'version-hidden'],
  ['7', 'version-hidden'],
  ['1e400', 'version-hidden'],
  ['12345678901234567890', 'version-hidden'],
])('%s names no action: %s', (body, code) => {
  expect(() => actionOf(bytes(body))).toThrow(expect.objectContaining({ code }) as Error);
});
