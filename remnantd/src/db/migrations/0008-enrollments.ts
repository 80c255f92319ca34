// Who may speak on the bus: the keys of hosts and of API processes, those that were taken back too.

import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { SchemaWords } from '../dialects/schema-words.ts';

/** Adds their table, and the counter of its changes. */
export async function up(db: Kysely<unknown>, words: SchemaWords): Promise<void> {
  await words
    .countingKey(db.schema.createTable('enrollments'), 'seq')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('public_key', 'text', (c) => c.notNull().unique())
    .addColumn('enrolled_at', words.bigint, (c) => c.notNull())
    .addColumn('revoked_at', words.bigint)
    .addColumn('changed', words.bigint, (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('enrollments_in_force')
    .unique()
    .on('enrollments')
    .columns(['kind', 'name'])
    .where(sql.ref('revoked_at'), 'is', null)
    .execute();
  await db.schema.createIndex('enrollments_by_change').on('enrollments').columns(['changed']).execute();
  const heads = db.withTables<{ heads: { name: string; n: number } }>();
  await heads.insertInto('heads').values({ name: 'enrollments', n: 0 }).execute();
}
