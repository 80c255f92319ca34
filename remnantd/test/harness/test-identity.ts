// An identity for tests: a token says by itself who comes. `user:project` is a member of that project, `admin:project` an
// admin of the cloud; a third part names another role (`ann:a1a1a1a1:reader`, `ann:a1a1a1a1:none`).

import type { ProjectId, UserId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Identity } from '../../src/ports/identity.ts';

const ROLES: Readonly<Record<string, readonly string[]>> = {
  admin: ['admin', 'member', 'reader'],
  member: ['member', 'reader'],
  reader: ['reader'],
  none: [],
};

/** Knows every token of that form, and no other. */
export const testIdentity: Identity = {
  authenticate: (token) => {
    const [user = '', project = '', role = user === 'admin' ? 'admin' : 'member', ...more] = token.split(':');
    const roles = ROLES[role];
    if (user === '' || project === '' || roles === undefined || more.length > 0) return Promise.resolve(null);
    return Promise.resolve({
      userId: asId<UserId>(user),
      userName: user,
      projectId: asId<ProjectId>(project),
      projectName: project,
      roles,
      systemScope: null,
      domainScope: null,
    });
  },
};
