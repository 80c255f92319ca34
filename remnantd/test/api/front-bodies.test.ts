// Which bodies are read: content types, JSON, and what each kind of operation says of one it cannot use.

import { beforeAll, expect, test } from 'vitest';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();
const LOCK = '{"lock": null}';
let id = '';

beforeAll(async () => {
  ({ id } = await remnant().addServer());
});

async function send(body: string, contentType: string | null, path = `/v2.1/servers/${id}/action`) {
  const answer = await remnant().ask({
    method: 'POST',
    path,
    token: 'ann:a1',
    body,
    headers: contentType === null ? {} : { 'content-type': contentType },
  });
  return [answer.status, answer.message];
}

test.each([
  null,
  'application/json',
  '',
  ';',
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
  'text/plain',
  'text/plain; charset=us-ascii',
  'application/vnd.openstack.compute+json',
])('a body of type %s is read', async (type) => {
  expect(await send(LOCK, type)).toEqual([202, '']);
});

test.each([
  'application/xml',
  'text/html',
  'application/x-www-form-urlencoded',
  'application/jsonx',
  'json',
  '*/*',
  'APPLICATION/JSON',
])('a body of type %s is 415, before it is looked at', async (type) => {
  expect(await send('{', type)).toEqual([415, 'Unsupported Content-Type']);
  expect(await send('{', type, '/v2.1/servers')).toEqual([415, 'Unsupported Content-Type']);
});

test.each([
  '',
  '{',
  '{}',
  '[]',
  '[1, 2]',
  '"lock"',
  '{"lock": null, "unlock": null}',
  "{'lock': null}",
  '{"lock": NaN}',
])('an action %j is malformed', async (body) => {
  expect(await send(body, 'application/json')).toEqual([400, 'Malformed request body']);
});

test.each(['{', 'lock', "{'server': {}}", '{"server": }', '\ufeff{}x'])('a server %j is malformed', async (body) => {
  expect(await send(body, 'application/json', '/v2.1/servers')).toEqual([400, 'Malformed request body']);
});

test.each([
  ['[]', "[] is not of type 'object'"],
  ['5', "5 is not of type 'object'"],
  ['"x"', "'x' is not of type 'object'"],
  ['true', "True is not of type 'object'"],
  ['{}', "'server' is a required property"],
  ['{"server": 5}', "Invalid input for field/attribute server. Value: 5. 5 is not of type 'object'"],
])('a server %s is refused by its schema', async (body, message) => {
  expect(await send(body, 'application/json', '/v2.1/servers')).toEqual([400, message]);
});

test('of one key twice the last counts, as in Python', async () => {
  expect(await send('{"lock": 1, "lock": null}', 'application/json')).toEqual([202, '']);
});

test('keys that mean something to JavaScript are only keys', async () => {
  for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const body = `{"${key}": null}`;
    expect(await send(body, 'application/json')).toEqual([400, `There is no such action: ${key}`]);
  }
});

test('nesting that a reader could trip over is malformed', async () => {
  const deep = `{"lock": ${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
  expect(await send(deep, 'application/json')).toEqual([400, 'Malformed request body']);
});

test('an operation without a body reads none, yet refuses a type that Nova knows not', async () => {
  const list = (type: string) =>
    remnant().ask({ path: '/v2.1/servers', token: 'ann:a1', headers: { 'content-type': type } });
  expect((await list('application/json')).status).toBe(200);
  expect((await list('text/plain')).status).toBe(200);
  const refused = await list('application/xml');
  expect([refused.status, refused.message]).toEqual([415, 'Unsupported Content-Type']);
});

test('a type that cannot be read is refused in its turn: the answer names its version', async () => {
  const answer = await remnant().ask({
    method: 'POST',
    path: `/v2.1/servers/${id}/action`,
    token: 'ann:a1',
    version: '2.17',
    body: LOCK,
    headers: { 'content-type': 'json' },
  });
  expect([answer.status, answer.headers['openstack-api-version']]).toEqual([415, 'compute 2.17']);
});

test.each(['application/xml', 'text/html', 'APPLICATION/JSON', 'json'])(
  'the versions are not told to who sends %s',
  async (type) => {
    for (const path of ['/', '/v2.1/', '/v2']) {
      const answer = await remnant().ask({ path, headers: { 'content-type': type } });
      expect([answer.status, answer.body], path).toEqual([
        415,
        { badMediaType: { code: 415, message: 'Unsupported Content-Type' } },
      ]);
    }
    expect((await remnant().ask({ path: '/identity/v3', headers: { 'content-type': type } })).status).toBe(200);
  },
);

test('where a pattern says which keys there are, /v2 refuses the others as well', async () => {
  const post = (metadata: object) =>
    remnant().ask({ method: 'POST', path: `/v2/servers/${id}/metadata`, token: 'ann:a1', body: { metadata } });
  const said = 'Invalid input for field/attribute metadata. Value:';
  const one = await post({ 'a!': 'b' });
  expect([one.status, one.message]).toEqual([
    400,
    `${said} {'a!': 'b'}. Additional properties are not allowed ('a!' was unexpected)`,
  ]);
  const two = await post({ 'l?': 'x', 'b+': 'c', d: 'e' });
  expect([two.status, two.message]).toEqual([
    400,
    `${said} {'l?': 'x', 'b+': 'c', 'd': 'e'}. Additional properties are not allowed ('l?', 'b+' were unexpected)`,
  ]);
  const { body } = await remnant().ask({ path: `/v2/servers/${id}/metadata`, token: 'ann:a1' });
  expect(body).toEqual({ metadata: {} });
});

test('/v2 drops the keys it does not know, at any depth, and /v2.1 refuses them', async () => {
  const put = (root: string) =>
    remnant().ask({
      method: 'PUT',
      path: `${root}/os-services/enable`,
      token: 'admin:a1',
      body: { host: 'host-1', binary: 'nova-compute', extra: 1 },
    });
  expect((await put('/v2')).body).toEqual({
    service: { host: 'host-1', binary: 'nova-compute', status: 'enabled' },
  });
  const refused = await put('/v2.1');
  expect([refused.status, refused.message]).toEqual([
    400,
    "Additional properties are not allowed ('extra' was unexpected)",
  ]);
});
