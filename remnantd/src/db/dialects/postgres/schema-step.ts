// One step of PostgreSQL's schema, taken by one process at a time. Whoever waits for its turn asks again and again: a statement
// that waited for the lock would be an old transaction in the way of an index that is built beside the writers.

import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Tables } from '../../tables.ts';
import { codeOf, isLost } from './error-kind.ts';

/** Any number that nobody else takes for a lock of this database. */
const LOCK = 0x52_65_6d_6e;
/** A turn is waited for as long as this many tenths of a second: longer than any index takes to be built. */
const TURNS = 36_000;
/** A change of a table waits this long for those who use it. While it waits, they wait behind it: so it lets them by and comes again. */
const PATIENCE = '1s';
const TRIES = 300;
const NO_LOCK = '55P03';

/** SchemaWords' step. */
export async function schemaStep(
  db: Kysely<Tables>,
  outside: boolean,
  work: (own: Kysely<Tables>) => Promise<void>,
): Promise<void> {
  await db.connection().execute(async (own) => {
    await takeTurn(own);
    try {
      await (outside ? work(own) : inPatience(own, work));
    } finally {
      await sql`select pg_advisory_unlock(${LOCK})`.execute(own);
    }
  });
}

async function takeTurn(own: Kysely<Tables>): Promise<void> {
  const taken = sql<{ taken: boolean }>`select pg_try_advisory_lock(${LOCK}) as taken`;
  for (let turn = 1; !(await taken.execute(own)).rows[0]?.taken; turn += 1) {
    if (turn === TURNS) throw new Error('another process has been migrating the database for an hour');
    // oxlint-disable-next-line no-await-in-loop
    await sql`select pg_sleep(0.1)`.execute(own);
  }
}

async function inPatience(own: Kysely<Tables>, work: (own: Kysely<Tables>) => Promise<void>): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      // One after the other: each try is the first one's work.
      // oxlint-disable-next-line no-await-in-loop
      return await own.transaction().execute(async (tx) => {
        await sql`set local lock_timeout = ${sql.lit(PATIENCE)}`.execute(tx);
        await work(tx);
      });
    } catch (error) {
      if ((codeOf(error) !== NO_LOCK && !isLost(error)) || tried === TRIES) throw error;
    }
  }
}
