// Keys under which requests may be repeated, each with its first answer.

import type { Kysely } from 'kysely';
import type { SchemaWords } from '../dialects/schema-words.ts';

/** Adds their table. */
export async function up(db: Kysely<unknown>, words: SchemaWords): Promise<void> {
  await words
    .countingKey(db.schema.createTable('idempotency_keys'), 'seq')
    .addColumn('project_id', 'text', (c) => c.notNull())
    .addColumn('method', 'text', (c) => c.notNull())
    .addColumn('path', 'text', (c) => c.notNull())
    .addColumn('idempotency_key', 'text', (c) => c.notNull())
    .addColumn('fingerprint', 'text', (c) => c.notNull())
    .addColumn('request_id', 'text', (c) => c.notNull())
    .addColumn('answer', 'text')
    .addColumn('created_at', words.bigint, (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('idempotency_keys_once')
    .unique()
    .on('idempotency_keys')
    .columns(['project_id', 'method', 'path', 'idempotency_key'])
    .execute();
  await db.schema.createIndex('idempotency_keys_by_age').on('idempotency_keys').columns(['created_at']).execute();
}
