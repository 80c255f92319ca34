// How far each host's evidence journal has been taken in, so that a repeated batch is taken once.

import type { Db } from './store.ts';

/** The last position taken from `journal` of `host`; 0 when nothing was. */
export async function journalUpTo(db: Db, host: string, journal: string): Promise<number> {
  const row = await db
    .selectFrom('host_journals')
    .select('up_to')
    .where('host', '=', host)
    .where('journal', '=', journal)
    .executeTakeFirst();
  return row?.up_to ?? 0;
}

/** Notes that everything up to `upTo` was taken. */
export async function advanceJournal(db: Db, host: string, journal: string, upTo: number): Promise<void> {
  await db
    .insertInto('host_journals')
    .values({ host, journal, up_to: upTo })
    .onConflict((c) => c.columns(['host', 'journal']).doUpdateSet({ up_to: upTo }))
    .execute();
}
