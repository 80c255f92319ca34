// What every answer carries: request ids, faults in the form of their root, the router's own 404, links.

import { expect, test } from 'vitest';
import { asId } from '../../src/model/ids.ts';
import type { Answer, Ask } from '../harness/http-client.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();
const MEMBER = 'ann:a1a1a1a1';
const ADMIN = 'admin:a1a1a1a1';
const ID = /^req-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const LARGE = JSON.stringify({ x: 'y'.repeat(200_000) });

const EVERY_KIND: readonly (readonly [string, number, Ask])[] = [
  ['done', 200, { path: '/v2.1/flavors', token: MEMBER }],
  ['at the highest microversion', 200, { path: '/v2.1/flavors', token: MEMBER, version: 'latest' }],
  ['of /v2', 200, { path: '/v2/flavors', token: MEMBER }],
  ['without a token', 401, { path: '/v2.1/flavors' }],
  ['with a bad version', 400, { path: '/v2.1/flavors', token: MEMBER, version: 'x' }],
  ['out of range', 406, { path: '/v2.1/flavors', token: MEMBER, version: '9.9' }],
  ['unrouted', 404, { path: '/v2.1/nothing', token: MEMBER }],
  ['with a wrong method', 404, { method: 'PATCH', path: '/v2.1/flavors', token: MEMBER }],
  ['a fault', 404, { path: '/v2.1/servers/none', token: MEMBER }],
  ['denied', 403, { path: '/v2.1/os-services', token: MEMBER }],
  ['too large', 413, { method: 'POST', path: '/v2.1/servers', token: MEMBER, body: LARGE }],
  ['HEAD', 404, { method: 'HEAD', path: '/v2.1/flavors', token: MEMBER }],
];

test.each(EVERY_KIND)('an answer %s carries its id twice, fresh each time', async (_what, status, request) => {
  const ids: string[] = [];
  for (let i = 0; i < 2; i += 1) {
    const answer = await remnant().ask(request);
    expect(answer.status).toBe(status);
    const id = answer.headers['x-openstack-request-id'] ?? '';
    expect(id).toMatch(ID);
    expect(answer.headers['x-compute-request-id']).toBe(id);
    ids.push(id);
  }
  expect(ids[0]).not.toBe(ids[1]);
});

test("a caller's own request id is not the answer's, nor that of the action", async () => {
  const own = 'req-aaaaaaaa-0000-4000-8000-00000000000a';
  const { id } = await remnant().addServer();
  const answer = await remnant().ask({
    method: 'POST',
    path: `/v2.1/servers/${id}/action`,
    token: MEMBER,
    headers: { 'x-openstack-request-id': own },
    body: { lock: null },
  });
  expect(answer.status).toBe(202);
  expect(answer.headers['x-openstack-request-id']).toMatch(ID);
  expect(answer.headers['x-openstack-request-id']).not.toBe(own);
  const actions = await remnant().ask({ path: `/v2.1/servers/${id}/os-instance-actions`, token: MEMBER });
  expect(actions.body['instanceActions']?.[0]?.['request_id']).toBe(answer.headers['x-compute-request-id']);
});

test('other roots have a request id too, and not the compute one', async () => {
  for (const path of ['/identity/v3/auth/tokens', '/image/v2/images', '/remnant/v1/servers/none/dumps']) {
    const answer = await remnant().ask({ path, token: MEMBER });
    expect(answer.headers['x-openstack-request-id'], path).toMatch(ID);
    expect(answer.headers['x-compute-request-id'], path).toBeUndefined();
  }
});

test('Nova’s fault: one key that names it, with code and message; the type has a charset', async () => {
  const answer = await remnant().ask({ path: '/v2.1/servers/none', token: MEMBER });
  expect(answer.body).toEqual({ itemNotFound: { code: 404, message: 'Instance none could not be found.' } });
  expect(answer.headers['content-type']).toBe('application/json; charset=UTF-8');
});

test('an answer that is no fault is JSON without a charset, an empty one too', async () => {
  const { id } = await remnant().addServer();
  const list = await remnant().ask({ path: '/v2.1/servers', token: MEMBER });
  const action = await remnant().ask({
    method: 'POST',
    path: `/v2.1/servers/${id}/action`,
    token: MEMBER,
    body: { lock: null },
  });
  expect([list.headers['content-type'], action.headers['content-type']]).toEqual([
    'application/json',
    'application/json',
  ]);
  expect(action.body).toBe('');
});

