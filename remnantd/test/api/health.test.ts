// The probes: alive, ready, and what is missing when not; told to anybody, so no name of a host is in them.

import { afterEach, expect, test } from 'vitest';
import type { Body } from '../harness/http-client.ts';
import type { TestRemnant } from '../harness/open-remnant.ts';
import { openRemnant } from '../harness/open-remnant.ts';

let remnant: TestRemnant;
afterEach(async () => {
  await remnant.close();
  expect(remnant.errors).toEqual([]);
});

const checks = (body: Body) =>
  Object.fromEntries((body['checks'] ?? []).map((check) => [check['name'], [check['state'], check['reason']]]));

test('alive and ready, without a token, to GET and HEAD', async () => {
  remnant = await openRemnant({ hosts: ['secret-host-1', 'secret-host-2'] });
  const alive = await remnant.ask({ path: '/healthz' });
  expect([alive.status, alive.body]).toEqual([200, { status: 'ok' }]);
  const ready = await remnant.ask({ path: '/readyz' });
  expect(ready.status).toBe(200);
  expect(ready.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  expect(ready.body['ready']).toBe(true);
  const ok = ['ok', null];
  expect(checks(ready.body)).toEqual({
    database: ok,
    migrations: ok,
    identity: ok,
    policy: ok,
    bus: ok,
    hosts: ok,
    stopping: ok,
  });
  expect(JSON.stringify(ready.body)).not.toContain('secret-host');
  for (const path of ['/healthz', '/readyz', '/metrics']) {
    const head = await remnant.ask({ method: 'HEAD', path });
    expect([path, head.status, head.body]).toEqual([path, 200, '']);
  }
});

test('no host to wait for is no reason to wait', async () => {
  remnant = await openRemnant({ hosts: [] });
  expect((await remnant.ask({ path: '/readyz' })).status).toBe(200);
});

test('a process that stops is alive and not ready', async () => {
  remnant = await openRemnant();
  remnant.stopping();
  expect((await remnant.ask({ path: '/healthz' })).status).toBe(200);
  const { status, body } = await remnant.ask({ path: '/readyz' });
  expect([status, body['ready'], checks(body)['stopping']]).toEqual([
    503,
    false,
    ['missing', 'the process is stopping'],
  ]);
});

test('a database that a newer program has changed is not ours to serve any more', async () => {
  remnant = await openRemnant();
  await remnant.store.transaction(async (tx) => {
    const row = { name: '9999-later', timestamp: '' };
    await tx.withTables<{ kysely_migration: typeof row }>().insertInto('kysely_migration').values(row).execute();
  });
  const { status, body } = await remnant.ask({ path: '/readyz' });
  expect([status, checks(body)['database'], checks(body)['migrations']]).toEqual([
    503,
    ['ok', null],
    ['missing', 'the database has a newer schema than this program knows'],
  ]);
});
