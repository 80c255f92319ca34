// Key pairs: rows in, rows out. A name is unique among the keys of one user.

import type { Selectable } from 'kysely';
import type { UserId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Keypair, KeypairType } from '../model/keypair.ts';
import type { KeypairsTable } from './owner-tables.ts';
import type { Db } from './store.ts';

function toKeypair(row: Selectable<KeypairsTable>): Keypair {
  return {
    seq: row.seq,
    userId: asId(row.user_id),
    name: row.name,
    type: row.type as KeypairType,
    fingerprint: row.fingerprint,
    publicKey: row.public_key,
    createdAt: row.created_at,
  };
}

/** Adds one and gives it back with its number; its user must have none of that name. */
export async function insertKeypair(db: Db, keypair: Omit<Keypair, 'seq'>): Promise<Keypair> {
  const row = await db
    .insertInto('keypairs')
    .values({
      user_id: keypair.userId,
      name: keypair.name,
      type: keypair.type,
      fingerprint: keypair.fingerprint,
      public_key: keypair.publicKey,
      created_at: keypair.createdAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toKeypair(row);
}

/** The key of that name a user has; null if there is none. */
export async function findKeypair(db: Db, user: UserId, name: string): Promise<Keypair | null> {
  const row = await db
    .selectFrom('keypairs')
    .selectAll()
    .where('user_id', '=', user)
    .where('name', '=', name)
    .executeTakeFirst();
  return row === undefined ? null : toKeypair(row);
}

/** A page of a user's keys by their names: at most `limit` of those behind the name `after`; null is no bound. */
export async function pageOfKeypairs(
  db: Db,
  user: UserId,
  { limit, after }: { readonly limit: number | null; readonly after: string | null },
): Promise<Keypair[]> {
  let page = db.selectFrom('keypairs').selectAll().where('user_id', '=', user).orderBy('name');
  if (after !== null) page = page.where('name', '>', after);
  if (limit !== null) page = page.limit(limit);
  return (await page.execute()).map(toKeypair);
}

/** How many keys a user has. */
export async function countKeypairs(db: Db, user: UserId): Promise<number> {
  const row = await db
    .selectFrom('keypairs')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('user_id', '=', user)
    .executeTakeFirstOrThrow();
  return row.n;
}

/** Removes one. False if there was none. */
export async function deleteKeypair(db: Db, user: UserId, name: string): Promise<boolean> {
  const done = await db.deleteFrom('keypairs').where('user_id', '=', user).where('name', '=', name).executeTakeFirst();
  return done.numDeletedRows > 0n;
}