test('an answer without content is of JSON too, but that of giving a tag', async () => {
  const { id } = await remnant().addServer({ metadata: { a: 'b' }, tags: ['x', 'y'] });
  const type = async (method: Ask['method'] & string, path: string) => {
    const { status, headers, body } = await remnant().ask({
      method,
      path: `/v2.1/servers/${id}${path}`,
      token: MEMBER,
      version: '2.26',
    });
    expect(body).toBe('');
    return `${status} ${headers['content-type']}`;
  };
  expect(await type('GET', '/tags/x')).toBe('204 application/json');
  expect(await type('PUT', '/tags/z')).toBe('201 text/html; charset=UTF-8');
  expect(await type('PUT', '/tags/z')).toBe('204 text/html; charset=UTF-8');
  expect(await type('DELETE', '/tags/x')).toBe('204 application/json');
  expect(await type('DELETE', '/tags')).toBe('204 application/json');
  expect(await type('DELETE', '/metadata/a')).toBe('204 application/json');
  expect(await type('DELETE', '')).toBe('204 application/json');
});

test('401 is the words of keystonemiddleware, and says where tokens are had', async () => {
  for (const token of [undefined, '', 'nobody']) {
    const answer = await remnant().ask({ path: '/v2.1/servers', ...(token === undefined ? {} : { token }) });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({
      error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
    });
    expect(answer.headers['www-authenticate']).toMatch(/^Keystone uri="http.*\/identity"$/);
  }
});

const UNROUTED: readonly (readonly [Ask['method'] & string, string])[] = [
  ['GET', '/v2.1/nothing'],
  ['GET', '/v2.1/servers/none/nothing'],
  ['GET', '/v2.1/servers/'],
  ['GET', '/v2.1//servers'],
  ['GET', '/v2.1/flavors/'],
  ['GET', '/v2.1/servers/detail/'],
  ['POST', '/v2.1/servers/none/action/'],
  ['PUT', '/v2.1/servers'],
  ['PATCH', '/v2.1/servers/none'],
  ['POST', '/v2.1/flavors/1'],
  ['GET', '/v2.1/servers/none/action'],
  ['DELETE', '/v2.1/servers/none/action'],
  ['GET', '/v2.1/os-services/none'],
  ['HEAD', '/v2.1/servers/none'],
  // The path's project is hexadecimal; anything else is no project.
  ['GET', '/v2.1/elsewhere/servers'],
  ['GET', '/v2.1/a1a1a1a1/elsewhere/servers'],
];

async function unrouted(method: Ask['method'] & string, path: string, accept: string): Promise<Answer> {
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: '{}' };
  return remnant().ask({ method, path, token: MEMBER, version: '2.17', headers: { accept }, ...body });
}

test.each(UNROUTED)('%s %s is the bare 404, never 405, and names no version', async (method, path) => {
  const answer = await unrouted(method, path, 'application/json');
  expect(answer.status).toBe(404);
  if (method !== 'HEAD') {
    expect(answer.body).toEqual({
      message: 'The resource could not be found.<br /><br />\n\n\n',
      code: '404 Not Found',
      title: 'Not Found',
    });
  }
  expect(answer.headers['openstack-api-version']).toBeUndefined();
  expect(answer.headers['vary']).toBeUndefined();
});

test.each([
  ['application/json', 'application/json'],
  ['application/json;q=0.5, text/html;q=0.4', 'application/json'],
  ['text/html', 'text/html; charset=UTF-8'],
  ['text/html, application/json', 'text/html; charset=UTF-8'],
  ['application/json;q=0.1, text/html;q=0.2', 'text/html; charset=UTF-8'],
  ['application/xml', 'text/plain; charset=UTF-8'],
  ['application/json;q=0', 'text/plain; charset=UTF-8'],
  ['application/json;version=2', 'text/plain; charset=UTF-8'],
  ['application/vnd.openstack.compute+json', 'text/plain; charset=UTF-8'],
  ['garbage', 'text/html; charset=UTF-8'],
])('to %s the bare 404 is %s', async (accept, type) => {
  const answer = await unrouted('GET', '/v2.1/nothing', accept);
  expect([answer.status, answer.headers['content-type']]).toEqual([404, type]);
  if (type === 'application/json') expect(answer.body['title']).toBe('Not Found');
  else expect(answer.body).toContain('The resource could not be found.');
  expect(typeof answer.body === 'string' && answer.body.startsWith('<html>')).toBe(type.startsWith('text/html'));
});

