// Changes quotas: of a project, of a user within one, of a quota class. A limit below what is there is refused, unless forced
// (Nova's get_settable_quotas).

import type { Access } from '../../access/access.ts';
import { NOBODYS } from '../../access/authorise.ts';
import type { QuotaSubject } from '../../db/quota-use.ts';
import { quotaUse } from '../../db/quota-use.ts';
import { defaultQuotas, forgetQuotas, setClassQuotas, setProjectQuotas, setQuotas } from '../../db/quotas.ts';
import type { Db, Store } from '../../db/store.ts';
import { fault } from '../../model/faults.ts';
import type { QuotaNumbers, QuotaResource, SomeQuotaNumbers } from '../../model/quota.ts';
import { QUOTA_RESOURCES } from '../../model/quota.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Identity } from '../../ports/identity.ts';
import { requireProject } from '../identity/require-project.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';

/** What changing quotas needs. */
export interface QuotaDeps {
  readonly access: Pick<Access, 'authorise'>;
  readonly store: Store;
  readonly clock: Clock;
  readonly identity: Pick<Identity, 'hasProject'>;
  /** The quotas of the configuration. */
  readonly quotas: QuotaNumbers;
}

/** What is to be changed of a project's quota, or of a user's. */
export interface QuotaChange extends QuotaSubject {
  readonly limits: SomeQuotaNumbers;
  /** True: whatever there is already. */
  readonly force: boolean;
}

const ROOT = 'os_compute_api:os-quota-sets';
const CLASS_ROOT = 'os_compute_api:os-quota-class-sets';

/** Sets limits. `precheck` comes behind the policy. Faults policy-denied, not-a-project, quota-below-use, quota-above-rest. */
export async function updateQuotas(
  deps: QuotaDeps,
  context: RequestContext,
  { projectId, userId, limits, force }: QuotaChange,
  precheck: () => void,
): Promise<void> {
  deps.access.authorise(context.caller, `${ROOT}:update`, { project_id: projectId, user_id: null });
  await requireProject(deps.identity, projectId);
  precheck();
  await deps.store.transaction(async (tx) => {
    if (!force) await requireSettable(tx, deps.quotas, { projectId, userId }, limits);
    await recordChange(tx, deps.clock, context, {
      target: `quota of project ${projectId}`,
      detail: { ...(userId === null ? {} : { user: userId }), ...limits },
    });
    await setProjectQuotas(tx, projectId, userId, limits);
  });
}

/** Forgets what was set. Fault policy-denied. */
export async function deleteQuotas(
  deps: QuotaDeps,
  context: RequestContext,
  { projectId, userId }: QuotaSubject,
): Promise<void> {
  deps.access.authorise(context.caller, `${ROOT}:delete`, { project_id: projectId, user_id: null });
  await deps.store.transaction(async (tx) => {
    await recordChange(tx, deps.clock, context, {
      target: `quota of project ${projectId}`,
      detail: userId === null ? {} : { user: userId },
    });
    await forgetQuotas(tx, projectId, userId);
  });
}

/** Sets limits of the class `name`. `precheck` comes behind the policy. Fault policy-denied. */
export async function updateQuotaClass(
  deps: QuotaDeps,
  context: RequestContext,
  name: string,
  limits: SomeQuotaNumbers,
  precheck: () => void,
): Promise<void> {
  deps.access.authorise(context.caller, `${CLASS_ROOT}:update`, NOBODYS);
  precheck();
  await deps.store.transaction(async (tx) => {
    await recordChange(tx, deps.clock, context, { target: `quota class ${name}`, detail: limits });
    await setClassQuotas(tx, name, limits);
  });
}

/** A user's limits are within what its project has left; a project's are no less than what its users were given of it. */
async function requireSettable(
  tx: Db,
  configured: QuotaNumbers,
  subject: QuotaSubject,
  limits: SomeQuotaNumbers,
): Promise<void> {
  const { userId } = subject;
  const used = await quotaUse(tx, subject);
  const set = await setQuotas(tx, subject.projectId);
  const project = { ...(await defaultQuotas(tx, configured)), ...set.project };
  for (const resource of QUOTA_RESOURCES) {
    const limit = limits[resource];
    if (limit === undefined) continue;
    const given = givenToUsers(set.users, resource);
    const own = userId === null ? undefined : set.users.get(userId)?.[resource];
    const least = userId === null && project[resource] >= 0 ? Math.max(given, used[resource]) : used[resource];
    if (limit >= 0 && limit < least) throw fault('quota-below-use', { limit, resource, least });
    if (userId === null || project[resource] < 0 || own === -1) continue;
    const most = project[resource] - given + (own ?? 0);
    // More was given than there is: nothing is a bound any more, as in Nova.
    if (most >= 0 && (limit < 0 || limit > most)) throw fault('quota-above-rest', { limit, resource, most });
  }
}

function givenToUsers(users: ReadonlyMap<string, SomeQuotaNumbers>, resource: QuotaResource): number {
  return [...users.values()].reduce((sum, own) => sum + (own[resource] ?? 0), 0);
}
