// A later version of this program comes up beside this one and adds to the schema: this one goes on as if nothing had happened,
// and its readiness warns.

import { expect, test } from 'vitest';
import { MIGRATION_NAMES } from '../../src/db/migrate.ts';
import type { Body } from '../harness/http-client.ts';
import { runElsewhere } from '../harness/other-connection.ts';
import { ADMIN, endedDump } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();

/** What a migration may do beside programs that do not know it; the index as db/README.md has it. */
const ADDED = [
  'create table later_things (id text primary key, server_id text not null)',
  'alter table servers add column later_note text',
  'alter table commands add column later_count integer not null default 0',
  'create index concurrently servers_by_later_note on servers (later_note)',
];
const later = (needs: string) => [
  "insert into kysely_migration (name, timestamp) values ('9999-later', '')",
  `insert into schema_needs (name, needs) values ('9999-later', '${needs}')`,
];
const migrations = (body: Body) => body['checks']?.find((check) => check['name'] === 'migrations');

test('requests and an action go on to their ends while the schema grows', async () => {
  const { id } = await remnant().addServer({}, 'panics');
  const show = () => remnant().ask({ path: `/v2.1/servers/${id}`, token: ADMIN, version: '2.93' });
  const list = () => remnant().ask({ path: '/v2.1/servers/detail', token: ADMIN, version: '2.93' });
  const act = (body: object) =>
    remnant().ask({ method: 'POST', path: `/v2.1/servers/${id}/action`, token: ADMIN, version: '2.93', body });
  const shown = async () => JSON.stringify((await show()).body['server']).replace(/"updated":"[^"]*"/, '');
  const before = await shown();
  expect((await act({ lock: null })).status).toBe(202);

  const growth = { over: false };
  const grow = runElsewhere(remnant().databaseUrl, [...ADDED, ...later(MIGRATION_NAMES.at(-1) ?? '')]).finally(() => {
    growth.over = true;
  });
  const statuses = new Set<number>();
  do {
    // One after the other, as one client would.
    // oxlint-disable-next-line no-await-in-loop
    for (const ask of [show, list, () => act({ lock: null })]) statuses.add((await ask()).status);
  } while (!growth.over);
  await grow;
  expect([...statuses].toSorted((a, b) => a - b)).toEqual([200, 202]);

  expect((await act({ unlock: null })).status).toBe(202);
  expect(await shown()).toEqual(before);
  expect((await act({ trigger_crash_dump: null })).status).toBe(202);
  expect(await endedDump(remnant(), id)).toMatchObject({ verdict: 'panicked_without_dump' });

  const ready = await remnant().ask({ path: '/readyz' });
  expect(ready.status).toBe(200);
  expect(migrations(ready.body)).toEqual({
    name: 'migrations',
    state: 'warning',
    reason: 'a later version has added to the database; this one can go on',
  });
});
