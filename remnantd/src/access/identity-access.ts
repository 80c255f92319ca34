// Authorised users, projects and role assignments of the built-in identity. As in Keystone the policy is asked before a
// row is missed: who may not look is told so (403) whether there is anything or not.

import type { IdentityFilter } from '../db/identity.ts';
import { findProject, findUser, listProjects, listUsers, projectsOf } from '../db/identity.ts';
import { listAssignments, rolesOf } from '../db/role-assignments.ts';
import type { Db, Store } from '../db/store.ts';
import type { Caller } from '../model/caller.ts';
import { fault } from '../model/faults.ts';
import type { Project, Role, RoleAssignment, RoleScope, User } from '../model/identity.ts';
import type { Policy } from '../policy/policy-engine.ts';
import { permitsIdentity } from './authorise.ts';
import type { Authorised } from './authorised.ts';
import { markAuthorised } from './authorised.ts';

/** What a rule of the identity is asked about. */
export interface IdentityTarget {
  readonly user?: string;
  readonly project?: string;
  /** The user of the token in question. */
  readonly tokenUser?: string;
}

/** A scope as a caller names it: a project by its id, whatever that id is, or the system. */
export type ScopeName = 'system' | { readonly project: string };

/** Users, projects and roles, for those who may. */
export interface IdentityAccess {
  /** Fault identity-denied unless `rule` lets `caller` act on `target`. */
  authorise(caller: Caller, rule: string, target?: IdentityTarget): void;
  /** Faults identity-denied, identity-not-found, in that order. */
  user(caller: Caller, rule: string, id: string): Promise<Authorised<User>>;
  users(caller: Caller, rule: string, filter: IdentityFilter): Promise<readonly Authorised<User>[]>;
  /** Faults identity-denied, identity-not-found, in that order. */
  project(caller: Caller, rule: string, id: string): Promise<Authorised<Project>>;
  projects(caller: Caller, rule: string, filter: IdentityFilter): Promise<readonly Authorised<Project>[]>;
  /** The projects somebody holds a role in. Faults identity-denied, identity-not-found. */
  projectsOf(caller: Caller, rule: string, user: string): Promise<readonly Authorised<Project>[]>;
  /** What the caller itself could have a token for: enabled projects, and whether the system is one of them. */
  ownScopes(caller: Caller): Promise<{ readonly projects: readonly Project[]; readonly system: boolean }>;
  /** The roles given to a user in a scope, implied ones not included. Faults identity-denied, identity-not-found. */
  roles(caller: Caller, rule: string, user: string, scope: ScopeName): Promise<readonly Role[]>;
  /** Everything that was given; null is any. Fault identity-denied. */
  assignments(
    caller: Caller,
    rule: string,
    filter: { readonly user: string | null; readonly scope: string | null },
  ): Promise<readonly RoleAssignment[]>;
  /** The names of all users and projects by id, for an answer that is allowed already. */
  names(): Promise<{ readonly users: ReadonlyMap<string, string>; readonly projects: ReadonlyMap<string, string> }>;
}

const ALL: IdentityFilter = { name: null, enabled: null };

/** The fault for somebody or something that is not there. */
export function unknown(what: 'user' | 'project' | 'role', id: string) {
  return fault('identity-not-found', { what: `${what}: ${id}` });
}

/** Opens the way to them. */
export function identityAccess(store: Store, policy: Policy): IdentityAccess {
  const db = store.read;
  const authorise = (caller: Caller, rule: string, { user, project, tokenUser }: IdentityTarget = {}) => {
    const target = {
      ...(user === undefined ? {} : { 'target.user.id': user }),
      ...(project === undefined ? {} : { 'target.project.id': project }),
      ...(tokenUser === undefined ? {} : { 'target.token.user_id': tokenUser }),
    };
    if (!permitsIdentity(policy, caller, rule, target)) throw fault('identity-denied', { rule });
  };
  const user = async (caller: Caller, rule: string, id: string) => {
    authorise(caller, rule, { user: id });
    const found = await findUser(db, { id });
    if (found === null) throw unknown('user', id);
    return markAuthorised(found);
  };
  const project = async (caller: Caller, rule: string, id: string) => {
    authorise(caller, rule, { project: id });
    const found = await findProject(db, { id });
    if (found === null) throw unknown('project', id);
    return markAuthorised(found);
  };
  return {
    authorise,
    user,
    users: async (caller, rule, filter) => {
      authorise(caller, rule);
      return (await listUsers(db, filter)).map(markAuthorised);
    },
    project,
    projects: async (caller, rule, filter) => {
      authorise(caller, rule);
      return (await listProjects(db, filter)).map(markAuthorised);
    },
    projectsOf: async (caller, rule, id) => {
      const { id: known } = await user(caller, rule, id);
      return (await projectsOf(db, known)).map(markAuthorised);
    },
    ownScopes: async ({ userId }) => ({
      projects: (await projectsOf(db, userId)).filter(({ enabled }) => enabled),
      system: (await rolesOf(db, userId, 'system')).length > 0,
    }),
    roles: async (caller, rule, id, scope) => {
      const { id: known } = await user(caller, rule, id);
      return rolesOf(db, known, await scopeNamed(db, scope));
    },
    assignments: async (caller, rule, filter) => {
      authorise(caller, rule);
      return listAssignments(db, filter);
    },
    names: async () => ({
      users: new Map((await listUsers(db, ALL)).map(({ id, name }) => [id, name])),
      projects: new Map((await listProjects(db, ALL)).map(({ id, name }) => [id, name])),
    }),
  };
}

/** The scope a caller names. Fault identity-not-found. */
export async function scopeNamed(db: Db, scope: ScopeName): Promise<RoleScope> {
  if (scope === 'system') return scope;
  const project = await findProject(db, { id: scope.project });
  if (project === null) throw unknown('project', scope.project);
  return project.id;
}
