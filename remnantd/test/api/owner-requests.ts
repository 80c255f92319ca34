// How the policy matrix asks for what users and projects keep, and for changes of flavors. `{keypair}` in a path is a key of
// ann's, `{group}` a group of her project, `{flavor}` one that is not public and was given to it: each made for that one request.

import { randomUUID } from 'node:crypto';
import { addFlavorAccess } from '../../src/db/flavor-access.ts';
import { ensureFlavor } from '../../src/db/flavors.ts';
import { deleteKeypair, insertKeypair } from '../../src/db/keypairs.ts';
import { insertServerGroup } from '../../src/db/server-groups.ts';
import type { ProjectId, UserId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Ask } from '../harness/http-client.ts';
import type { TestRemnant } from '../harness/open-remnant.ts';

type Request = Pick<Ask, 'method' | 'path' | 'body'>;

const FLAVOR = '/v2.1/flavors/{flavor}';
const SPECS = `${FLAVOR}/os-extra_specs`;
const KEYPAIR = '/v2.1/os-keypairs/{keypair}?user_id=ann';
const GROUP = '/v2.1/os-server-groups/{group}';
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMZDBlq1i8tzMJE+UriuT6Qhwj7WF0zpREi6Z9gFPqng';
const ANN = asId<UserId>('ann');
const PROJECT = asId<ProjectId>('a1a1a1a1');

/** The requests, by operation. */
export const OWNER_REQUESTS: Readonly<Record<string, Request>> = {
  'flavors.create': {
    method: 'POST',
    path: '/v2.1/flavors',
    body: { flavor: { name: 'new', ram: 1, vcpus: 1, disk: 0 } },
  },
  'flavors.update': { method: 'PUT', path: FLAVOR, body: { flavor: { description: 'new' } } },
  'flavors.delete': { method: 'DELETE', path: FLAVOR },
  'flavors.create-extra-specs': { method: 'POST', path: SPECS, body: { extra_specs: { a: 'b' } } },
  'flavors.update-extra-spec': { method: 'PUT', path: `${SPECS}/a`, body: { a: 'b' } },
  'flavors.delete-extra-spec': { method: 'DELETE', path: `${SPECS}/key` },
  'flavors.access': { path: `${FLAVOR}/os-flavor-access` },
  'flavors.add-tenant-access': {
    method: 'POST',
    path: `${FLAVOR}/action`,
    body: { addTenantAccess: { tenant: 'b2b2b2b2' } },
  },
  'flavors.remove-tenant-access': {
    method: 'POST',
    path: `${FLAVOR}/action`,
    body: { removeTenantAccess: { tenant: PROJECT } },
  },
  'os-keypairs.list': { path: '/v2.1/os-keypairs' },
  'os-keypairs.list?user_id': { path: '/v2.1/os-keypairs?user_id=ann' },
  'os-keypairs.show': { path: KEYPAIR },
  'os-keypairs.create': {
    method: 'POST',
    path: '/v2.1/os-keypairs',
    body: { keypair: { name: 'new', public_key: KEY } },
  },
  'os-keypairs.delete': { method: 'DELETE', path: KEYPAIR },
  'os-server-groups.list': { path: '/v2.1/os-server-groups' },
  'os-server-groups.list?all_projects': { path: '/v2.1/os-server-groups?all_projects=True' },
  'os-server-groups.create': {
    method: 'POST',
    path: '/v2.1/os-server-groups',
    body: { server_group: { name: 'new', policy: 'affinity' } },
  },
  'os-server-groups.show': { path: GROUP },
  'os-server-groups.delete': { method: 'DELETE', path: GROUP },
  'extensions.list': { path: '/v2.1/extensions' },
  'extensions.show': { path: '/v2.1/extensions/NMN' },
};

/** `path` with the names of what it is about, which is made for it. */
export function plantForOwners({ store }: TestRemnant, path: string, method?: string): Promise<string> {
  const id = randomUUID();
  return store.transaction(async (tx) => {
    if (path.includes('{flavor}')) {
      const size = { vcpus: 1, ram: 64, disk: 0, ephemeral: 0, swap: 0, rxtxFactor: 1 };
      const kind = { isPublic: false, disabled: false, description: null, extraSpecs: { key: 'value' } };
      await ensureFlavor(tx, { id, name: id, ...size, ...kind });
      await addFlavorAccess(tx, id, PROJECT);
    }
    if (path.includes('{keypair}')) {
      const key = { type: 'ssh', fingerprint: '00', publicKey: KEY, createdAt: 0 } as const;
      await insertKeypair(tx, { userId: ANN, name: id, ...key });
    }
    // A user may ask in several roles.
    if (path === '/v2.1/os-keypairs' && method === 'POST') await deleteKeypair(tx, ANN, 'new');
    if (path.includes('{group}')) {
      const group = { name: 'g', policy: 'affinity', maxServerPerHost: null, createdAt: 0 } as const;
      await insertServerGroup(tx, { id, projectId: PROJECT, userId: ANN, ...group });
    }
    return path.replace(/\{(?:flavor|keypair|group)\}/, id);
  });
}
