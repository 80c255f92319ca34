// Server groups by microversion: made, shown, listed, deleted; their members; whose they are; the quota.

import { expect, test } from 'vitest';
import { patchServer } from '../../src/db/servers.ts';
import { asId } from '../../src/model/ids.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant({ config: { quota: { server_groups: 4 } } });
const ADMIN = 'admin:0f5';
const ANN = 'ann:a1a1a1a1';

type Method = 'GET' | 'POST' | 'DELETE';
interface As {
  readonly token?: string;
  readonly version?: string;
}
const ask = (method: Method, path: string, body?: unknown, { token = ANN, version = '2.64' }: As = {}) =>
  remnant().ask({
    method,
    path: `/v2.1/os-server-groups${path}`,
    token,
    version,
    ...(body === undefined ? {} : { body }),
  });
const create = (group: object, as: As = {}) => ask('POST', '', { server_group: group }, as);

/** Makes one in the project of `token` and gives its id. */
async function made(name: string, token: string): Promise<string> {
  const answer = await create({ name, policy: 'affinity' }, { token });
  expect(answer.status).toBe(200);
  return String(answer.body['server_group']?.['id']);
}

test.each<[string, object, object]>([
  ['2.1', { policies: ['affinity'] }, { policies: ['affinity'], metadata: {}, members: [] }],
  ['2.12', { policies: ['anti-affinity'] }, { policies: ['anti-affinity'], metadata: {}, members: [] }],
  [
    '2.13',
    { policies: ['affinity'] },
    { policies: ['affinity'], metadata: {}, members: [], project_id: 'v', user_id: 'vic' },
  ],
  [
    '2.15',
    { policies: ['soft-affinity'] },
    { policies: ['soft-affinity'], metadata: {}, members: [], project_id: 'v', user_id: 'vic' },
  ],
  [
    '2.64',
    { policy: 'soft-anti-affinity' },
    { policy: 'soft-anti-affinity', rules: {}, members: [], project_id: 'v', user_id: 'vic' },
  ],
  [
    '2.93',
    { policy: 'anti-affinity', rules: { max_server_per_host: '3' } },
    { policy: 'anti-affinity', rules: { max_server_per_host: 3 }, members: [], project_id: 'v', user_id: 'vic' },
  ],
])('at %s, %j is shown so, and then deleted', async (version, asked, shown) => {
  const as = { version, token: 'vic:v' };
  const answer = await create({ name: 'g', ...asked }, as);
  const group = answer.body['server_group'];
  expect([answer.status, group]).toEqual([200, { id: expect.any(String) as string, name: 'g', ...shown }]);
  const path = `/${String(group?.['id'])}`;
  expect((await ask('GET', path, undefined, as)).body).toEqual(answer.body);
  expect((await ask('GET', '', undefined, as)).body).toEqual({ server_groups: [group] });
  const gone = await ask('DELETE', path, undefined, as);
  expect([gone.status, gone.body]).toEqual([204, '']);
  const none = await ask('GET', path, undefined, as);
  expect([none.status, none.message]).toEqual([404, `Instance group ${path.slice(1)} could not be found.`]);
  expect((await ask('DELETE', path, undefined, as)).status).toBe(404);
});

test.each<[string, object, string]>([
  ['2.14', { name: 'g', policies: ['soft-affinity'] }, "'soft-affinity' is not one of ['anti-affinity', 'affinity']"],
  ['2.63', { name: 'g', policies: [] }, '[] is too short'],
  ['2.63', { name: 'g', policies: ['affinity', 'anti-affinity'] }, 'is too long'],
  ['2.63', { name: 'g', policy: 'affinity' }, "'policies' is a required property"],
  ['2.64', { name: 'g', policies: ['affinity'] }, "'policy' is a required property"],
  ['2.64', { name: 'g', policy: 'none' }, "'none' is not one of"],
  ['2.64', { name: ' g', policy: 'affinity' }, "An invalid 'name' value was provided."],
  ['2.64', { name: 'g', policy: 'anti-affinity', rules: { max_server_per_host: 0 } }, 'less than the minimum of 1'],
  ['2.64', { name: 'g', policy: 'anti-affinity', rules: { max_server_per_host: '9'.repeat(30) } }, 'maximum'],
  ['2.64', { name: 'g', policy: 'anti-affinity', rules: { more: 1 } }, "'more' was unexpected"],
  [
    '2.64',
    { name: 'g', policy: 'affinity', rules: { max_server_per_host: 1 } },
    'Only anti-affinity policy supports rules.',
  ],
])('at %s, %j is refused', async (version, group, text) => {
  const answer = await create(group, { version, token: 'vic:v' });
  expect(answer.status).toBe(400);
  expect(answer.message).toContain(text);
});

