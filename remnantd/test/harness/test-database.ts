// The database of a test: a file of its own, or, where REMNANT_TEST_POSTGRES has the URL of a PostgreSQL, a database of its own
// there, copied from one that was migrated once. The same tests run on both.

import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { openStore } from '../../src/db/store.ts';

/** A database nobody else uses. */
export interface TestDatabase {
  /** As `database.url` has it. */
  readonly url: string;
  /** Removes it, once it is closed; a file goes with its folder. */
  drop(): Promise<void>;
}

/** Makes one with the newest schema, or a file in `dir` that gets it when it is opened. */
export async function testDatabase(dir: string): Promise<TestDatabase> {
  const server = process.env['REMNANT_TEST_POSTGRES'];
  return server === undefined ? fileIn(dir) : postgresDatabase(server, await migrated(server));
}

/** Makes one without any schema; a file lies in `dir`. */
export async function emptyDatabase(dir: string): Promise<TestDatabase> {
  const server = process.env['REMNANT_TEST_POSTGRES'];
  return server === undefined ? fileIn(dir) : postgresDatabase(server);
}

function fileIn(dir: string): TestDatabase {
  return { url: `sqlite:${join(dir, 'remnant.db')}`, drop: () => Promise.resolve() };
}

/** Makes an empty one on the PostgreSQL at `server`, or a copy of `template`. */
export async function postgresDatabase(server: string, template = 'template0'): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(server, (client) => client.query(`create database ${name} template ${template}`));
  return {
    url: urlOf(server, name),
    drop: () => onServer(server, async (client) => void (await client.query(`drop database ${name} with (force)`))),
  };
}

const MIGRATIONS = new URL('../../src/db/migrations/', import.meta.url);
/** Any number that no other lock of a test has. */
const LOCK = 20_261_121;
let template: string | null = null;

/** The name of a database with the newest schema, which the first who asks for it makes. */
async function migrated(server: string): Promise<string> {
  if (template !== null) return template;
  const hash = createHash('sha256');
  for (const file of readdirSync(MIGRATIONS).toSorted()) hash.update(readFileSync(new URL(file, MIGRATIONS)));
  const name = `migrated_${hash.digest('hex').slice(0, 16)}`;
  await onServer(server, async (client) => {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    const { rows } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rows.length > 0) return;
    await client.query(`drop database if exists ${name}_half with (force)`);
    await client.query(`create database ${name}_half template template0`);
    await (await openStore(urlOf(server, `${name}_half`))).close();
    await client.query(`alter database ${name}_half rename to ${name}`);
  });
  template = name;
  return name;
}

async function onServer<T>(server: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
