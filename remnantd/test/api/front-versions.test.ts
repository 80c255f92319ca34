// The documents of the versions, and what is told above and beside them: to which methods, at which paths, in which type.

import { expect, test } from 'vitest';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();
const OWN = 'application/vnd.openstack.compute+json';

test.each(['/', '//', '/?a=1', '/v2', '/v2/', '/v2//', '/v2.1', '/v2.1/', '/v2.1//', '/v2.1?x=1'])(
  '%s is the same by every method, without a token',
  async (path) => {
    const told = await remnant().ask({ path });
    expect(told.status).toBe(200);
    expect(told.headers['content-type']).toBe('application/json');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
      const answer = await remnant().ask({ method, path });
      const { status, body } = answer;
      expect([status, answer.headers['content-type'], body], method).toEqual([200, 'application/json', told.body]);
    }
    const head = await remnant().ask({ method: 'HEAD', path });
    expect([head.status, head.headers['content-type'], head.body]).toEqual([200, 'application/json', '']);
  },
);

test('/v2.1 names its version to every method', async () => {
  for (const method of ['HEAD', 'POST', 'OPTIONS'] as const) {
    const { headers } = await remnant().ask({ method, path: '/v2.1' });
    expect(headers['openstack-api-version'], method).toBe('compute 2.1');
    expect(headers['x-compute-request-id'], method).toMatch(/^req-/);
  }
});

test("a project's root, with its slash, is for who is of the project", async () => {
  const ask = (path: string, token?: string) => remnant().ask({ path, ...(token === undefined ? {} : { token }) });
  expect((await ask('/v2.1/abc/')).status).toBe(401);
  const other = await ask('/v2.1/abc/', 'ann:a1a1a1a1');
  expect([other.status, other.message]).toEqual([
    400,
    "Malformed request URL: URL's project_id 'abc' doesn't match Context's project_id 'a1a1a1a1'",
  ]);
  const own = await ask('/v2.1/a1a1a1a1/', 'ann:a1a1a1a1');
  expect([own.status, own.body['version']?.['id']]).toEqual([200, 'v2.1']);
  expect((await ask('/v2.1/a1a1a1a1', 'ann:a1a1a1a1')).body['title']).toBe('Not Found');
});

test('choices: the last slash of the path is cut', async () => {
  for (const path of ['/v1.1', '/v1.1/']) {
    const { status, body } = await remnant().ask({ path });
    const hrefs = body['choices']?.map((choice) => choice['links']?.[0]?.['href']);
    expect([status, hrefs], path).toEqual([300, ['http://localhost:80/v2/v1.1', 'http://localhost:80/v2.1/v1.1']]);
  }
});

test("Nova's own type, to who wants it more than plain JSON", async () => {
  const { id } = await remnant().addServer();
  const type = async (path: string, accept: string) =>
    (await remnant().ask({ path, token: 'ann:a1a1a1a1', headers: { accept } })).headers['content-type'];
  for (const path of ['/', '/v9', '/v2.1/', '/v2.1/flavors', '/v2.1/servers', `/v2.1/servers/${id}`]) {
    expect(await type(path, OWN), path).toBe(OWN);
    expect(await type(path, `application/json, ${OWN}`), path).toBe('application/json');
    expect(await type(path, 'garbage'), path).toBe('application/json');
  }
  expect(await type('/v2.1/servers/none', OWN)).toBe('application/json; charset=UTF-8');
  expect(await type('/identity/v3', OWN)).toBe('application/json');
});
