// New keys for those who ask for a key pair without a public key, from the system's own chance and on a thread of its own.

import type { KeyObject } from 'node:crypto';
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

/** As many bits as Nova takes. */
const BITS = 2048;

/** The private half of a new RSA key. */
export async function newRsaKey(): Promise<KeyObject> {
  return (await promisify(generateKeyPair)('rsa', { modulusLength: BITS })).privateKey;
}
