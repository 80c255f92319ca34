// What the whole contract needs beside the first schema: the audit, the tags and the version of a server, and what
// administrators keep of users and projects.

import type { Kysely } from 'kysely';
import type { SchemaWords } from '../dialects/schema-words.ts';

/** Adds the audit table and the new columns; rows that are there get defaults. */
export async function up(db: Kysely<unknown>, words: SchemaWords): Promise<void> {
  const big = words.bigint;
  await words
    .countingKey(db.schema.createTable('audit'), 'seq')
    .addColumn('at', big, (c) => c.notNull())
    .addColumn('request_id', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text')
    .addColumn('project_id', 'text')
    .addColumn('operation', 'text', (c) => c.notNull())
    .addColumn('target', 'text')
    .addColumn('result', 'text', (c) => c.notNull())
    .addColumn('detail', 'text')
    .execute();
  await db.schema.createIndex('audit_by_request').on('audit').columns(['request_id']).execute();
  await db.schema
    .alterTable('servers')
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema
    .alterTable('servers')
    .addColumn('tags', 'text', (c) => c.notNull().defaultTo('[]'))
    .execute();
  for (const table of ['users', 'projects']) {
    await db.schema
      .alterTable(table)
      .addColumn('description', 'text', (c) => c.notNull().defaultTo(''))
      .execute();
    await db.schema
      .alterTable(table)
      .addColumn('enabled', 'integer', (c) => c.notNull().defaultTo(1))
      .execute();
  }
  await db.schema.alterTable('users').addColumn('email', 'text').execute();
}
