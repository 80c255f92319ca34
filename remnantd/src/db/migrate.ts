// Brings a database to the newest schema, in order, each step once. The list below is the only one: a new migration is a
// file in migrations/ and a line here.

import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { SchemaWords } from './dialects/schema-words.ts';
import { up as first } from './migrations/0001-first.ts';
import { up as contract } from './migrations/0002-contract.ts';
import type { Tables } from './tables.ts';

const MIGRATIONS = { '0001-first': first, '0002-contract': contract } as const;

/** Applies what is missing. Throws the first failure; each step is its own transaction. */
export async function migrate(db: Kysely<Tables>, words: SchemaWords): Promise<void> {
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
