// The schema, step by step: whatever way a database came to it and however many brought it there, it is the same one. On SQLite,
// and where REMNANT_TEST_POSTGRES has the URL of one, on PostgreSQL.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runElsewhere } from '../../test/harness/other-connection.ts';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { emptyDatabase } from '../../test/harness/test-database.ts';
import { openForMigrations, postgresWords } from './dialects/postgres/open-postgres.ts';
import { openSqlite, sqliteWords } from './dialects/sqlite/open-sqlite.ts';
import { MIGRATION_NAMES, migrate, schemaState } from './migrate.ts';
import { SchemaTooNew } from './schema-state.ts';
import { openStore } from './store.ts';
import type { Tables } from './tables.ts';

async function freshUrl(): Promise<string> {
  const database = await emptyDatabase(tempDir());
  onTestFinished(() => database.drop());
  return database.url;
}

/** A database before any migration, and how to migrate it. */
async function bare(url: string) {
  const mono = () => performance.now();
  const isFile = url.startsWith('sqlite:');
  const db = isFile ? openSqlite(url.slice('sqlite:'.length), () => {}, mono).write : openForMigrations(url, mono);
  return { db, words: isFile ? sqliteWords : postgresWords };
}

/** Everything the schema is made of, as the database itself tells it. */
async function schemaOf(url: string, db: Kysely<Tables>): Promise<string[]> {
  const told = url.startsWith('sqlite:')
    ? sql<{ line: string }>`
        select sqlite_master.name || ' ' || coalesce(sql, '') as line from sqlite_master union all
        select sqlite_master.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || coalesce(c.dflt_value, '-') || ' ' || c.pk
        from sqlite_master, pragma_table_xinfo(sqlite_master.name) as c`
    : sql<{ line: string }>`
        select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '-') as line
        from information_schema.columns where table_schema = 'public' union all
        select indexdef from pg_indexes where schemaname = 'public' union all
        select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal union all
        select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'public'::regnamespace`;
  return (await told.execute(db)).rows.map(({ line }) => line).toSorted();
}

/** Puts one row into every table, every column of it set, as programs of that time may have. */
async function fillAll(db: Kysely<Tables>, n: number): Promise<number> {
  const tables = (await db.introspection.getTables()).filter(({ name }) => name !== 'schema_needs');
  for (const { name, columns } of tables) {
    const set = columns.filter((column) => !column.isAutoIncrementing);
    const values = set.map(({ dataType }) => (dataType.toLowerCase() === 'text' ? `value ${n}` : n));
    await sql`insert into ${sql.table(name)} (${sql.join(set.map((column) => sql.ref(column.name)))})
      values (${sql.join(values)})`.execute(db);
  }
  return tables.length;
}

async function rowsOf(db: Kysely<Tables>): Promise<number> {
  let rows = 0;
  for (const { name } of await db.introspection.getTables()) {
    if (name === 'schema_needs') continue;
    const { rows: counted } = await sql<{ n: number }>`select count(*) as n from ${sql.table(name)}`.execute(db);
    rows += Number(counted[0]?.n);
  }
  return rows;
}

it('a database that came through every state, with rows in each, is the same as a fresh one', async () => {
  const [oldUrl, freshOne] = [await freshUrl(), await freshUrl()];
  const old = await bare(oldUrl);
  let filled = 0;
  for (const [n, name] of MIGRATION_NAMES.entries()) {
    // oxlint-disable-next-line no-await-in-loop
    await migrate(old.db, old.words, name);
    // oxlint-disable-next-line no-await-in-loop
    filled += await fillAll(old.db, n + 1);
  }
  await (await openStore(freshOne)).close();
  const fresh = await bare(freshOne);
  const schema = await schemaOf(oldUrl, old.db);
  expect(schema).toEqual(await schemaOf(freshOne, fresh.db));
  expect(schema.length).toBeGreaterThan(200);
  expect(schema.some((line) => /dumps_one_running.*where.*ended_at.* is null/i.test(line))).toBe(true);
  // A migration may add rows of its own.
  expect(await rowsOf(old.db)).toBeGreaterThanOrEqual(filled);
  expect(await schemaState(old.db)).toBe('current');
  await old.db.destroy();
  await fresh.db.destroy();
});

