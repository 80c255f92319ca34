// A real PostgreSQL that goes away under a running Remnant, in every way there is: requests that need it are told so in time,
// nothing is half done, and all goes on by itself when it is back.

import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LONGEST_TRANSACTION_MS, openStore } from '../../src/db/store.ts';
import { DatabaseAway } from '../../src/model/database-away.ts';
import type { Answer } from '../harness/http-client.ts';
import type { TestRemnant } from '../harness/open-remnant.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { ADMIN, endedDump } from '../harness/records.ts';
import { postgresDatabase } from '../harness/test-database.ts';
import { waitFor } from '../harness/wait-for.ts';
import type { PostgresLab } from './postgres-lab.ts';
import { startPostgres } from './postgres-lab.ts';

let lab: PostgresLab;
let remnant: TestRemnant;
/** Longest until an answer, ms: a read, and a write that may lie in a transaction. The machine may be busy. */
const [READ_MS, WRITE_MS] = [4_500, 10_000];

beforeAll(async () => {
  lab = await startPostgres('on');
  remnant = await openRemnant({ database: await postgresDatabase(lab.url) });
});
afterEach(() => {
  // What an agent met is told in the words of the bus; of the API's own, nothing is told again and again.
  expect(remnant.errors.filter((error) => !/^the server of |BusFault/.test(error))).toEqual([]);
  remnant.errors.length = 0;
});
afterAll(async () => {
  try {
    await remnant.close();
  } finally {
    await lab.stop();
  }
});

const show = (id: string) => remnant.ask({ path: `/v2.1/servers/${id}`, token: ADMIN, version: '2.93' });
const dump = (id: string) =>
  remnant.ask({
    method: 'POST',
    path: `/v2.1/servers/${id}/action`,
    token: ADMIN,
    version: '2.93',
    body: { trigger_crash_dump: null },
  });
const timed = async (asked: Promise<Answer>) => {
  const began = performance.now();
  return { answer: await asked, ms: performance.now() - began };
};
const back = (id: string) => waitFor('it to be back', async () => (await show(id)).status === 200, 60_000, 200);
const state = async (name: string) => {
  const { status, body } = await remnant.ask({ path: '/readyz' });
  return [status, body['checks']?.find((check) => check['name'] === name)?.['state']];
};

const AWAY: readonly (readonly [string, () => unknown, () => unknown])[] = [
  ['stopped', () => lab.down(), () => lab.up()],
  ['killed', () => lab.kill(), () => lab.up()],
  ['standing still', () => lab.freeze(), () => lab.thaw()],
];

test.each(AWAY)(
  '%s: 503 in the words of each API, in time; alive all along; back by itself',
  async (_how, away, again) => {
    const { id } = await remnant.addServer({}, 'panics');
    expect((await show(id)).status).toBe(200);
    await away();
    try {
      const asked = await Promise.all([
        timed(show(id)),
        ...Array.from({ length: 30 }, () => timed(remnant.ask({ path: '/v2.1/servers/detail', token: ADMIN }))),
        timed(remnant.ask({ path: `/remnant/v1/servers/${id}/dumps`, token: ADMIN })),
        timed(dump(id)),
      ]);
      for (const { answer, ms } of asked) {
        expect([answer.status, answer.headers['retry-after']]).toEqual([503, '2']);
        expect(ms).toBeLessThan(READ_MS);
      }
      const text = 'The database cannot be used now. Try again later.';
      expect(asked[0]?.answer.body).toEqual({ serviceUnavailable: { code: 503, message: text } });
      expect(asked.at(-2)?.answer.body).toMatchObject({
        error: { code: 503, title: 'Service Unavailable', message: text },
      });
      expect((await remnant.ask({ path: '/healthz' })).status).toBe(200);
      expect(await state('database')).toEqual([503, 'missing']);
    } finally {
      await again();
    }
    await back(id);
    expect(await state('database')).toEqual([200, 'ok']);
    // No request that was told 503 has left anything.
    const dumps = await remnant.ask({ path: `/remnant/v1/servers/${id}/dumps`, token: ADMIN });
    expect(dumps.body['dumps']).toEqual([]);
    expect((await dump(id)).status).toBe(202);
    expect(await endedDump(remnant, id)).toMatchObject({ verdict: 'panicked_without_dump' });
  },
);

