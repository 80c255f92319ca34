// How the schema of a database stands to the one this program knows, by the names of its migrations.

import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Tables } from './tables.ts';

/** `older`: migrations are missing. `newer`: a later version of this program has changed it. */
export type SchemaState = 'current' | 'older' | 'newer';

/** The database was changed by a later version of this program, which alone can use it now. */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew';
}

/** Names of the migrations that were applied, in order; none in a database that never had any. */
export async function appliedMigrations(db: Kysely<Tables>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  return tables.some(({ name }) => name === 'kysely_migration') ? readMigrations(db) : [];
}

/** The same of a database that has had some: one read. */
export async function readMigrations(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}

/** Compares what was applied with what is known. */
export function compareSchema(applied: readonly string[], known: readonly string[]): SchemaState {
  if (applied.some((name) => !known.includes(name))) return 'newer';
  return known.every((name) => applied.includes(name)) ? 'current' : 'older';
}
