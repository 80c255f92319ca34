// What an Accept header says of a type, by webob's rules.

import { expect, test } from 'vitest';
import { novaType, qualityOf } from './accept.ts';

test.each<[string | undefined, number, number]>([
  [undefined, 0, 0],
  ['', 0, 0],
  ['application/json', 0, 1],
  ['APPLICATION/JSON', 0, 1],
  ['*/*', 1, 1],
  ['application/*;q=0.5, */*;q=0.1', 0.1, 0.5],
  ['text/html;q=0, */*', 0, 1],
  ['application/json ; q=0.25 , text/html', 1, 0.25],
  ['application/json;q=0.5;level=1', 0, 0.5],
  // Of a range with parameters of its own no plain type is.
  ['application/json;version=2', 0, 0],
  ['application/json;version="2,1"', 1, 1],
  // What is no list of ranges refuses nothing.
  ['garbage', 1, 1],
  ['application/json;q=2', 1, 1],
  ['application/json, ;', 1, 1],
])('%s wants HTML by %d and JSON by %d', (accept, html, json) => {
  expect([qualityOf(accept, 'text/html'), qualityOf(accept, 'application/json')]).toEqual([html, json]);
});

const OWN = 'application/vnd.openstack.compute+json';

test.each([
  [OWN, OWN],
  [`application/json;q=0.5, ${OWN}`, OWN],
  [`${OWN};q=0.5, application/json`, 'application/json'],
  [`${OWN}, application/json`, 'application/json'],
  ['application/*', 'application/json'],
  ['text/html', 'application/json'],
  ['garbage', 'application/json'],
])('to %s Nova answers in %s', (accept, type) => {
  expect(novaType(accept)).toBe(type);
});