test('at the root the versions are listed whatever the method is; what no root has, has choices', async () => {
  const list = await remnant().ask({ path: '/' });
  expect(list.body['versions']?.map((version) => version['id'])).toEqual(['v2.0', 'v2.1']);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
    const answer = await remnant().ask({ method, path: '/', body: {} });
    expect([answer.status, answer.body], method).toEqual([200, list.body]);
  }
  const choices = await remnant().ask({ method: 'POST', path: '/v3/servers', body: {} });
  expect(choices.status).toBe(300);
  expect(choices.body['choices']?.map((choice) => choice['links']?.[0]?.['href'])).toEqual([
    'http://localhost:80/v2/v3/servers',
    'http://localhost:80/v2.1/v3/servers',
  ]);
});

test("Remnant's own API tells its version to anybody, where the catalogue says it is", async () => {
  for (const path of ['/remnant/v1', '/remnant/v1/']) {
    const { status, body } = await remnant().ask({ path });
    const links = [{ rel: 'self', href: 'http://localhost:80/remnant/v1/' }];
    expect([status, body], path).toEqual([200, { version: { id: 'v1', status: 'CURRENT', links } }]);
  }
});

test('the project in the path: links have it; another one is 400, to an admin too, before anything is looked up', async () => {
  const { id } = await remnant().addServer({ projectId: asId('a1a1a1a1') });
  const shown = await remnant().ask({ path: `/v2.1/a1a1a1a1/servers/${id}`, token: MEMBER });
  expect(shown.status).toBe(200);
  expect(shown.body['server']?.['links']).toEqual([
    { rel: 'self', href: `http://localhost:80/v2.1/a1a1a1a1/servers/${id}` },
    { rel: 'bookmark', href: `http://localhost:80/a1a1a1a1/servers/${id}` },
  ]);
  for (const path of [
    `/v2.1/b2b2b2b2/servers/${id}`,
    '/v2.1/b2b2b2b2/servers/none',
    '/v2.1/b2b2b2b2/flavors',
    '/v2/b2b2b2b2/servers',
  ]) {
    const answer = await remnant().ask({ path, token: ADMIN });
    expect([answer.status, answer.body], path).toEqual([
      400,
      {
        badRequest: {
          code: 400,
          message: "Malformed request URL: URL's project_id 'b2b2b2b2' doesn't match Context's project_id 'a1a1a1a1'",
        },
      },
    ]);
  }
});

