// Counters of changes, one row each. A change takes the next number in its own transaction and so holds the row until it
// commits: numbers are in the order of commits, without gaps, and whoever has read one has everything up to it. That of what tokens
// are worth is moved by the database (migration 0014).

import type { Db } from './store.ts';

/** What is counted by those who change it. */
export type HeadName = 'services' | 'host_transitions' | 'enrollments';

/** Moves a counter on by `by`, and gives back where it is then. Keep the rest of the transaction short: others wait for it. */
export async function moveHead(tx: Db, name: HeadName, by = 1): Promise<number> {
  const { n } = await tx
    .updateTable('heads')
    .set((e) => ({ n: e('n', '+', by) }))
    .where('name', '=', name)
    .returning('n')
    .executeTakeFirstOrThrow();
  return n;
}

/** Where every counter is: one small read. */
export async function readHeads(db: Db): Promise<Readonly<Record<HeadName, number>>> {
  const rows = await db.selectFrom('heads').selectAll().execute();
  const at = (name: HeadName) => rows.find((row) => row.name === name)?.n ?? 0;
  return { services: at('services'), host_transitions: at('host_transitions'), enrollments: at('enrollments') };
}

/**
 * Reads where the counter is of all that tokens are worth something by, which the database itself moves. Each request asks for it:
 * the query is compiled once.
 */
export function identityHead(db: Db): () => Promise<number> {
  const compiled = db.selectFrom('heads').select('n').where('name', '=', 'identity').compile();
  return async () => {
    const { rows } = await db.executeQuery(compiled);
    const [row] = rows;
    if (row === undefined) throw new Error('the database has no counter of identity');
    return row.n;
  };
}
