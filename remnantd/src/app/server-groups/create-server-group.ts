// Makes a server group in the caller's project.

import type { Access } from '../../access/access.ts';
import { quotasOf } from '../../db/quotas.ts';
import { countServerGroups, insertServerGroup } from '../../db/server-groups.ts';
import type { Db, Store } from '../../db/store.ts';
import { fault } from '../../model/faults.ts';
import type { ProjectId, UserId } from '../../model/ids.ts';
import type { QuotaNumbers } from '../../model/quota.ts';
import type { PeopledGroup, ServerGroup } from '../../model/server-group.ts';
import type { Clock } from '../../ports/clock.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';

/** What changing server groups needs. */
export interface GroupDeps {
  readonly access: Pick<Access, 'authorise' | 'groups'>;
  readonly store: Store;
  readonly clock: Clock;
  /** The quotas of the configuration. */
  readonly quotas: QuotaNumbers;
}

const RULE = 'os_compute_api:os-server-groups:create';

/** Makes it; it has no members yet. Faults policy-denied, too-many-groups. */
export async function createServerGroup(
  { access, store, clock, quotas }: GroupDeps,
  context: RequestContext,
  wanted: Pick<ServerGroup, 'name' | 'policy' | 'maxServerPerHost'>,
): Promise<PeopledGroup> {
  const { userId, projectId } = context.caller;
  access.authorise(context.caller, RULE, { project_id: projectId, user_id: userId });
  if (projectId === null) throw fault('policy-denied', { rule: RULE });
  const id = clock.uuid();
  return store.transaction(async (tx) => {
    await requireRoom(tx, quotas, projectId, userId);
    const group = { ...wanted, id, projectId, userId, createdAt: clock.wall() };
    await insertServerGroup(tx, group);
    await recordChange(tx, clock, context, { target: `server_group ${id}`, detail: wanted });
    return { ...group, members: [] };
  });
}

/** Fault too-many-groups when the project has as many as it may, or the user as many as were set for it. */
async function requireRoom(tx: Db, configured: QuotaNumbers, projectId: ProjectId, userId: UserId): Promise<void> {
  const { project, user } = await quotasOf(tx, configured, projectId, userId);
  const isFull = ({ server_groups: limit }: QuotaNumbers, count: number) => limit >= 0 && count >= limit;
  if (isFull(project, await countServerGroups(tx, projectId, null))) throw fault('too-many-groups');
  if (user !== null && isFull(user, await countServerGroups(tx, projectId, userId))) throw fault('too-many-groups');
}
