// Deletes a key pair. Servers that were made with it keep it: it is in their guests.

import type { Authorised } from '../../access/authorised.ts';
import { deleteKeypair as removeKeypair } from '../../db/keypairs.ts';
import type { Keypair } from '../../model/keypair.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { KeypairDeps } from './create-keypair.ts';

/** Deletes it. Fault keypair-not-found. */
export async function deleteKeypair(
  { access, store, clock }: KeypairDeps,
  context: RequestContext,
  keypair: Authorised<Keypair>,
): Promise<void> {
  await store.transaction(async (tx) => {
    const { userId, name, fingerprint } = await access.keypairs.again(tx, keypair);
    await removeKeypair(tx, userId, name);
    await recordChange(tx, clock, context, { target: `keypair ${name}`, detail: { user: userId, fingerprint } });
  });
}
