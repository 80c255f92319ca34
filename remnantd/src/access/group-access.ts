// Authorised server groups: those of the caller's project; an admin's are all of them.

import { findServerGroup, pageOfServerGroups, withMembers } from '../db/server-groups.ts';
import type { Db, Store } from '../db/store.ts';
import type { Caller } from '../model/caller.ts';
import { fault } from '../model/faults.ts';
import type { PeopledGroup, ServerGroup } from '../model/server-group.ts';
import type { Policy } from '../policy/policy-engine.ts';
import { authorise } from './authorise.ts';
import type { Authorised } from './authorised.ts';
import { markAuthorised } from './authorised.ts';

/** Which groups: those of the caller's project, or of all where the caller may; some of them in the order they were made. */
export interface GroupPage {
  readonly allProjects: boolean;
  readonly limit: number;
  readonly offset: number;
}

/** Server groups, for those who may. */
export interface GroupAccess {
  /** A page of them. `rules`: to list, and to list those of all projects. Fault policy-denied. */
  list(
    caller: Caller,
    rules: { readonly own: string; readonly all: string },
    page: GroupPage,
  ): Promise<readonly Authorised<PeopledGroup>[]>;
  /** One. Faults group-not-found, policy-denied, in that order. */
  one(caller: Caller, rule: string, id: string): Promise<Authorised<PeopledGroup>>;
  /** The same one inside a transaction. Fault group-not-found. */
  again(tx: Db, group: Authorised<ServerGroup>): Promise<ServerGroup>;
}

/** Opens the way to server groups. */
export function groupAccess(store: Store, policy: Policy): GroupAccess {
  return {
    list: async (caller, rules, { allProjects, ...page }) => {
      const target = { project_id: caller.projectId, user_id: caller.userId };
      authorise(policy, caller, rules.own, target);
      // Nobody but an admin is refused the groups of all projects: they are given their own.
      const all = allProjects && caller.isAdmin;
      if (all) authorise(policy, caller, rules.all, target);
      const project = all ? null : caller.projectId;
      if (project === null && !all) return [];
      return (await withMembers(store.read, await pageOfServerGroups(store.read, project, page))).map(markAuthorised);
    },
    one: async (caller, rule, id) => {
      const group = await found(store.read, id);
      if (!caller.isAdmin && group.projectId !== caller.projectId) throw fault('group-not-found', { id });
      authorise(policy, caller, rule, { project_id: group.projectId, user_id: group.userId });
      const [peopled] = await withMembers(store.read, [group]);
      return markAuthorised({ ...group, members: peopled?.members ?? [] });
    },
    again: (tx, { id }) => found(tx, id),
  };
}

async function found(db: Db, id: string): Promise<ServerGroup> {
  const group = await findServerGroup(db, id);
  if (group === null) throw fault('group-not-found', { id });
  return group;
}
