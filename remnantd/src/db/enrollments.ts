// Enrollments: rows in, rows out. Each change takes the next number of the head `enrollments`, so that what changed since can be
// read without reading all.

import type { Selectable } from 'kysely';
import type { Enrollment, EnrollmentKind } from '../model/enrollment.ts';
import { moveHead } from './heads.ts';
import type { Db } from './store.ts';
import type { EnrollmentsTable } from './tables.ts';

function toEnrollment(row: Selectable<EnrollmentsTable>): Enrollment {
  return {
    kind: row.kind as EnrollmentKind,
    name: row.name,
    publicKey: row.public_key,
    enrolledAt: row.enrolled_at,
    revokedAt: row.revoked_at,
  };
}

/** All of them in the order they were made; `inForce`: without those that were taken back. */
export async function listEnrollments(db: Db, inForce: boolean): Promise<Enrollment[]> {
  const all = db.selectFrom('enrollments').selectAll().orderBy('seq');
  return (await (inForce ? all.where('revoked_at', 'is', null) : all).execute()).map(toEnrollment);
}

/** The one of `name` that is in force; null if there is none. */
export async function findEnrollment(db: Db, kind: EnrollmentKind, name: string): Promise<Enrollment | null> {
  const row = await db
    .selectFrom('enrollments')
    .selectAll()
    .where('kind', '=', kind)
    .where('name', '=', name)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row === undefined ? null : toEnrollment(row);
}

/** When the last one of `name` that was taken back was (UTC, ms); null if there is none. */
export async function lastRevoked(db: Db, kind: EnrollmentKind, name: string): Promise<number | null> {
  const row = await db
    .selectFrom('enrollments')
    .select('revoked_at')
    .where('kind', '=', kind)
    .where('name', '=', name)
    .where('revoked_at', 'is not', null)
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  return row?.revoked_at ?? null;
}

/** Those that changed after the number `after`, oldest change first, and the number of the last of them. */
export async function enrollmentsSince(db: Db, after: number): Promise<{ rows: Enrollment[]; upTo: number }> {
  const rows = await db.selectFrom('enrollments').selectAll().where('changed', '>', after).orderBy('changed').execute();
  return { rows: rows.map(toEnrollment), upTo: rows.at(-1)?.changed ?? after };
}

/** Adds one; there must be none of its name in force. */
export async function insertEnrollment(db: Db, enrollment: Omit<Enrollment, 'revokedAt'>): Promise<void> {
  await db
    .insertInto('enrollments')
    .values({
      kind: enrollment.kind,
      name: enrollment.name,
      public_key: enrollment.publicKey,
      enrolled_at: enrollment.enrolledAt,
      revoked_at: null,
      changed: await moveHead(db, 'enrollments'),
    })
    .execute();
}

/** Takes one back. */
export async function revokeEnrollment(db: Db, publicKey: string, at: number): Promise<void> {
  await db
    .updateTable('enrollments')
    .set({ revoked_at: at, changed: await moveHead(db, 'enrollments') })
    .where('public_key', '=', publicKey)
    .execute();
}
