// Enrolling and revoking: a key for a host or an API process, the row that says so, and the audit's entry, in one transaction. The
// seed is written to its file first: a row whose seed nobody has would be of no use.

import { newNatsUser } from '../adapters/nats-bus/new-user.ts';
import { insertAudit } from '../db/audit.ts';
import { findEnrollment, insertEnrollment, lastRevoked, revokeEnrollment } from '../db/enrollments.ts';
import type { Db, Store } from '../db/store.ts';
import type { Enrollment, EnrollmentKind } from '../model/enrollment.ts';
import { asId, isHostName } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';
import { StartError } from './start-error.ts';
import type { ArrivedSecret } from './write-secret.ts';

/** Whom it is about. */
export interface Enrollee {
  readonly kind: EnrollmentKind;
  readonly name: string;
}

type Deps = { readonly store: Store; readonly clock: Clock };

const KIND_WORDS: Readonly<Record<EnrollmentKind, string>> = { host: 'host', api: 'API process' };
const KIND_WORDS_A: Readonly<Record<EnrollmentKind, string>> = { host: 'a host', api: 'an API process' };

/**
 * Enrolls `who` with a new key, whose seed `keep` writes; what it gives is given back, and is forgotten when there is no row after all.
 * With `renew`, one who is enrolled gets this key in the place of theirs; the old seed must stay until then. Throws StartError when
 * that cannot be.
 */
export async function enroll(
  { store, clock }: Deps,
  who: Enrollee,
  { renew, keep }: { readonly renew: boolean; readonly keep: (seed: string) => ArrivedSecret },
): Promise<ArrivedSecret> {
  checkName(who.name);
  const refuse = (now: Enrollment | null) => {
    if (now === null || renew) return;
    const since = new Date(now.enrolledAt).toISOString();
    throw new StartError(`${who.name} is enrolled since ${since}: revoke it first, or give it a new key with --renew`);
  };
  refuse(await findEnrollment(store.read, who.kind, who.name));
  const { publicKey, seed } = newNatsUser();
  const enrolledAt = clock.wall();
  const kept = keep(seed);
  try {
    await store.transaction(async (tx) => {
      const now = await findEnrollment(tx, who.kind, who.name);
      refuse(now);
      if (now !== null) await revokeEnrollment(tx, now.publicKey, enrolledAt);
      await insertEnrollment(tx, { ...who, publicKey, enrolledAt });
      await note(tx, clock, who, 'enrollments.enroll', {
        publicKey,
        ...(now === null ? {} : { inPlaceOf: now.publicKey }),
      });
    });
  } catch (error) {
    kept.forget();
    throw error;
  }
  return kept;
}

/**
 * Takes back the enrollment of `who`, and gives null; of one who was revoked before, since when (UTC, ms). Throws StartError when
 * nobody of that name was ever enrolled.
 */
export function revoke({ store, clock }: Deps, who: Enrollee): Promise<number | null> {
  return store.transaction(async (tx) => {
    const now = await findEnrollment(tx, who.kind, who.name);
    if (now === null) return revokedSince(tx, who);
    await revokeEnrollment(tx, now.publicKey, clock.wall());
    await note(tx, clock, who, 'enrollments.revoke', { publicKey: now.publicKey });
    return null;
  });
}

async function revokedSince(tx: Db, { kind, name }: Enrollee): Promise<number> {
  const other = kind === 'api' ? 'host' : 'api';
  // Never in silence about one who is in force: who forgot --api would take it for done.
  if ((await findEnrollment(tx, other, name)) !== null) {
    throw new StartError(
      `no ${KIND_WORDS[kind]} ${name} is enrolled; ${KIND_WORDS_A[other]} of that name is: ${other === 'api' ? 'add' : 'leave out'} --api`,
    );
  }
  const since = await lastRevoked(tx, kind, name);
  if (since === null) throw new StartError(`${name} is not enrolled`);
  return since;
}

/** Throws StartError for what cannot be the name of a host. */
function checkName(name: string): void {
  if (!isHostName(name)) {
    throw new StartError(`"${name}" is no name: 1 to 255 letters, digits, hyphens, dots and underscores`);
  }
}

async function note(tx: Db, clock: Clock, who: Enrollee, operation: string, detail: object): Promise<void> {
  await insertAudit(tx, {
    at: clock.wall(),
    requestId: asId(`req-${clock.uuid()}`),
    userId: null,
    projectId: null,
    operation,
    target: `${who.kind} ${who.name}`,
    result: 'done',
    detail: JSON.stringify(detail),
  });
}
