// A dump is followed to its end: where it stands, when it got there, what it waits for and until when, and the files that
// came of it.

import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { SchemaWords } from '../dialects/schema-words.ts';

/** Adds the course of a dump, and its artefacts. Dumps that run wait for a reaction. */
export async function up(db: Kysely<unknown>, words: SchemaWords): Promise<void> {
  const big = words.bigint;
  await db.schema.alterTable('dumps').renameColumn('react_by', 'due').execute();
  for (const [column, type] of [
    ['whole_by', big],
    ['wait', 'text'],
    ['reaction', 'text'],
    ['reacted_at', big],
    ['capturing_at', big],
    ['saved_at', big],
    ['rebooted_at', big],
    ['verdict_at', big],
    ['memory_state', 'text'],
    ['memory_command', 'text'],
    ['memory_bytes', big],
    ['memory_total', big],
    ['memory_reason', 'text'],
    ['memory_started_at', big],
    ['memory_ended_at', big],
  ] as const) {
    await db.schema.alterTable('dumps').addColumn(column, type).execute();
  }
  await db.schema
    .alterTable('dumps')
    .addColumn('bytes', big, (c) => c.notNull().defaultTo(0))
    .execute();
  for (const [column, type, value] of [
    ['nmi', 'integer', 1],
    ['memory', 'text', 'never'],
    ['after_panic', 'text', 'keep'],
    ['evidence', 'integer', 0],
  ] as const) {
    await db.schema
      .alterTable('dumps')
      .addColumn(column, type, (c) => c.notNull().defaultTo(value))
      .execute();
  }
  for (const column of ['force_reason', 'panic']) {
    await db.schema.alterTable('dumps').addColumn(column, 'text').execute();
  }
  await db.schema.alterTable('dump_evidence').addColumn('facts', 'text').execute();
  await words
    .countingKey(db.schema.createTable('artefacts'), 'seq')
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('dump_id', 'text')
    .addColumn('server_id', 'text', (c) => c.notNull())
    .addColumn('project_id', 'text')
    .addColumn('host', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('format', 'text', (c) => c.notNull())
    .addColumn('bytes', big, (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('created_at', big, (c) => c.notNull())
    .addColumn('over_quota', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('expires_at', big)
    .addColumn('deleted_at', big)
    .addColumn('deleted_by', 'text')
    .addColumn('erased_at', big)
    .addColumn('panic', 'text')
    .addColumn('dmesg_bytes', big)
    .addColumn('extract_error', 'text')
    .execute();
  for (const [index, column] of [
    ['artefacts_by_project', 'project_id'],
    ['artefacts_by_end', 'expires_at'],
  ] as const) {
    await db.schema
      .createIndex(index)
      .on('artefacts')
      .columns([column])
      .where(sql.ref('deleted_at'), 'is', null)
      .execute();
  }
  await db.schema
    .createIndex('artefacts_to_erase')
    .on('artefacts')
    .columns(['seq'])
    .where(sql.ref('deleted_at'), 'is not', null)
    .where(sql.ref('erased_at'), 'is', null)
    .execute();
  await db.schema.createIndex('artefacts_by_dump').on('artefacts').columns(['dump_id', 'seq']).execute();
}
