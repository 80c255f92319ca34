// How the schema of a database stands to the one this program knows: by the names of its migrations, and by what each of them
// asks of a program that works beside it.

import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { SchemaWords } from './dialects/schema-words.ts';
import type { Tables } from './tables.ts';

/**
 * `older`: migrations are missing. `newer`: a later version of this program has added to it, and this one can go on.
 * `too-new`: a later version has changed what this one relies on.
 */
export type SchemaState = 'current' | 'older' | 'newer' | 'too-new';

/** The database was changed by a later version of this program, which alone can use it now. */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew';
}

/** A migration that was applied. */
export interface Applied {
  readonly name: string;
  /** The last migration that a program must know to work with the schema after this one; null when nobody has said. */
  readonly needs: string | null;
}

/** What was applied, in order; nothing in a database that never had any. */
export async function appliedMigrations(db: Kysely<Tables>, words: Pick<SchemaWords, 'tables'>): Promise<Applied[]> {
  const tables = await words.tables(db);
  if (!tables.has('kysely_migration')) return [];
  // One that was made before there was such a table: all in it is from then.
  if (!tables.has('schema_needs')) {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
    return rows.map(({ name }) => ({ name, needs: null }));
  }
  return readMigrations(db);
}

/** The same of a database that this program, or a later one, has opened: one read. */
export async function readMigrations(db: Kysely<Tables>): Promise<Applied[]> {
  const { rows } = await sql<Applied>`
    select applied.name as name, schema_needs.needs as needs
    from kysely_migration as applied left join schema_needs on schema_needs.name = applied.name
    order by applied.name`.execute(db);
  return rows;
}

/** Compares what was applied with what is known. */
export function compareSchema(applied: readonly Applied[], known: readonly string[]): SchemaState {
  const unknown = applied.filter(({ name }) => !known.includes(name));
  if (unknown.some(({ needs }) => needs === null || !known.includes(needs))) return 'too-new';
  const names = new Set(applied.map(({ name }) => name));
  if (!known.every((name) => names.has(name))) return unknown.length > 0 ? 'too-new' : 'older';
  return unknown.length > 0 ? 'newer' : 'current';
}
