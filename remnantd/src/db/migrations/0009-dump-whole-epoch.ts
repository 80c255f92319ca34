// The two bounds of a dump may be set on the clocks of two machines. Without a value the second one is on the first one's clock.

import type { Kysely } from 'kysely';

/** Adds the column. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('dumps').addColumn('whole_epoch', 'text').execute();
}
