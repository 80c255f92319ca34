// POST /servers: never more than the quota, and never more than there is room for, however many ask at a time.

import { afterAll, expect, test } from 'vitest';
import { openCommands } from '../../src/db/commands.ts';
import { asId } from '../../src/model/ids.ts';
import type { Answer } from '../harness/http-client.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const ROOM = 7;
const FLAVORS = [
  { id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1 },
  { id: 'wide', name: 'wide', vcpus: 9, ram: 512, disk: 1 },
  // A simulated host has memory for ROOM of these, and no more.
  { id: 'large', name: 'large', vcpus: 1, ram: 35_000, disk: 1 },
];
const remnant = useRemnant({ config: { flavors: FLAVORS, quota: {} } });
const BASE = { name: 'web', flavorRef: '1', imageRef: IMAGE, networks: 'none' };

function create(server: object, token = MEMBER, version = '2.56'): Promise<Answer> {
  return remnant().ask({
    method: 'POST',
    path: '/v2.1/servers',
    token,
    version,
    body: { server: { ...BASE, ...server } },
  });
}

function put(path: string, body: object): Promise<Answer> {
  return remnant().ask({ method: 'PUT', path: `/v2.1/${path}`, token: 'admin:0f5', version: '2.56', body });
}

const serversOf = (project: string) =>
  remnant().store.read.selectFrom('servers').select(['id', 'host']).where('project_id', '=', project).execute();

/** What is still being made when the last test is over is waited for. */
afterAll(async () => {
  const { read } = remnant().store;
  await waitFor('all servers to be made', async () => (await openCommands(read, null)).length === 0);
});

test('as many as fit, from the least to the most that are asked for', async () => {
  const answer = await create({ min_count: 2, max_count: 12, name: 'many' }, 'ann:p1');
  expect(answer.status).toBe(202);
  expect(await serversOf('p1')).toHaveLength(10);
  const more = await create({}, 'ann:p1');
  expect([more.status, more.message]).toEqual([
    403,
    'Quota exceeded for instances: Requested 1, but already used 10 of 10 instances',
  ]);
  expect(await serversOf('p1')).toHaveLength(10);
});

test.each([
  [{ flavorRef: 'wide', min_count: 3 }, 'Quota exceeded for cores: Requested 27, but already used 0 of 20 cores'],
  [{ min_count: 11 }, 'Quota exceeded for instances: Requested 11, but already used 0 of 10 instances'],
  [
    { flavorRef: 'wide', min_count: 3, max_count: 12 },
    'Quota exceeded for cores, instances: Requested 108, 3-12, but already used 0, 0 of 20, 10 cores, instances',
  ],
  [{ flavorRef: 'large', min_count: 2 }, 'Quota exceeded for ram: Requested 70000, but already used 0 of 51200 ram'],
])('%j is too much, and makes nothing', async (server, message) => {
  const answer = await create(server, 'ann:p2');
  expect([answer.status, answer.message]).toEqual([403, message]);
  expect(await serversOf('p2')).toEqual([]);
});

test("a user's own limit holds beside the project's", async () => {
  expect((await put('os-quota-sets/p3?user_id=ann', { quota_set: { instances: 1 } })).status).toBe(200);
  expect((await create({}, 'ann:p3')).status).toBe(202);
  expect((await create({}, 'ann:p3')).message).toBe(
    'Quota exceeded for instances: Requested 1, but already used 1 of 1 instances',
  );
  expect((await create({}, 'bob:p3')).status).toBe(202);
});

test('metadata and files of one server have limits of their own', async () => {
  await put('os-quota-sets/p4', {
    quota_set: { metadata_items: 1, injected_files: 1, injected_file_content_bytes: 8, injected_file_path_bytes: 5 },
  });
  const file = (path: string, contents: string) => ({ path, contents });
  const cases: [object, string][] = [
    [{ metadata: { a: '1', b: '2' } }, 'Maximum number of metadata items exceeds 1'],
    [{ personality: [file('/a', 'YQ=='), file('/b', 'YQ==')] }, 'Personality file limit exceeded'],
    [{ personality: [file('/a/b/c', 'YQ==')] }, 'Personality file path exceeds maximum 5'],
    [{ personality: [file('/a', 'YWFhYWFhYWE=')] }, 'Personality file content exceeds maximum 8'],
  ];
  for (const [server, message] of cases) {
    const answer = await create(server, 'ann:p4');
    expect([answer.status, answer.message]).toEqual([403, message]);
  }
  const good = await create({ metadata: { a: '1' }, personality: [file('/a', 'YQ==')] }, 'ann:p4');
  expect(good.status).toBe(202);
  const there = await remnant().addServer({ projectId: asId('p4'), metadata: { a: '1' } });
  const path = `/v2.1/servers/${there.id}/metadata`;
  const more = await remnant().ask({ method: 'POST', path, token: 'ann:p4', body: { metadata: { b: '2' } } });
  expect([more.status, more.message]).toEqual([403, 'Maximum number of metadata items exceeds 1']);
});

test('fifty at a time, and a quota of seven: seven, and never one more', async () => {
  await put('os-quota-sets/p5', { quota_set: { instances: ROOM } });
  const answers = await Promise.all(Array.from({ length: 50 }, () => create({}, 'ann:p5')));
  const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
  expect(statuses).toEqual([...Array.from({ length: ROOM }, () => 202), ...Array.from({ length: 43 }, () => 403)]);
  expect(await serversOf('p5')).toHaveLength(ROOM);
});

test('fifty at a time, and room for seven on the host: seven on it, all others on none', async () => {
  await put('os-quota-sets/p6', { quota_set: { instances: -1, cores: -1, ram: -1 } });
  const answers = await Promise.all(Array.from({ length: 50 }, () => create({ flavorRef: 'large' }, 'ann:p6')));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  const hosts = (await serversOf('p6')).map(({ host }) => host);
  expect(hosts.filter((host) => host === 'host-1')).toHaveLength(ROOM);
  expect(hosts.filter((host) => host === null)).toHaveLength(50 - ROOM);
});