it('answers that programs kept of requests with a key are forgotten, and so are the refused requests', async () => {
  const { db, words } = await bare(await freshUrl());
  await migrate(db, words, '0009-dump-whole-epoch');
  const row = { project_id: 'p', method: 'POST', path: '/x', fingerprint: 'f', request_id: 'r', created_at: 1 };
  const answers = { done: '{"status":202,"body":"secret"}', refused: '{"status":403}', lost: null };
  await db
    .insertInto('idempotency_keys')
    .values(Object.entries(answers).map(([key, answer]) => ({ ...row, idempotency_key: key, answer })))
    .execute();
  await migrate(db, words);
  const left = await db.selectFrom('idempotency_keys').select(['idempotency_key', 'answer']).orderBy('seq').execute();
  expect(left).toEqual([
    { idempotency_key: 'done', answer: null },
    { idempotency_key: 'lost', answer: null },
  ]);
  await db.destroy();
});

it('indexes on servers whose building was cut short are built anew', async () => {
  const [url, freshOne] = [await freshUrl(), await freshUrl()];
  const { db, words } = await bare(url);
  await migrate(db, words, '0011-server-life');
  // As PostgreSQL leaves one that is not valid: the name is there, what it is of is not.
  await sql`create index servers_not_measured on servers (name)`.execute(db);
  await migrate(db, words);
  await (await openStore(freshOne)).close();
  const fresh = await bare(freshOne);
  expect(await schemaOf(url, db)).toEqual(await schemaOf(freshOne, fresh.db));
  expect(await schemaState(db)).toBe('current');
  await db.destroy();
  await fresh.db.destroy();
});

it('what programs applied before they said what it needs is told to later ones', async () => {
  const url = await freshUrl();
  await (await openStore(url)).close();
  await runElsewhere(url, ['drop table schema_needs']);
  const store = await openStore(url);
  onTestFinished(() => store.close());
  expect(await schemaState(store.read)).toBe('current');
  const { rows } = await sql<{
    name: string;
    needs: string;
  }>`select name, needs from schema_needs order by name`.execute(store.read);
  expect(rows.map(({ name }) => name)).toEqual(MIGRATION_NAMES);
  expect(rows.find(({ name }) => name === '0006-idempotency-keys')?.needs).toBe('0005-dump-course');
});

describe('several at a time', () => {
  it('in this process', async () => {
    const url = await freshUrl();
    const stores = await Promise.all(Array.from({ length: 6 }, () => openStore(url)));
    expect(await Promise.all(stores.map((store) => schemaState(store.read)))).toEqual(stores.map(() => 'current'));
    await Promise.all(stores.map((store) => store.close()));
  });

  it('in processes of their own, each migration applied by one of them', async () => {
    const url = await freshUrl();
    const script = `const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, 'store.ts'))});
      await (await openStore(${JSON.stringify(url)})).close();
      console.log('up');`;
    const run = () =>
      promisify(execFile)(process.execPath, ['-C', 'remnant-source', '--input-type=module', '-e', script]);
    const ended = await Promise.all(Array.from({ length: 4 }, run));
    expect(ended.map(({ stdout }) => stdout)).toEqual(ended.map(() => 'up\n'));
    const store = await openStore(url);
    onTestFinished(() => store.close());
    expect(await schemaState(store.read)).toBe('current');
  });
});

describe('a program that starts on a database that a later one has changed', () => {
  const later = (needs: string | null) => [
    "insert into kysely_migration (name, timestamp) values ('9999-later', '')",
    ...(needs === null ? [] : [`insert into schema_needs (name, needs) values ('9999-later', '${needs}')`]),
  ];
  const changed = async (needs: string | null) => {
    const url = await freshUrl();
    await (await openStore(url)).close();
    await runElsewhere(url, later(needs));
    return url;
  };

  it('starts where it was only added to', async () => {
    const store = await openStore(await changed(MIGRATION_NAMES.at(-1) ?? ''));
    onTestFinished(() => store.close());
    expect(await schemaState(store.read)).toBe('newer');
  });

  it.each(['9999-later', null])('refuses where it is needed to know %s', async (needs) => {
    await expect(openStore(await changed(needs))).rejects.toThrow(SchemaTooNew);
  });
});
