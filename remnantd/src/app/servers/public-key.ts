// The public key that a guest is to let in: one that is asked for, or the one that its server has.

import { findKeypair } from '../../db/keypairs.ts';
import type { Db } from '../../db/store.ts';
import { fault } from '../../model/faults.ts';
import type { UserId } from '../../model/ids.ts';
import type { Server } from '../../model/server.ts';

/** The text of the key of this name among those of who asks, as by Nova; null where none is wanted. Fault bad-request. */
export async function askedKey(tx: Db, userId: UserId, name: string | null): Promise<string | null> {
  if (name === null) return null;
  const key = await findKeypair(tx, userId, name);
  if (key === null) throw fault('bad-request', { message: 'Invalid key_name provided.' });
  return key.publicKey;
}

/** The text of the key that a server has; null where it has none, or the pair was deleted since. */
export async function keptKey(tx: Db, { keyName, userId }: Server): Promise<string | null> {
  if (keyName === null) return null;
  return (await findKeypair(tx, userId, keyName))?.publicKey ?? null;
}
