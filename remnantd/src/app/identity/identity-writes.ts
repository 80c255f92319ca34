// What the use cases that change users, projects and roles share.

import type { Access } from '../../access/access.ts';
import { unknown } from '../../access/identity-access.ts';
import { findProject, findUser } from '../../db/identity.ts';
import type { Db, Store } from '../../db/store.ts';
import { fault } from '../../model/faults.ts';
import type { ProjectId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import type { Clock } from '../../ports/clock.ts';

/** What changing users, projects and roles needs. */
export interface IdentityDeps {
  readonly access: Pick<Access, 'identity'>;
  readonly store: Store;
  readonly clock: Clock;
}

/** A new id: Keystone's are UUIDs without hyphens; Nova's URLs take them as a path segment. */
export function newId<T extends ReturnType<typeof asId>>(clock: Clock): T {
  return asId<T>(clock.uuid().replaceAll('-', ''));
}

/** Fault identity-taken if another user than `self` has the name. */
export async function requireFreeUserName(tx: Db, name: string, self: string | null): Promise<void> {
  const other = await findUser(tx, { name });
  if (other !== null && other.id !== self) throw fault('identity-taken', { what: 'user', name });
}

/** Fault identity-taken if another project than `self` has the name. */
export async function requireFreeProjectName(tx: Db, name: string, self: string | null): Promise<void> {
  const other = await findProject(tx, { name });
  if (other !== null && other.id !== self) throw fault('identity-taken', { what: 'project', name });
}

/** The project a user is to have as its default; null for none. Fault identity-not-found. */
export async function defaultProject(tx: Db, id: string | null): Promise<ProjectId | null> {
  if (id === null) return null;
  const project = await findProject(tx, { id });
  if (project === null) throw unknown('project', id);
  return project.id;
}
