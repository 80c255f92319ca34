// Remnant's own root as a whole: what it has nothing at is answered in its own form, and a parameter that it does not know is
// refused; a misspelt filter that was dropped would answer with everything.

import { expect, test } from 'vitest';
import { OPERATIONS } from '../../src/api/operations.ts';
import { markHost } from '../harness/host-states.ts';
import type { Ask } from '../harness/http-client.ts';
import { ADMIN, dump, endedDump, MEMBER, unknownId } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant({ hosts: ['host-1', 'host-2'] });
const ROOT = '/remnant/v1';

test.each<[Ask['method'] & string, string]>([
  ['GET', '/nothing'],
  ['GET', '/hosts/'],
  ['POST', '/hosts/host-1/transitions/'],
  ['GET', '/servers/%ff/dumps'],
  ['DELETE', '/servers//dumps'],
  ['HEAD', '/nothing'],
])('%s %s is a 404 of its own form', async (method, path) => {
  const answer = await remnant().ask({ method, path: `${ROOT}${path}`, token: MEMBER });
  expect([answer.status, answer.headers['content-type']]).toEqual([404, 'application/json']);
  if (method === 'HEAD') return;
  expect(answer.body['error']).toMatchObject({
    code: 404,
    title: 'Not Found',
    request_id: answer.headers['x-openstack-request-id'],
  });
});

test.each<[Ask['method'] & string, string, string]>([
  ['DELETE', '', 'GET'],
  ['POST', '/hosts', 'GET'],
  ['PUT', '/servers/x/dumps', 'GET, POST'],
  ['POST', '/servers/x/dumps/y/artefacts/z', 'DELETE, GET, HEAD'],
])('%s %s is a 405 that names the methods there are', async (method, path, allowed) => {
  const answer = await remnant().ask({ method, path: `${ROOT}${path}`, token: MEMBER, body: {} });
  expect([answer.status, answer.headers['allow']]).toEqual([405, allowed]);
  expect(answer.body['error']).toMatchObject({
    code: 405,
    title: 'Method Not Allowed',
    message: `${method} is no method of this path, which has ${allowed}.`,
  });
});

test.each(OPERATIONS.filter(({ root }) => root === 'remnant').map((operation) => [operation.id, operation] as const))(
  '%s refuses a parameter that it does not know',
  async (_id, { method, path }) => {
    const at = `${ROOT}${path.replaceAll(/\{\w+\}/g, unknownId())}?not_there=1`;
    const { status, headers, body } = await remnant().ask({ method, path: at, token: ADMIN });
    expect(status).toBe(400);
    if (method !== 'HEAD') expect(JSON.stringify(body)).toContain('not_there');
    expect(headers['content-type']).toBe('application/json');
  },
);

test('hosts are listed by their status', async () => {
  await markHost(remnant(), { forced_down: true });
  const hosts = async (query: string) => {
    const { status, body } = await remnant().ask({ path: `${ROOT}/hosts${query}`, token: ADMIN });
    return status === 200 ? body['hosts']?.map(({ name }) => name) : status;
  };
  expect(await hosts('?status=DOWN')).toEqual(['host-1']);
  expect(await hosts('?status=UP')).toEqual(['host-2']);
  expect(await hosts('?status=UP&status=DOWN')).toEqual(['host-1', 'host-2']);
  expect(await hosts('?status=UNKNOWN')).toEqual([]);
  expect(await hosts('?status=down')).toBe(400);
  await markHost(remnant(), { forced_down: false });
});

test("a server's dumps come in pages", async () => {
  const { id } = await remnant().addServer({}, 'ignores');
  for (let n = 0; n < 3; n += 1) {
    // oxlint-disable-next-line no-await-in-loop
    await dump(remnant(), id);
    // oxlint-disable-next-line no-await-in-loop
    await endedDump(remnant(), id);
  }
  const path = `${ROOT}/servers/${id}/dumps`;
  const read = async (at: string) => {
    const { status, body } = await remnant().ask({ path: at, token: MEMBER });
    expect(status).toBe(200);
    const next = String(body['links']?.[0]?.['href'] ?? '');
    return { ids: body['dumps']?.map((one) => one['id']) ?? [], next: next.replace(/^https?:\/\/[^/]+/, '') };
  };
  const all = await read(path);
  expect([all.ids.length, all.next]).toEqual([3, '']);
  const first = await read(`${path}?limit=2`);
  expect(first.ids).toEqual(all.ids.slice(0, 2));
  expect(await read(first.next)).toEqual({ ids: all.ids.slice(2), next: '' });
  expect((await read(`${path}?marker=${all.ids[0]}`)).ids).toEqual(all.ids.slice(1));
  for (const query of [`?marker=${unknownId()}`, '?marker=x', '?marker=%00', '?limit=-1', '?limit=x']) {
    const { status } = await remnant().ask({ path: `${path}${query}`, token: MEMBER });
    expect([query, status]).toEqual([query, 400]);
  }
});
