// Indexes for what must not grow with what has been: the newest servers among many deleted ones, and the running dumps,
// which are looked over several times a second, among all dumps there ever were.

import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Adds them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('servers_living_by_age')
    .on('servers')
    .columns(['created_at', 'seq'])
    .where(sql.ref('deleted_at'), 'is', null)
    .execute();
  await db.schema
    .createIndex('dumps_running')
    .on('dumps')
    .columns(['seq'])
    .where(sql.ref('ended_at'), 'is', null)
    .execute();
}
