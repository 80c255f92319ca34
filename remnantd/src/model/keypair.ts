// A key pair as Remnant keeps it: the public half. The private half of one that was made here is shown once, to who asked
// for it, and kept nowhere.

import type { UserId } from './ids.ts';

/** Public keys for ssh; certificates for Windows. */
export type KeypairType = 'ssh' | 'x509';

/** A user's public key under a name. */
export interface Keypair {
  /** Counts up with each one made. */
  readonly seq: number;
  readonly userId: UserId;
  readonly name: string;
  readonly type: KeypairType;
  /** Hex bytes with colons between them: md5 of an ssh key, sha1 of a certificate. */
  readonly fingerprint: string;
  readonly publicKey: string;
  readonly createdAt: number;
}
