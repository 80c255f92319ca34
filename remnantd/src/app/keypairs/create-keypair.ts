// Makes a key pair: of a public key that was sent, or of a new one, whose private half is given back and kept nowhere.

import type { KeyObject } from 'node:crypto';
import { createPublicKey, X509Certificate } from 'node:crypto';
import type { Access } from '../../access/access.ts';
import { countKeypairs, findKeypair, insertKeypair } from '../../db/keypairs.ts';
import type { Db, Store } from '../../db/store.ts';
import { fault } from '../../model/faults.ts';
import type { UserId } from '../../model/ids.ts';
import type { Keypair, KeypairType } from '../../model/keypair.ts';
import type { QuotaNumbers } from '../../model/quota.ts';
import type { Clock } from '../../ports/clock.ts';
import { limitOf } from '../quotas/require-quota.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import { sshFingerprint, sshLine } from './ssh-key.ts';

/** What changing key pairs needs. */
export interface KeypairDeps {
  readonly access: Pick<Access, 'keypairs'>;
  readonly store: Store;
  readonly clock: Clock;
  /** The quotas of the configuration. */
  readonly quotas: QuotaNumbers;
  /** A new RSA key's private half. */
  readonly newRsaKey: () => Promise<KeyObject>;
}

/** What is wanted; without a public key, a new pair. */
export interface NewKeypair {
  readonly userId: UserId;
  readonly name: string;
  readonly type: KeypairType;
  readonly publicKey: string | null;
}

/** The key, and the private half of one that is new, as PEM: the only time it is known. */
export interface CreatedKeypair {
  readonly keypair: Keypair;
  readonly privateKey: string | null;
}

/** Makes it. Faults policy-denied, too-many-keypairs, keypair-invalid, keypair-taken. */
export async function createKeypair(
  deps: KeypairDeps,
  context: RequestContext,
  { userId, name, type, publicKey: sent }: NewKeypair,
): Promise<CreatedKeypair> {
  const { access, store, clock, newRsaKey } = deps;
  access.keypairs.authorise(context.caller, 'os_compute_api:os-keypairs:create', userId);
  // Before any key is looked at or made, and once more where it counts.
  await requireRoom(store.read, deps, context, userId);
  const { publicKey, privateKey } =
    sent === null ? await newPair(type, newRsaKey) : { publicKey: sent, privateKey: null };
  const fingerprint = fingerprintOf(type, publicKey);
  const keypair = await store.transaction(async (tx) => {
    await requireRoom(tx, deps, context, userId);
    if ((await findKeypair(tx, userId, name)) !== null) throw fault('keypair-taken', { name });
    const row = { userId, name, type, fingerprint, publicKey, createdAt: clock.wall() };
    const made = await insertKeypair(tx, row);
    await recordChange(tx, clock, context, {
      target: `keypair ${name}`,
      detail: { user: userId, type, fingerprint, new: sent === null },
    });
    return made;
  });
  return { keypair, privateKey };
}

/** Fault too-many-keypairs when `user` has as many as the quota of the caller's project lets a user have. */
async function requireRoom(db: Db, { quotas }: KeypairDeps, { caller }: RequestContext, user: UserId): Promise<void> {
  const owner = { projectId: caller.projectId ?? '', userId: caller.userId };
  const limit = await limitOf(db, quotas, owner, 'key_pairs');
  if (limit >= 0 && (await countKeypairs(db, user)) >= limit) throw fault('too-many-keypairs');
}

async function newPair(type: KeypairType, newRsaKey: KeypairDeps['newRsaKey']) {
  if (type === 'x509') {
    throw fault('keypair-invalid', { reason: 'certificates are not made here: send one as public_key' });
  }
  const key = await newRsaKey();
  return {
    publicKey: sshLine(createPublicKey(key), 'Generated-by-Nova'),
    privateKey: String(key.export({ type: 'pkcs1', format: 'pem' })),
  };
}

/** A certificate, and nothing but plain text around it. */
const PEM = /^[\t\n\r -~]*-----BEGIN CERTIFICATE-----[\t\n\r -~]*$/;

/** Fault keypair-invalid for what is no key of its type. */
function fingerprintOf(type: KeypairType, publicKey: string): string {
  if (type === 'ssh') {
    // Not every database keeps such letters.
    const fingerprint = /[\0\p{Cs}]/u.test(publicKey) ? null : sshFingerprint(publicKey);
    if (fingerprint === null) throw fault('keypair-invalid', { reason: 'failed to generate fingerprint' });
    return fingerprint;
  }
  try {
    if (!PEM.test(publicKey)) throw new Error('not a certificate in PEM');
    return new X509Certificate(publicKey).fingerprint.toLowerCase();
  } catch (error) {
    const reason = `failed to generate X509 fingerprint. Error message: ${(error as Error).message}`;
    throw fault('keypair-invalid', { reason });
  }
}
