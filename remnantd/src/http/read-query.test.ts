// What webob makes of a query, and what is refused of it.

import { expect, test } from 'vitest';
import { readQuery, requireUtf8 } from './read-query.ts';

test.each<[string, Record<string, readonly string[]>]>([
  ['/x', {}],
  ['/x?', {}],
  ['/x?a', { a: [''] }],
  ['/x?=x', { '': ['x'] }],
  ['/x?&&a=1&', { a: ['1'] }],
  ['/x?a=1&b=2&a=3', { a: ['1', '3'], b: ['2'] }],
  ['/x?a=b;c=d', { a: ['b'], c: ['d'] }],
  ['/x?a=b%3Bc', { a: ['b;c'] }],
  ['/x?a=+%2B', { a: [' +'] }],
  ['/x?a=%zz&b=%', { a: ['%zz'], b: ['%'] }],
  ['/x?a=%c3%a9', { a: ['é'] }],
  ['/x?a=b?c', { a: ['b?c'] }],
  ['/x?toString=1', { toString: ['1'] }],
])('%s', (url, query) => {
  expect(readQuery(url, { nova: true })).toEqual(query);
  expect(() => requireUtf8(url)).not.toThrow();
});

test('but to Nova, a semicolon is of the value', () => {
  expect(readQuery('/x?a=b;c=d', { nova: false })).toEqual({ a: ['b;c=d'] });
});

test.each(['/x?a=%ff', '/x?%ff=1', '/x?a=%e9&b=1', '/x?a=%C3', '/x?a=%C3%zz', '/x?a=%ed%a0%80'])(
  '%s is no UTF-8',
  (url) => {
    expect(() => requireUtf8(url)).toThrow('Query string is not UTF-8 encoded');
  },
);
