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
    token: 'ann:a1a1a1a1',
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
  '{"lock": nan}',
])('an action %j is malformed', async (body) => {
  expect(await send(body, 'application/json')).toEqual([400, 'Malformed request body']);
});

// Until 2.73 Nova looks at nothing under the key.
test('an action is read as Python reads JSON', async () => {
  expect(await send('{"lock": NaN}', 'application/json')).toEqual([202, '']);
});

test.each([
  ['2.0', '2.0'],
  ['1e3', '1000.0'],
  ['-0.0', '-0.0'],
  ['1e400', 'inf'],
  ['-Infinity', '-inf'],
  ['NaN', 'nan'],
  ['12345678901234567890', '12345678901234567890'],
])('the number %s is told as %s, and a float is no integer', async (number, told) => {
  const path = '/v2.1/servers';
  const wrong = (key: string, value: string, why: string) =>
    `Invalid input for field/attribute ${key}. Value: ${value}. ${why}`;
  const named = await send(`{"server": {"name": ${number}}}`, 'application/json', path);
  expect(named).toEqual([400, wrong('name', told, `${told} is not of type 'string'`)]);
  const nested = await send(`{"server": {"name": {"a": [${number}]}}}`, 'application/json', path);
  expect(nested).toEqual([400, wrong('name', `{'a': [${told}]}`, `{'a': [${told}]} is not of type 'string'`)]);
  const isInteger = /^\d+$/.test(told);
  const flavored = await send(`{"server": {"name": "x", "flavorRef": ${number}}}`, 'application/json', path);
  const refused = wrong('flavorRef', told, `${told} is not of type 'string', 'integer'`);
  // A large one keeps its digits, to be looked for.
  expect(flavored).toEqual([400, isInteger ? 'Missing imageRef attribute' : refused]);
});

test('a flavor is looked for by all the digits of its number', async () => {
  const image = '70a599e0-31e7-49b7-b260-868f441e862b';
  const body = `{"server": {"name": "x", "flavorRef": 12345678901234567890, "imageRef": "${image}"}}`;
  expect(await send(body, 'application/json', '/v2.1/servers')).toEqual([
    400,
    'Flavor 12345678901234567890 could not be found.',
  ]);
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
    remnant().ask({ path: '/v2.1/servers', token: 'ann:a1a1a1a1', headers: { 'content-type': type } });
  expect((await list('application/json')).status).toBe(200);
  expect((await list('text/plain')).status).toBe(200);
  const refused = await list('application/xml');
  expect([refused.status, refused.message]).toEqual([415, 'Unsupported Content-Type']);
});

test('a type that cannot be read is refused in its turn: the answer names its version', async () => {
  const answer = await remnant().ask({
    method: 'POST',
    path: `/v2.1/servers/${id}/action`,
    token: 'ann:a1a1a1a1',
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
    remnant().ask({ method: 'POST', path: `/v2/servers/${id}/metadata`, token: 'ann:a1a1a1a1', body: { metadata } });
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
  const { body } = await remnant().ask({ path: `/v2/servers/${id}/metadata`, token: 'ann:a1a1a1a1' });
  expect(body).toEqual({ metadata: {} });
});

test('/v2 drops the keys it does not know, at any depth, and /v2.1 refuses them', async () => {
  const put = (root: string) =>
    remnant().ask({
      method: 'PUT',
      path: `${root}/os-services/enable`,
      token: 'admin:a1a1a1a1',
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

test('on /v2 a server may have null for its user data, and a group no spaces around its name', async () => {
  const post = async (path: string, body: object) => {
    const answer = await remnant().ask({ method: 'POST', path, token: 'ann:a1a1a1a1', body });
    return [answer.status, answer.message];
  };
  const server = (more: object) => ({ server: { name: ' x ', flavorRef: '1', ...more } });
  const inField = (field: string, value: string) => `Invalid input for field/attribute ${field}. Value: ${value}.`;
  const noImage = [400, 'Missing imageRef attribute'];
  expect(await post('/v2/servers', server({ user_data: null }))).toEqual(noImage);
  expect(await post('/v2/servers', server({ user_data: 'Zm9v' }))).toEqual(noImage);
  expect(await post('/v2/servers', server({ user_data: 5 }))).toEqual([
    400,
    `${inField('user_data', '5')} 5 is not valid under any of the given schemas`,
  ]);
  expect(await post('/v2.1/servers', { server: { name: 'x', flavorRef: '1', user_data: null } })).toEqual([
    400,
    `${inField('user_data', 'None')} None is not of type 'string'`,
  ]);
  const strict =
    "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.";
  const group = { server_group: { name: ' x ', policies: ['affinity'] } };
  expect(await post('/v2/os-server-groups', group)).toEqual([400, strict]);
  expect(await post('/v2/servers', { ...server({}), 'os:scheduler_hints': { target_cell: ' x' } })).toEqual([
    400,
    strict,
  ]);
});
