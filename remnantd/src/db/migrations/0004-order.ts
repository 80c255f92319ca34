// Indexes in the order of lists: the newest first, those of one moment by their ids. Each takes the place of one that ended in
// the servers' numbers, which no list is ordered by any more.

import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Puts them in the place of the old ones. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const name of ['servers_by_project', 'servers_by_age', 'servers_living_by_age']) {
    await db.schema.dropIndex(name).execute();
  }
  const index = (name: string) => db.schema.createIndex(name).on('servers');
  await index('servers_by_project')
    .columns(['project_id', 'created_at desc', 'id'])
    .where(sql.ref('deleted_at'), 'is', null)
    .execute();
  await index('servers_by_age').columns(['created_at desc', 'id']).execute();
  await index('servers_living_by_age')
    .columns(['created_at desc', 'id'])
    .where(sql.ref('deleted_at'), 'is', null)
    .execute();
}
