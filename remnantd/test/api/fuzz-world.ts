// The small cloud that is fuzzed: servers in several states, people in several roles, nothing that changes by itself. Its
// whole database can be compared and put back.

import { sql } from 'kysely';
import { addFlavorAccess } from '../../src/db/flavor-access.ts';
import { ensureFlavor } from '../../src/db/flavors.ts';
import { insertKeypair } from '../../src/db/keypairs.ts';
import { insertServerGroup } from '../../src/db/server-groups.ts';
import type { NewServer } from '../../src/db/servers.ts';
import { insertServer } from '../../src/db/servers.ts';
import type { Db, Store } from '../../src/db/store.ts';
import type { ProjectId, UserId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import { addSpecFlavor } from '../harness/flavor-rows.ts';
import type { Words } from '../harness/json-for-schema.ts';
import type { OpenOptions, TestRemnant } from '../harness/open-remnant.ts';
import { IMAGE, openRemnant } from '../harness/open-remnant.ts';
import { serverRow } from '../harness/server-rows.ts';
import { waitFor } from '../harness/wait-for.ts';

/** Tables that a refused request may change: tokens that ran out are swept, and what was refused is written down. */
const MAY_CHANGE = new Set(['tokens', 'audit']);
const ACCOUNTS = [
  { user: 'admin', project: 'admin', role: 'admin' },
  { user: 'ann', project: 'alpha', role: 'member' },
  { user: 'rob', project: 'alpha', role: 'reader' },
  { user: 'bob', project: 'beta', role: 'member' },
];
const SILENT = 'aaaaaaaa-0000-4000-8000-000000000002';
const GROUP = 'aaaaaaaa-0000-4000-8000-000000000003';
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMZDBlq1i8tzMJE+UriuT6Qhwj7WF0zpREi6Z9gFPqng';
/** Forced down, so that what it is told fails at once. */
const DARK = 'dark';
/** Open to one project alone. */
const OWN_FLAVOR = 'own';

/** The cloud under fuzz. */
export interface FuzzWorld {
  readonly remnant: TestRemnant;
  /** Tokens by the user who has them. */
  readonly tokens: Readonly<Record<string, string>>;
  /** What means something here. */
  readonly words: Words;
  /** The content of every table that a refused request must leave as it is. */
  digest(): Promise<string>;
  /** Puts every row back. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

const STATES: readonly Partial<NewServer>[] = [
  {},
  { vmState: 'stopped', powerState: 4 },
  { vmState: 'paused', powerState: 3 },
  { vmState: 'suspended', powerState: 4 },
  { vmState: 'rescued' },
  { lockedBy: 'owner', lockedReason: 'held' },
  { lockedBy: 'admin' },
  { host: null, vmState: 'error' },
  { taskState: 'rebooting' },
  { deletedAt: 1 },
];

/** Opens it, with the clock standing still. Close it. */
export async function openFuzzWorld(options: OpenOptions = {}): Promise<FuzzWorld> {
  const remnant = await openRemnant({
    ...options,
    hosts: [],
    builtinIdentity: true,
    config: { identity: { accounts: ACCOUNTS, token_ttl: 86_400 }, ...options.config },
    before: async (store, _world, stateDir) => {
      await store.transaction((tx) => addServices(tx));
      await options.before?.(store, undefined as never, stateDir);
    },
  });
  const signedIn = await Promise.all(ACCOUNTS.map(({ user, project }) => signIn(remnant, user, project)));
  const tokens = Object.fromEntries(signedIn.map(({ user, token }) => [user, token]));
  await addSpecFlavor(remnant.store);
  const servers = await addServers(remnant.store, signedIn);
  await addOwned(remnant.store, signedIn);
  const recorded = await recordedOf(remnant, signedIn, servers[0] ?? '');
  remnant.clock.freeze();
  const tables = await tablesOf(remnant.store.read);
  const saved = new Map<string, readonly object[]>();
  for (const table of tables) saved.set(table, await rowsOf(remnant.store.read, table));
  return {
    remnant,
    tokens,
    words: wordsOf(servers, signedIn, recorded),
    digest: async () => {
      const parts: string[] = [];
      for (const table of tables) {
        if (!MAY_CHANGE.has(table)) parts.push(table, JSON.stringify(await rowsOf(remnant.store.read, table)));
      }
      return parts.join('\n');
    },
    restore: () =>
      remnant.store.transaction(async (tx) => {
        for (const table of tables) {
          await sql`delete from ${sql.table(table)}`.execute(tx);
          for (const row of saved.get(table) ?? []) {
            const columns = Object.keys(row).map((name) => sql.ref(name));
            const values = Object.values(row).map((value) => sql`${value}`);
            await sql`insert into ${sql.table(table)} (${sql.join(columns)}) values (${sql.join(values)})`.execute(tx);
          }
        }
      }),
    close: () => remnant.close(),
  };
}

async function addServices(tx: Db): Promise<void> {
  const service = { binary: 'nova-compute', zone: 'nova', disabled: 0, disabled_reason: null } as const;
  const at = { created_at: 0, updated_at: 0 };
  await tx
    .insertInto('services')
    .values([
      { id: 'aaaaaaaa-0000-4000-8000-000000000001', host: DARK, forced_down: 1, ...service, ...at },
      { id: SILENT, host: 'silent', forced_down: 0, ...service, ...at },
    ])
    .execute();
  const aggregate = { uuid: 'aaaaaaaa-0000-4000-8000-000000000009', name: 'some', zone: null, metadata: '{}' };
  const row = { ...aggregate, created_at: 0, updated_at: null };
  const other = { uuid: 'aaaaaaaa-0000-4000-8000-000000000008', name: 'full' };
  await tx
    .insertInto('aggregates')
    .values([row, { ...row, ...other }])
    .execute();
  await tx.insertInto('aggregate_hosts').values({ aggregate_seq: 2, host: 'silent' }).execute();
}

interface Recorded {
  readonly request: string;
  readonly dump: string;
  readonly roles: readonly string[];
}

interface SignedIn {
  readonly user: string;
  readonly project: string;
  readonly auth: object;
  readonly token: string;
  readonly userId: string;
  readonly projectId: string;
}

async function signIn(remnant: TestRemnant, user: string, project: string): Promise<SignedIn> {
  const domain = { id: 'default' };
  const password = remnant.newAccounts.find((account) => account.user === user)?.password;
  const auth = {
    identity: { methods: ['password'], password: { user: { name: user, domain, password } } },
    scope: { project: { name: project, domain } },
  };
  const answer = await remnant.ask({ method: 'POST', path: '/identity/v3/auth/tokens', body: { auth } });
  const token = answer.headers['x-subject-token'];
  if (token === undefined) throw new Error(`${user} cannot sign in: ${answer.status} ${answer.message}`);
  const shown = answer.body['token'];
  return {
    user,
    project,
    auth,
    token,
    userId: String(shown?.['user']?.['id']),
    projectId: String(shown?.['project']?.['id']),
  };
}

async function addServers(store: Store, people: readonly SignedIn[]): Promise<string[]> {
  const owners = ['ann', 'bob'].map((name) => people.find(({ user }) => user === name));
  const rows = owners.flatMap((owner) =>
    STATES.map((state) =>
      serverRow({
        host: asId(DARK),
        projectId: asId(owner?.projectId ?? ''),
        userId: asId(owner?.userId ?? ''),
        metadata: { role: 'web' },
        tags: ['blue'],
        addresses: { private: [{ version: 4, addr: '10.0.0.3', type: 'fixed', mac: 'fa:16:3e:00:00:03' }] },
        ...state,
      }),
    ),
  );
  await store.transaction(async (tx) => {
    for (const row of rows) await insertServer(tx, row);
  });
  return rows.map((row) => row.id);
}

/** A key of ann's and a group of her project. */
async function addOwned(store: Store, people: readonly SignedIn[]): Promise<void> {
  const ann = people.find(({ user }) => user === 'ann');
  const [userId, projectId] = [asId<UserId>(ann?.userId ?? ''), asId<ProjectId>(ann?.projectId ?? '')];
  const key = { type: 'ssh', fingerprint: '00', publicKey: KEY, createdAt: 0 } as const;
  const group = { name: 'pair', policy: 'affinity', maxServerPerHost: null, createdAt: 0 } as const;
  await store.transaction(async (tx) => {
    await insertKeypair(tx, { userId, name: 'key', ...key });
    await insertServerGroup(tx, { id: GROUP, projectId, userId, ...group });
    const size = { vcpus: 1, ram: 64, disk: 1, ephemeral: 0, swap: 0, rxtxFactor: 1 };
    const own = { isPublic: false, disabled: false, description: null, extraSpecs: {} };
    await ensureFlavor(tx, { id: OWN_FLAVOR, name: 'own', ...size, ...own });
    await addFlavorAccess(tx, OWN_FLAVOR, projectId);
  });
}

/** An action that is over, the dump that came of it (the host is down), and the roles there are, by name; the owner has one of the system. */
async function recordedOf(remnant: TestRemnant, people: readonly SignedIn[], serverId: string): Promise<Recorded> {
  const [admin, owner] = ['admin', 'ann'].map((name) => people.find(({ user }) => user === name));
  if (admin === undefined || owner === undefined) throw new Error('nobody has signed in');
  const { token } = owner;
  const path = `/v2.1/servers/${serverId}/action`;
  const body = { trigger_crash_dump: null };
  const answer = await remnant.ask({ method: 'POST', path, token, version: '2.17', body });
  const dump = await waitFor('the dump to be over', async () => {
    const list = await remnant.ask({ path: `/remnant/v1/servers/${serverId}/dumps`, token });
    return list.body['dumps']?.find((one) => one['phase'] === 'ended');
  });
  const { body: found } = await remnant.ask({ path: '/identity/v3/roles', token: admin.token });
  const roles = (found['roles'] ?? []).toSorted((a, b) => (String(a['name']) < String(b['name']) ? -1 : 1));
  // What is drawn more often than others is there too: a grant is seldom met by chance.
  const grant = `/identity/v3/system/users/${owner.userId}/roles/${String(roles[1]?.['id'])}`;
  const { status } = await remnant.ask({ method: 'PUT', path: grant, token: admin.token });
  if (status !== 204) throw new Error(`the owner gets no role of the system: ${status}`);
  return {
    request: answer.headers['x-compute-request-id'] ?? '',
    dump: String(dump['id']),
    roles: roles.map((role) => String(role['id'])),
  };
}

/** Where a word is asked for by name, what fits there. */
function wordsOf(servers: readonly string[], people: readonly SignedIn[], { request, dump, roles }: Recorded): Words {
  const ann = people.find(({ user }) => user === 'ann');
  // One person more often than others, so that ids of a path fit together.
  const users = [ann, ann, ann, ...people].map((one) => one?.userId ?? '');
  const projects = [ann, ann, ann, ...people].map((one) => one?.projectId ?? '');
  const names = people.flatMap(({ user, project }) => [user, project]);
  return {
    known: [...servers, ...users, ...projects, ...names, IMAGE, request, '1', 'silent', 'nova-compute', 'default'],
    named: {
      server_id: servers,
      marker: servers,
      request_id: [request],
      dump_id: [dump],
      service_id: [SILENT, SILENT, 'enable', 'disable', 'disable-log-reason', 'force-down'],
      flavor_id: ['1', 'spec', OWN_FLAVOR],
      aggregate_id: ['1', '2'],
      aggregate: [{ name: 'other' }],
      flavor: [{ name: 'new', ram: 64, vcpus: 1, disk: 1 }],
      start: ['2024-01-01T00:00:00'],
      end: ['2025-01-01T00:00:00'],
      tenant_id: projects,
      host_name: ['silent'],
      hypervisor_id: ['1', '2'],
      hypervisor_hostname_pattern: ['silent'],
      keypair_name: ['key'],
      server_group_id: [GROUP],
      alias: ['NMN'],
      tenant: projects,
      public_key: [KEY],
      image_id: [IMAGE],
      user_id: users,
      project_id: projects,
      role_id: [...roles, roles[1] ?? '', roles[1] ?? ''],
      domain_id: ['default'],
      network: ['private'],
      key: ['role', 'hw:cpu'],
      meta: [{ role: 'db' }],
      server: [{ name: 'new', flavorRef: '1', imageRef: IMAGE, networks: 'none' }],
      tag: ['blue', 'green'],
      name: ['web', 'silent', 'silent', ...names],
      flavorRef: ['1'],
      imageRef: [IMAGE],
      networks: ['none', 'auto'],
      host: ['silent'],
      binary: ['nova-compute'],
      status: ['enabled', 'disabled', 'ACTIVE'],
      host_status: ['UP', 'DOWN', 'UNKNOWN'],
      auth: people.map(({ auth }) => auth),
    },
  };
}

async function tablesOf(db: Db): Promise<string[]> {
  const found = await db.introspection.getTables({ withInternalKyselyTables: true });
  return found.map(({ name }) => name).toSorted();
}

async function rowsOf(db: Db, table: string): Promise<object[]> {
  const found = await sql<object>`select * from ${sql.table(table)}`.execute(db);
  // In an order of its own: no database keeps one.
  return found.rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
