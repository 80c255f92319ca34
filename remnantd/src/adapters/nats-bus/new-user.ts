// A new user of NATS: a key pair whose public half the server is told, and whose seed its owner keeps. It is drawn by the
// library that checks such keys, from the machine's own randomness.

import { nkeys } from '@nats-io/transport-node';

/** Draws one: `publicKey` begins with U, `seed` with SU and is a secret. */
export function newNatsUser(): { readonly publicKey: string; readonly seed: string } {
  const pair = nkeys.createUser();
  const drawn = { publicKey: pair.getPublicKey(), seed: new TextDecoder().decode(pair.getSeed()) };
  pair.clear();
  return drawn;
}
