// Limits that were set for a project, for a user within one, or for a quota class: rows in, rows out. What no row says is as
// the configuration has it.

import type { QuotaNumbers, QuotaResource, SomeQuotaNumbers } from '../model/quota.ts';
import { QUOTA_RESOURCES } from '../model/quota.ts';
import type { Db } from './store.ts';

/** The class that is everybody's. */
const DEFAULT_CLASS = 'default';
/** In the place of a user's id: the limit is the project's own. */
const PROJECT = '';

/** What was set for a project: of it, and of its users by their ids. */
export interface SetQuotas {
  readonly project: SomeQuotaNumbers;
  readonly users: ReadonlyMap<string, SomeQuotaNumbers>;
}

/** Everything that was set for a project and its users. */
export async function setQuotas(db: Db, projectId: string): Promise<SetQuotas> {
  const rows = await db.selectFrom('quotas').selectAll().where('project_id', '=', projectId).execute();
  const byUser = new Map<string, SomeQuotaNumbers>();
  for (const [user, own] of Map.groupBy(rows, (row) => row.user_id)) byUser.set(user, numbersOf(own));
  const project = byUser.get(PROJECT) ?? {};
  byUser.delete(PROJECT);
  return { project, users: byUser };
}

/** What was set for the class `name`. */
export async function classQuotas(db: Db, name: string): Promise<SomeQuotaNumbers> {
  return numbersOf(await db.selectFrom('quota_classes').selectAll().where('class', '=', name).execute());
}

/** The limits that hold where a project has none of its own: `configured`, but for what was set for the class. */
export async function defaultQuotas(db: Db, configured: QuotaNumbers): Promise<QuotaNumbers> {
  return { ...configured, ...(await classQuotas(db, DEFAULT_CLASS)) };
}

/** A project's limits, and those a user of it has for itself (null: the user has none). */
export async function quotasOf(
  db: Db,
  configured: QuotaNumbers,
  projectId: string,
  userId: string | null,
): Promise<{ readonly project: QuotaNumbers; readonly user: QuotaNumbers | null }> {
  const set = await setQuotas(db, projectId);
  const project = { ...(await defaultQuotas(db, configured)), ...set.project };
  const own = userId === null ? undefined : set.users.get(userId);
  return { project, user: own === undefined ? null : { ...project, ...own } };
}

/** Sets limits of a project, or of a user of it. */
export async function setProjectQuotas(
  tx: Db,
  projectId: string,
  userId: string | null,
  limits: SomeQuotaNumbers,
): Promise<void> {
  for (const [resource, hard_limit] of entriesOf(limits)) {
    await tx
      .insertInto('quotas')
      .values({ project_id: projectId, user_id: userId ?? PROJECT, resource, hard_limit })
      .onConflict((c) => c.columns(['project_id', 'user_id', 'resource']).doUpdateSet({ hard_limit }))
      .execute();
  }
}

/** Forgets what was set for a user of a project; for the project and all its users, when `userId` is null. */
export async function forgetQuotas(tx: Db, projectId: string, userId: string | null): Promise<void> {
  let gone = tx.deleteFrom('quotas').where('project_id', '=', projectId);
  if (userId !== null) gone = gone.where('user_id', '=', userId);
  await gone.execute();
}

/** Sets limits of a quota class. */
export async function setClassQuotas(tx: Db, name: string, limits: SomeQuotaNumbers): Promise<void> {
  for (const [resource, hard_limit] of entriesOf(limits)) {
    await tx
      .insertInto('quota_classes')
      .values({ class: name, resource, hard_limit })
      .onConflict((c) => c.columns(['class', 'resource']).doUpdateSet({ hard_limit }))
      .execute();
  }
}

function entriesOf(limits: SomeQuotaNumbers): [QuotaResource, number][] {
  return QUOTA_RESOURCES.flatMap((resource): [QuotaResource, number][] => {
    const value = limits[resource];
    return value === undefined ? [] : [[resource, value]];
  });
}

function numbersOf(rows: readonly { readonly resource: string; readonly hard_limit: number }[]): SomeQuotaNumbers {
  return Object.fromEntries(rows.map(({ resource, hard_limit }) => [resource, hard_limit]));
}
