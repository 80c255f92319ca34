// Answers to requests with a key were kept here, also a guest's own words, which are its owner's alone. None is kept any more; nor
// are requests that were refused, which changed nothing and may be made again.

import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Forgets them. The column stays for programs that know it, and take an empty one for an answer that was lost. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`delete from idempotency_keys where answer like '{"status":4%'`.execute(db);
  await sql`update idempotency_keys set answer = null where answer is not null`.execute(db);
}
