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
  ['application/json;version=2.1', 0, 0],
  ['application/json; version=2.1;q=0.5, text/html;q=0.3', 0.3, 0],
  // In quotes, a comma and a semicolon are text.
  ['application/json;version="2,1"', 0, 0],
  ['application/json;v="1;q=0.1", text/html;q=0.5', 0.5, 0],
  [String.raw`application/json;v="a\"b", text/html;q=0.5`, 0.5, 0],
  // What narrows a range with a star narrows nothing.
  ['application/*;version=2', 0, 1],
  ['*/*;version=1', 1, 1],
  // Behind the weight comes what is not of the type.
  ['application/json;q=0.5;ext', 0, 0.5],
  ['application/json;Q=0.5;ext="a,b"', 0, 0.5],
  [',', 0, 0],
  // What is no list of ranges refuses nothing.
  ['garbage', 1, 1],
  ['application/json;q=2', 1, 1],
  ['application/json, ;', 1, 1],
  ['application/json;', 1, 1],
  ['application/json; version = 2.1', 1, 1],
  ['*', 1, 1],
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
  [`${OWN};version=2.1`, 'application/json'],
  [`application/json;version=2.1, ${OWN};q=0.5`, OWN],
  [`application/json;version="2;q=0.1", ${OWN};q=0.5`, OWN],
  [`*/*;version=1, ${OWN}`, 'application/json'],
])('to %s Nova answers in %s', (accept, type) => {
  expect(novaType(accept, '/v2.1/servers')).toBe(type);
});

test.each([
  ['/v2.1/servers/1/metadata/a.json', 'application/json'],
  ['/v2.1/servers/1/metadata/a%2Ejson', 'application/json'],
  ['/v2.1/servers/1/metadata/json', OWN],
  ['/v2.1/servers/1/metadata/a.json5', OWN],
])('of %s Nova answers in %s whatever is accepted', (path, type) => {
  expect(novaType(OWN, path)).toBe(type);
});
