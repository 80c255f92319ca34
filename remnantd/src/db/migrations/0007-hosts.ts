// What is known of hosts beyond one process: counters that tell what changed, transitions of hosts in one order, and with
// each service who forced it down and what its agent told. A program without these columns goes on working.

import type { Kysely } from 'kysely';
import type { SchemaWords } from '../dialects/schema-words.ts';

/** Adds the tables and columns. */
export async function up(db: Kysely<unknown>, words: SchemaWords): Promise<void> {
  await db.schema
    .createTable('heads')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('n', words.bigint, (c) => c.notNull())
    .execute();
  const heads = db.withTables<{ heads: { name: string; n: number } }>();
  await heads
    .insertInto('heads')
    .values([
      { name: 'services', n: 0 },
      { name: 'host_transitions', n: 0 },
    ])
    .execute();
  await db.schema
    .createTable('host_transitions')
    .addColumn('seq', words.bigint, (c) => c.primaryKey())
    .addColumn('host', 'text', (c) => c.notNull())
    .addColumn('n', words.bigint, (c) => c.notNull())
    .addColumn('from_status', 'text', (c) => c.notNull())
    .addColumn('to_status', 'text', (c) => c.notNull())
    .addColumn('cause', 'text', (c) => c.notNull())
    .addColumn('evidence', 'text', (c) => c.notNull())
    .addColumn('at', words.bigint, (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('host_transitions_of_host')
    .unique()
    .on('host_transitions')
    .columns(['host', 'n'])
    .execute();
  await db.schema.createIndex('host_transitions_by_age').on('host_transitions').columns(['at']).execute();
  await db.schema
    .createTable('host_last')
    .addColumn('host', 'text', (c) => c.primaryKey())
    .addColumn('seq', words.bigint, (c) => c.notNull().unique())
    .execute();
  await db.schema
    .alterTable('services')
    .addColumn('changed', words.bigint, (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('services').addColumn('forced_by', 'text').execute();
  await db.schema.alterTable('services').addColumn('forced_at', words.bigint).execute();
  await db.schema.alterTable('services').addColumn('told', 'text').execute();
  await db.schema.createIndex('services_by_change').on('services').columns(['changed']).execute();
}
