// One step of SQLite's schema, taken by one connection at a time: who begins at once as a writer is the only one. Others come
// again; they do not wait inside of SQLite, where this whole thread would stand still, and with it whoever they wait for.

import { setTimeout as pause } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Tables } from '../../tables.ts';

const AGAIN_MS = 20;
/** Fifteen minutes. */
const TRIES = 45_000;

/** SchemaWords' step; all of it is a transaction, whatever it does. */
export async function schemaStep(
  db: Kysely<Tables>,
  _outside: boolean,
  work: (own: Kysely<Tables>) => Promise<void>,
): Promise<void> {
  await db.connection().execute(async (own) => {
    const before = await sql<{ timeout: number }>`pragma busy_timeout`.execute(own);
    await sql`pragma busy_timeout = 0`.execute(own);
    await begin(own);
    try {
      await work(own);
      await sql`commit`.execute(own);
    } catch (error) {
      await sql`rollback`.execute(own);
      throw error;
    } finally {
      await sql`pragma busy_timeout = ${sql.lit(before.rows[0]?.timeout ?? 0)}`.execute(own);
    }
  });
}

async function begin(own: Kysely<Tables>): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop
      await sql`begin immediate`.execute(own);
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') || tried === TRIES) throw error;
    }
    // oxlint-disable-next-line no-await-in-loop
    await pause(AGAIN_MS);
  }
}
