// Asks, inside the transaction that takes something, whether the quota leaves room for it: nobody takes the same last room.

import { quotasOf } from '../../db/quotas.ts';
import { usageOfProject } from '../../db/server-usage.ts';
import type { Db } from '../../db/store.ts';
import { fault } from '../../model/faults.ts';
import type { Account, QuotaNumbers, QuotaResource, Taken } from '../../model/quota.ts';
import { countWithin, exceeded } from '../../model/quota.ts';

/** Whose quota it is. */
export interface QuotaOwner {
  readonly projectId: string;
  readonly userId: string;
}

/** Fault quota-exceeded unless there is room for `wanted` more. `configured`: the limits of the configuration. */
export async function requireQuota(tx: Db, configured: QuotaNumbers, owner: QuotaOwner, wanted: Taken): Promise<void> {
  for (const account of await accountsOf(tx, configured, owner)) {
    const told = exceeded(account, wanted);
    if (told !== null) throw fault('quota-exceeded', told);
  }
}

/** How many servers of `size` there is room for, at most `max`. Fault quota-exceeded when they are fewer than `min`. */
export async function countInQuota(
  tx: Db,
  configured: QuotaNumbers,
  owner: QuotaOwner,
  size: { readonly vcpus: number; readonly ram: number },
  range: { readonly min: number; readonly max: number },
): Promise<number> {
  const told = countWithin(await accountsOf(tx, configured, owner), size, range);
  if (typeof told !== 'number') throw fault('quota-exceeded', told);
  return told;
}

/** The limit of one resource, -1 for none: of the user where that has one of its own, else of the project. */
export async function limitOf(
  tx: Db,
  configured: QuotaNumbers,
  owner: QuotaOwner,
  resource: QuotaResource,
): Promise<number> {
  const { project, user } = await quotasOf(tx, configured, owner.projectId, owner.userId);
  return (user ?? project)[resource];
}

/** The project's account and, where the user has limits of its own, the user's. */
async function accountsOf(tx: Db, configured: QuotaNumbers, { projectId, userId }: QuotaOwner): Promise<Account[]> {
  const { project, user } = await quotasOf(tx, configured, projectId, userId);
  const accounts: Account[] = [{ limits: project, used: await takenIn(tx, projectId, null) }];
  if (user !== null) accounts.push({ limits: user, used: await takenIn(tx, projectId, userId) });
  return accounts;
}

async function takenIn(tx: Db, projectId: string, userId: string | null): Promise<Taken> {
  const { servers, vcpus, memoryMb } = await usageOfProject(tx, projectId, userId);
  return { instances: servers, cores: vcpus, ram: memoryMb };
}
