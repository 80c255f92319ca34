// Brings a database to the newest schema, in order, each step once. The list below is the only one: a new migration is a
// file in migrations/ and a line here.

import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { SchemaWords } from './dialects/schema-words.ts';
import { up as first } from './migrations/0001-first.ts';
import { up as contract } from './migrations/0002-contract.ts';
import { up as indexes } from './migrations/0003-indexes.ts';
import { up as order } from './migrations/0004-order.ts';
import type { SchemaState } from './schema-state.ts';
import { appliedMigrations, compareSchema, readMigrations, SchemaTooNew } from './schema-state.ts';
import type { Tables } from './tables.ts';

const MIGRATIONS = {
  '0001-first': first,
  '0002-contract': contract,
  '0003-indexes': indexes,
  '0004-order': order,
} as const;

/** How the schema of `db`, which was migrated once, stands to what this program knows: one read. */
export async function schemaState(db: Kysely<Tables>): Promise<SchemaState> {
  return compareSchema(await readMigrations(db), Object.keys(MIGRATIONS));
}

/** Applies what is missing. Throws SchemaTooNew, or the first failure; each step is its own transaction. */
export async function migrate(db: Kysely<Tables>, words: SchemaWords): Promise<void> {
  const applied = await appliedMigrations(db);
  const known = Object.keys(MIGRATIONS);
  if (compareSchema(applied, known) === 'newer') {
    const [theirs, ours] = [applied.at(-1), known.at(-1)];
    throw new SchemaTooNew(`its schema (${theirs}) is newer than this program's (${ours}): run the newer remnantd`);
  }
  const migrator = new Migrator({
    db,
    provider: {
      getMigrations: () =>
        Promise.resolve(
          Object.fromEntries(
            Object.entries(MIGRATIONS).map(([name, up]) => [name, { up: (tx: Kysely<unknown>) => up(tx, words) }]),
          ),
        ),
    },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error(JSON.stringify(error));
}
