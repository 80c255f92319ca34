// Brings a database to the newest schema, in order, each step once, however many processes start at a time. The list below is
// the only one: a new migration is a file in migrations/ and a line here.

import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { SchemaWords } from './dialects/schema-words.ts';
import { up as first } from './migrations/0001-first.ts';
import { up as contract } from './migrations/0002-contract.ts';
import { up as indexes } from './migrations/0003-indexes.ts';
import { up as order } from './migrations/0004-order.ts';
import { up as dumpCourse } from './migrations/0005-dump-course.ts';
import { up as idempotencyKeys } from './migrations/0006-idempotency-keys.ts';
import { up as hosts } from './migrations/0007-hosts.ts';
import { up as enrollments } from './migrations/0008-enrollments.ts';
import { up as dumpWholeEpoch } from './migrations/0009-dump-whole-epoch.ts';
import { up as forgetAnswers } from './migrations/0010-forget-answers.ts';
import { up as serverLife } from './migrations/0011-server-life.ts';
import { up as serverLifeIndexes } from './migrations/0012-server-life-indexes.ts';
import { up as memoryCommandIndex } from './migrations/0013-memory-command-index.ts';
import { up as identityHead } from './migrations/0014-identity-head.ts';
import type { SchemaState } from './schema-state.ts';
import { appliedMigrations, compareSchema, readMigrations, SchemaTooNew } from './schema-state.ts';
import type { Tables } from './tables.ts';

type Up = (db: Kysely<unknown>, words: SchemaWords) => Promise<void>;

const MIGRATIONS: Readonly<Record<string, Up>> = {
  '0001-first': first,
  '0002-contract': contract,
  '0003-indexes': indexes,
  '0004-order': order,
  '0005-dump-course': dumpCourse,
  '0006-idempotency-keys': idempotencyKeys,
  '0007-hosts': hosts,
  '0008-enrollments': enrollments,
  '0009-dump-whole-epoch': dumpWholeEpoch,
  '0010-forget-answers': forgetAnswers,
  '0011-server-life': serverLife,
  '0012-server-life-indexes': serverLifeIndexes,
  '0013-memory-command-index': memoryCommandIndex,
  '0014-identity-head': identityHead,
};
/** Those that a program which does not know them cannot work with, in order. Every other one only adds. */
const BREAKING: readonly string[] = ['0001-first', '0005-dump-course'];
/** Those that run outside of a transaction, as `create index concurrently` must: each bears being run again after it was cut short. */
const OUTSIDE: ReadonlySet<string> = new Set(['0012-server-life-indexes', '0013-memory-command-index']);

/** Names of all migrations, in order. */
export const MIGRATION_NAMES: readonly string[] = Object.keys(MIGRATIONS);

/** How the schema of `db`, which was migrated once, stands to what this program knows: one read. */
export async function schemaState(db: Kysely<Tables>): Promise<SchemaState> {
  return compareSchema(await readMigrations(db), MIGRATION_NAMES);
}

/**
 * Applies what is missing up to the migration `last`. Throws SchemaTooNew, or the first failure; the steps before that one stay.
 * A database that a later program has only added to is left as it is.
 */
export async function migrate(db: Kysely<Tables>, words: SchemaWords, last = MIGRATION_NAMES.at(-1)): Promise<void> {
  const applied = await appliedMigrations(db, words);
  const state = compareSchema(applied, MIGRATION_NAMES);
  if (state === 'too-new') {
    const [theirs, ours] = [applied.at(-1)?.name, MIGRATION_NAMES.at(-1)];
    throw new SchemaTooNew(`its schema (${theirs}) is newer than this program's (${ours}): run the newer remnantd`);
  }
  if (state !== 'older' && applied.every(({ needs }) => needs !== null)) return;
  await words.step(db, false, keepBooks);
  for (const [name, up] of Object.entries(MIGRATIONS)) {
    if (last !== undefined && name > last) break;
    if (applied.some((one) => one.name === name)) continue;
    await words.step(db, OUTSIDE.has(name), async (own) => {
      // Another process may have done it while this one waited for its turn.
      const { rows } = await sql`select 1 from kysely_migration where name = ${name}`.execute(own);
      if (rows.length > 0) return;
      await up(own as unknown as Kysely<unknown>, words);
      await noteApplied(own, name);
    });
  }
}

/** The tables that tell what was applied; what an earlier program applied is told to the later ones as well. */
async function keepBooks(db: Kysely<Tables>): Promise<void> {
  const table = (name: string) => db.schema.createTable(name).ifNotExists();
  await table('kysely_migration')
    .addColumn('name', 'varchar(255)', (c) => c.notNull().primaryKey())
    .addColumn('timestamp', 'varchar(255)', (c) => c.notNull())
    .execute();
  await table('schema_needs')
    .addColumn('name', 'text', (c) => c.notNull().primaryKey())
    .addColumn('needs', 'text', (c) => c.notNull())
    .execute();
  for (const { name, needs } of await readMigrations(db)) {
    if (needs === null && MIGRATION_NAMES.includes(name)) await noteNeeds(db, name);
  }
}

async function noteApplied(db: Kysely<Tables>, name: string): Promise<void> {
  await sql`insert into kysely_migration (name, timestamp) values (${name}, current_timestamp)`.execute(db);
  await noteNeeds(db, name);
}

async function noteNeeds(db: Kysely<Tables>, name: string): Promise<void> {
  const needs = BREAKING.findLast((breaking) => breaking <= name) ?? name;
  await sql`insert into schema_needs (name, needs) values (${name}, ${needs})`.execute(db);
}
