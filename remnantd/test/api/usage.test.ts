// GET /os-simple-tenant-usage: what projects used in a period, and what of it is not theirs.

import { beforeAll, expect, test } from 'vitest';
import { asId } from '../../src/model/ids.ts';
import type { Answer, Body } from '../harness/http-client.ts';
import { ADMIN, MEMBER } from '../harness/records.ts';
import { serverRow } from '../harness/server-rows.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant({ config: { api: { max_limit: 3 } } });
const at = (hour: number) => Date.parse('2024-05-01T00:00:00Z') + hour * 3_600_000;
const PERIOD = 'start=2024-05-01T00:00:00&end=2024-05-02T00:00:00';
const flavor = { ...serverRow().flavor, name: 'two', vcpus: 2, ram: 1024, disk: 3, ephemeral: 1 };

const COMPUTE = '/v2.1';

function ask(path: string, more: { version?: string; token?: string } = {}): Promise<Answer> {
  const { version = '2.93', token = ADMIN } = more;
  return remnant().ask({ path: `${COMPUTE}/os-simple-tenant-usage${path}`, token, version });
}

beforeAll(async () => {
  const add = (project: string, n: number, launchedAt: number | null, terminatedAt: number | null = null) =>
    remnant().addServer({
      id: asId(`00000000-0000-4000-8000-00000000000${n}`),
      name: `s${n}`,
      projectId: asId(project),
      flavor,
      launchedAt,
      terminatedAt,
      deletedAt: terminatedAt,
    });
  await add('alpha', 1, at(-5), at(6));
  await add('alpha', 2, at(20));
  await add('alpha', 3, at(-9), at(-1));
  await add('beta', 4, at(12), at(13));
  await add('beta', 5, at(25));
  await add('beta', 6, null);
});

test('of one project: each server that ran, for as long as it ran within the period', async () => {
  const upAtLeast = Math.trunc((remnant().clock.wall() - at(20)) / 1000);
  const { status, body } = await ask(`/alpha?${PERIOD}`, { token: 'ann:alpha:reader' });
  const usage = body['tenant_usage'];
  expect(status).toBe(200);
  expect(usage).toMatchObject({
    tenant_id: 'alpha',
    start: '2024-05-01T00:00:00.000000',
    stop: '2024-05-02T00:00:00.000000',
    total_hours: 10,
    total_vcpus_usage: 20,
    total_memory_mb_usage: 10_240,
    total_local_gb_usage: 40,
  });
  const servers = (usage?.['server_usages'] ?? []) as readonly Body[];
  expect(servers[0]).toEqual({
    hours: 6,
    flavor: 'two',
    instance_id: '00000000-0000-4000-8000-000000000001',
    name: 's1',
    tenant_id: 'alpha',
    memory_mb: 1024,
    local_gb: 4,
    vcpus: 2,
    started_at: '2024-04-30T19:00:00.000000',
    ended_at: '2024-05-01T06:00:00.000000',
    state: 'terminated',
    uptime: 11 * 3600,
  });
  expect(servers).toHaveLength(2);
  expect(servers[1]).toMatchObject({ hours: 4, ended_at: null, state: 'active' });
  const upAtMost = Math.trunc((remnant().clock.wall() - at(20)) / 1000);
  expect(Number(servers[1]?.['uptime'])).toBeGreaterThanOrEqual(upAtLeast);
  expect(Number(servers[1]?.['uptime'])).toBeLessThanOrEqual(upAtMost);
});

test('of all projects: sums, and each server where it is asked for', async () => {
  const { body } = await ask(`?${PERIOD}`);
  const sums = (body['tenant_usages'] ?? []) as readonly Body[];
  expect(sums.map((one) => [one['tenant_id'], one['total_hours'], one['server_usages']])).toEqual([
    ['alpha', 10, undefined],
    ['beta', 1, undefined],
  ]);
  const detailed = (await ask(`?${PERIOD}&detailed=1`)).body['tenant_usages']?.[1];
  expect(detailed?.['server_usages']).toHaveLength(1);
});

test('nothing used is an empty object, or an empty list', async () => {
  expect((await ask(`/nobody?${PERIOD}`)).body).toEqual({ tenant_usage: {} });
  expect((await ask('?start=2001-01-01T00:00:00&end=2001-01-02T00:00:00')).body).toEqual({ tenant_usages: [] });
});

test('from 2.40 in pages, which lead from one to the next', async () => {
  const seen: unknown[] = [];
  let path = `?${PERIOD}&detailed=1&limit=2`;
  for (let page = 0; page < 5 && path !== ''; page += 1) {
    const { body } = await ask(path, { version: '2.40' });
    for (const project of (body['tenant_usages'] ?? []) as readonly Body[]) {
      for (const server of (project['server_usages'] ?? []) as readonly Body[]) seen.push(server['name']);
    }
    const [next] = (body['tenant_usages_links'] ?? []) as readonly Body[];
    path = next === undefined ? '' : (String(next['href']).split('os-simple-tenant-usage')[1] ?? '');
  }
  expect(seen).toEqual(['s1', 's2', 's4']);
  const before = await ask(`?${PERIOD}&limit=1`, { version: '2.39' });
  expect(Object.keys(before.body)).toEqual(['tenant_usages']);
  expect(before.body['tenant_usages']).toHaveLength(2);
  const own = await ask(`/alpha?${PERIOD}&limit=1`, { version: '2.40' });
  expect(own.body['tenant_usage_links']?.[0]?.['href']).toContain('/os-simple-tenant-usage/alpha?');
});

test.each([
  [
    '?start=2024-05-02T00:00:00&end=2024-05-01T00:00:00',
    'Invalid start time. The start time cannot occur after the end time.',
  ],
  ['?start=yesterday', 'Invalid datetime string: Datetime is in invalid format'],
  ['?start=2024-02-30T00:00:00', 'Invalid datetime string: Datetime is in invalid format'],
  ['?start=2024-05-01%2000:00:00', 'Invalid datetime string: Datetime is in invalid format'],
  [`?${PERIOD}&marker=nobody`, 'marker [nobody] not found'],
])('%s is refused', async (query, message) => {
  const answer = await ask(query);
  expect([answer.status, answer.message]).toEqual([400, message]);
});

test('who asks for no period is told of a moment, in which nobody used anything', async () => {
  const { status, body } = await ask('');
  expect(status).toBe(200);
  for (const one of body['tenant_usages'] ?? []) expect([one['total_hours'], one['start']]).toEqual([0, one['stop']]);
});

test('times as Python writes them, short numbers too', async () => {
  const { status, body } = await ask('/alpha?start=2024-5-1%200:0:0.5&end=2024-05-01T02:00:00.25');
  expect([status, body['tenant_usage']?.['start'], body['tenant_usage']?.['stop']]).toEqual([
    200,
    '2024-05-01T00:00:00.500000',
    '2024-05-01T02:00:00.250000',
  ]);
});

test('members see what their own project used, and no more', async () => {
  expect((await ask(`/a1a1a1a1?${PERIOD}`, { token: MEMBER })).status).toBe(200);
  expect((await ask(`/alpha?${PERIOD}`, { token: MEMBER })).status).toBe(403);
  expect((await ask(`?${PERIOD}`, { token: MEMBER })).status).toBe(403);
});
