// The index that finds a dump by the command that is to write its memory, as its NMI's is found: without it, every outcome of a
// dump's command reads all dumps there ever were.

import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { SchemaWords } from '../dialects/schema-words.ts';

/** Builds it, beside the writers where a database can. */
export async function up(db: Kysely<unknown>, { beside }: SchemaWords): Promise<void> {
  await sql.raw(`drop index ${beside} if exists dumps_by_memory_command`).execute(db);
  const on = 'on dumps (memory_command) where memory_command is not null';
  await sql.raw(`create index ${beside} if not exists dumps_by_memory_command ${on}`).execute(db);
}