test('an action that runs while it is killed ends once, all the same', async () => {
  const { id } = await remnant.addServer({}, 'panics');
  expect((await dump(id)).status).toBe(202);
  await lab.kill();
  expect((await show(id)).status).toBe(503);
  await lab.up();
  await back(id);
  const ended = await waitFor('the dump to end', () => endedDump(remnant, id), 60_000, 200);
  expect(ended['verdict']).toBe('panicked_without_dump');
  const nmis = remnant.world.nmis().filter((nmi) => nmi.guest === id);
  expect(nmis.length).toBe(1);
});

test('a row that somebody holds: whoever wants it is told 503 in time, others are served', async () => {
  const [{ id }, other] = [await remnant.addServer({}, 'panics'), await remnant.addServer()];
  const holder = new Client({ connectionString: remnant.databaseUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select 1 from servers where id = $1 for update', [id]);
  const lock = timed(
    remnant.ask({ method: 'POST', path: `/v2.1/servers/${id}/action`, token: ADMIN, body: { lock: null } }),
  );
  expect((await show(id)).status).toBe(200);
  const rename = { server: { name: 'free' } };
  const named = await remnant.ask({ method: 'PUT', path: `/v2.1/servers/${other.id}`, token: ADMIN, body: rename });
  expect(named.status).toBe(200);
  const { answer, ms } = await lock;
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '2']);
  expect(ms).toBeLessThan(WRITE_MS);
  await holder.query('rollback');
  await holder.end();
  expect((await remnant.row(id)).lockedBy).toBe(null);
});

test('a transaction that is too old is not committed, whether this process was held up or its commit', async () => {
  let aheadMs = 0;
  const store = await openStore(remnant.databaseUrl, { stopwatch: () => performance.now() + aheadMs });
  const row = { hash: 'late', user_id: 'u', scope: null, methods: '[]', audit_id: 'a', issued_at: 1, expires_at: 2 };
  const kept = async () =>
    (await store.read.selectFrom('tokens').where('hash', '=', 'late').select('hash').execute()).length;
  const held = store.transaction(async (tx) => {
    await tx.insertInto('tokens').values(row).execute();
    aheadMs += LONGEST_TRANSACTION_MS;
  });
  await expect(held).rejects.toThrow(DatabaseAway);
  // Our clock says it is young, the server's that it is not.
  const early = store.transaction(async (tx) => {
    const began = aheadMs;
    await tx.insertInto('tokens').values(row).execute();
    const from = performance.now();
    await waitFor('most of its time to pass', () => performance.now() - from > LONGEST_TRANSACTION_MS - 300);
    await tx.selectFrom('tokens').select('hash').limit(1).execute();
    aheadMs = began - 1_000;
    const until = performance.now();
    await waitFor('all of it', () => performance.now() - until > 400);
  });
  await expect(early).rejects.toThrow(DatabaseAway);
  expect(await kept()).toBe(0);
  await store.transaction((tx) => tx.insertInto('tokens').values(row).execute());
  expect(await kept()).toBe(1);
  await store.close();
});

test('an outage is told once, and its end once', async () => {
  const told: string[] = [];
  const store = await openStore(remnant.databaseUrl, {
    onOutage: { away: () => told.push('away'), back: () => told.push('back') },
  });
  const ask = () =>
    store.read
      .selectFrom('servers')
      .select('id')
      .limit(1)
      .execute()
      .then(
        () => true,
        () => false,
      );
  await lab.down();
  for (let n = 0; n < 20; n += 1) expect(await ask()).toBe(false);
  await lab.up();
  await waitFor('the news', async () => (await ask()) && told.length === 2, 20_000, 100);
  expect(told).toEqual(['away', 'back']);
  await store.close();
});

test('16 who write one row at a time all get their turn', async () => {
  const { id } = await remnant.addServer();
  const names = Array.from({ length: 16 }, (_, n) => `writer-${n}`);
  const answers = await Promise.all(
    names.map((name) =>
      remnant.ask({ method: 'PUT', path: `/v2.1/servers/${id}`, token: ADMIN, body: { server: { name } } }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
  expect(names).toContain((await remnant.row(id)).name);
});