test('a project that only a parameter names: links have it where Nova knows the parameter', async () => {
  const flavor = async (path: string) =>
    (await remnant().ask({ path, token: MEMBER })).body['flavors']?.[0]?.['links']?.[1]?.['href'];
  expect(await flavor('/v2.1/flavors?a=a1a1a1a1&limit=1')).toMatch(/:80\/flavors\//);
  expect(await flavor('/v2.1/flavors/detail?a1a1a1a1=1&limit=1')).toMatch(/:80\/flavors\//);
  await remnant().addServer({ projectId: asId('a1a1a1a1'), name: 'known-a1a1a1a1' });
  const servers = (query: string, root = '/v2.1') => remnant().ask({ path: `${root}/servers?${query}`, token: MEMBER });
  const known = await servers('name=known-a1a1a1a1');
  expect(known.body['servers']?.[0]?.['links']?.[1]?.['href']).toMatch(/:80\/a1a1a1a1\/servers\//);
  const unknown = await servers('zz=a1a1a1a1&name=known');
  expect(unknown.body['servers']?.[0]?.['links']?.[1]?.['href']).toMatch(/:80\/servers\//);
  // /v2 asks no schema what it knows.
  const legacy = await servers('zz=a1a1a1a1&name=known', '/v2');
  expect(legacy.body['servers']?.[0]?.['links']?.[1]?.['href']).toMatch(/:80\/a1a1a1a1\/servers\//);
});

test.each([
  ['x', 'an integer'],
  ['', 'an integer'],
  ['1.5', 'an integer'],
  ['-1', '>= 0'],
])('/v2 reads the limit %j itself', async (limit, wrong) => {
  const answer = await remnant().ask({ path: `/v2/servers?limit=${limit}`, token: MEMBER });
  expect([answer.status, answer.message]).toEqual([400, `Invalid input received: limit must be ${wrong}`]);
});

test('/v2 leaves what it does not know in the next link of servers, not in that of flavors', async () => {
  await remnant().addServer({ projectId: asId('e5') });
  const next = async (path: string, key: string) =>
    (await remnant().ask({ path, token: 'ann:e5' })).body[key]?.[0]?.['href'];
  expect(await next('/v2/servers?foo=1&limit=1', 'servers_links')).toMatch(/servers\?foo=1&limit=1&marker=/);
  expect(await next('/v2.1/servers?foo=1&limit=1', 'servers_links')).toMatch(/servers\?limit=1&marker=/);
  expect(await next('/v2/flavors?foo=1&limit=1', 'flavors_links')).toMatch(/flavors\?limit=1&marker=/);
});

test.each(['{}', '{', '', '[]', '{"lock": null}', '{"zz": null}', '{"a": 1, "b": 2}'])(
  'an action by PUT that names none of ours is the bare 404: %j',
  async (body) => {
    const { id } = await remnant().addServer();
    const answer = await remnant().ask({ method: 'PUT', path: `/v2.1/servers/${id}/action`, token: MEMBER, body });
    expect([answer.status, answer.body['title']]).toEqual([404, 'Not Found']);
    expect(answer.headers['openstack-api-version']).toBeUndefined();
  },
);

test('pages: the next link has the same parameters, sorted, and the last id as its marker behind them', async () => {
  const token = 'ann:c3';
  const ids: string[] = [];
  for (let i = 0; i < 3; i += 1) {
    ids.unshift((await remnant().addServer({ projectId: asId('c3'), createdAt: i * 1000, name: `page-${i}` })).id);
  }
  const first = await remnant().ask({ path: '/v2.1/servers?name=page&limit=2&all_tenants=0', token });
  expect(first.body['servers']?.map((server) => server['id'])).toEqual(ids.slice(0, 2));
  const href = String(first.body['servers_links']?.[0]?.['href']);
  expect(first.body['servers_links']).toEqual([{ rel: 'next', href }]);
  expect(href).toBe(`http://localhost:80/v2.1/servers?all_tenants=0&limit=2&name=page&marker=${ids[1]}`);
  const second = await remnant().ask({ path: href.replace('http://localhost:80', ''), token });
  expect(second.body['servers']?.map((server) => server['id'])).toEqual(ids.slice(2));
  expect(second.body).not.toHaveProperty('servers_links');
});

test('a page that is exactly full has a next link, to an empty page', async () => {
  const token = 'ann:d4';
  const { id } = await remnant().addServer({ projectId: asId('d4') });
  const full = await remnant().ask({ path: '/v2.1/servers?limit=1', token });
  expect(full.body['servers_links']?.[0]?.['href']).toContain(`marker=${id}`);
  const empty = await remnant().ask({ path: `/v2.1/servers?limit=1&marker=${id}`, token });
  expect(empty.body).toEqual({ servers: [] });
});

test('a query that is no UTF-8 is 400 where a query is looked at, and a semicolon ends a parameter', async () => {
  const said = async (path: string, method: 'GET' | 'POST' = 'GET') => {
    const answer = await remnant().ask({ method, path, token: MEMBER, ...(method === 'POST' ? { body: {} } : {}) });
    return [answer.status, answer.message];
  };
  const refused = [400, 'Query string is not UTF-8 encoded'];
  expect(await said('/v2.1/flavors?limit=%ff')).toEqual(refused);
  expect(await said('/v2.1/servers?%ff=1')).toEqual(refused);
  expect(await said('/remnant/v1/servers?name=%c3')).toEqual(refused);
  expect(await said('/v2.1/servers?x=%ff', 'POST')).toEqual([400, "'server' is a required property"]);
  expect(await said('/v2.1/flavors?foo=1;limit=x')).toEqual([
    400,
    "Invalid input for query parameters limit. Value: x. 'x' does not match '^[0-9]*$'",
  ]);
});

test('a path that ends in .json has its answer in plain JSON, whatever is accepted', async () => {
  const { id } = await remnant().addServer({ metadata: { 'a.json': 'b', a: 'c' } });
  const typeOf = async (key: string) => {
    const path = `/v2.1/servers/${id}/metadata/${key}`;
    const accept = 'application/vnd.openstack.compute+json';
    return (await remnant().ask({ path, token: MEMBER, headers: { accept } })).headers['content-type'];
  };
  expect([await typeOf('a.json'), await typeOf('a')]).toEqual([
    'application/json',
    'application/vnd.openstack.compute+json',
  ]);
});