test('members are its servers that are not deleted; a server shows its group from 2.71', async () => {
  const id = await made('peopled', ANN);
  const own = { projectId: asId<never>('a1a1a1a1'), groupId: id };
  const [first, second] = [await remnant().addServer(own), await remnant().addServer(own)];
  await remnant().addServer({ ...own, deletedAt: 1 });
  await remnant().addServer({ projectId: own.projectId });
  const members = async () => (await ask('GET', `/${id}`)).body['server_group']?.['members'];
  expect(await members()).toEqual([first.id, second.id]);
  const shown = async (version: string, view: string) => {
    const answer = await remnant().ask({ path: `/v2.1/servers/${view}`, token: ANN, version });
    return (answer.body['server'] ?? answer.body['servers']?.[0])?.['server_groups'];
  };
  expect(await shown('2.71', first.id)).toEqual([id]);
  expect(await shown('2.70', first.id)).toBeUndefined();
  expect(await shown('2.71', 'detail')).toBeUndefined();
  await remnant().store.transaction((tx) => patchServer(tx, second.id, { deletedAt: 2 }));
  expect(await members()).toEqual([first.id]);
  // Without its group, a server is in none.
  expect((await ask('DELETE', `/${id}`)).status).toBe(204);
  expect(await shown('2.93', first.id)).toEqual([]);
  expect((await remnant().row(first.id)).version).toBeGreaterThan(first.version);
});

test('those of another project are not there, but for an admin', async () => {
  const id = await made('of bob', 'bob:b2b2b2b2');
  const text = `Instance group ${id} could not be found.`;
  for (const method of ['GET', 'DELETE'] as const) {
    const answer = await ask(method, `/${id}`);
    expect([answer.status, answer.message]).toEqual([404, text]);
  }
  expect((await ask('DELETE', `/${id}`, undefined, { token: 'rob:b2b2b2b2:reader' })).status).toBe(403);
  expect((await ask('GET', `/${id}`, undefined, { token: 'rob:b2b2b2b2:reader' })).status).toBe(200);
  const listed = async (query: string, token: string) =>
    ((await ask('GET', query, undefined, { token })).body['server_groups'] ?? []).map((group) => group['id']);
  expect(await listed('', ADMIN)).not.toContain(id);
  expect(await listed('?all_projects', ADMIN)).toContain(id);
  expect(await listed('?all_projects=False', ADMIN)).toContain(id);
  expect(await listed('?all_projects=True', ANN)).not.toContain(id);
  expect(await listed('', 'bob:b2b2b2b2')).toEqual([id]);
  expect((await ask('DELETE', `/${id}`, undefined, { token: ADMIN })).status).toBe(204);
});

test('listed in the order they were made, some at a time', async () => {
  const token = 'pat:p1';
  const names = ['c', 'a', 'b'];
  for (const name of names) await made(name, token);
  const listed = async (query: string, version = '2.74') => {
    const answer = await ask('GET', `?${query}`, undefined, { token, version });
    return answer.status === 200 ? answer.body['server_groups']?.map((group) => group['name']).join('') : answer.status;
  };
  expect(
    await Promise.all(['', 'limit=2', 'limit=2&offset=1', 'offset=3', 'limit=0', 'x=1'].map((q) => listed(q))),
  ).toEqual(['cab', 'ca', 'ab', '', 'cab', 'cab']);
  expect(await listed(`offset=${'9'.repeat(40)}`)).toBe('');
  expect(await Promise.all([listed('limit=-1'), listed('offset=x'), listed('x=1', '2.75')])).toEqual([400, 400, 400]);
});

test('a project has as many as its quota says', async () => {
  const token = 'quinn:q1';
  const ids = [];
  for (const name of ['1', '2', '3', '4']) ids.push(await made(name, token));
  const full = await create({ name: '5', policy: 'affinity' }, { token });
  expect([full.status, full.message]).toEqual([403, 'Quota exceeded, too many server groups.']);
  await ask('DELETE', `/${ids[0]}`, undefined, { token });
  expect((await create({ name: '5', policy: 'affinity' }, { token })).status).toBe(200);
  // A user's own limit within it.
  const quota = { project_id: 'q1', user_id: 'rae', resource: 'server_groups', hard_limit: 0 };
  await ask('DELETE', `/${ids[1]}`, undefined, { token });
  await remnant().store.transaction((tx) => tx.insertInto('quotas').values(quota).execute());
  expect((await create({ name: '6', policy: 'affinity' }, { token: 'rae:q1' })).status).toBe(403);
  expect((await create({ name: '6', policy: 'affinity' }, { token })).status).toBe(200);
});
