// Who may do what: every operation that wants a token, by role, by whose the server is and how it is locked, against a
// committed table (R5). UPDATE_POLICY_MATRIX=1 writes the table anew; its diff is then what a change means.

import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { OPERATIONS } from '../../src/api/operations.ts';
import { keepExtract } from '../../src/db/artefacts.ts';
import { auditPage } from '../../src/db/audit.ts';
import type { NewServer } from '../../src/db/servers.ts';
import { asId } from '../../src/model/ids.ts';
import type { Server } from '../../src/model/server.ts';
import { addArtefactRow } from '../harness/artefact-rows.ts';
import type { Call } from '../harness/audit-check.ts';
import { auditProblems } from '../harness/audit-check.ts';
import { addSpecFlavor } from '../harness/flavor-rows.ts';
import type { Ask } from '../harness/http-client.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { addService } from '../harness/service-rows.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';
import { IDENTITY_REQUESTS, plantAnn, plantIdentity } from './identity-requests.ts';
import { OPERATOR_REQUESTS, plantForOperators } from './operator-requests.ts';
import { OWNER_REQUESTS, plantForOwners } from './owner-requests.ts';

const FILE = new URL('policy-matrix.txt', import.meta.url);
const remnant = useRemnant();

beforeAll(async () => {
  await plantAnn(remnant());
  await addSpecFlavor(remnant().store);
});

const CALLERS = {
  admin: 'admin:0f5',
  member: 'ann:a1a1a1a1',
  reader: 'ann:a1a1a1a1:reader',
  'no role': 'ann:a1a1a1a1:none',
  stranger: 'bob:b2b2b2b2',
} as const;
const LOCKS = [null, 'owner', 'admin'] as const;

/** How an operation is asked for. `{id}` stands for the server's, `{service}` for the host's service, `{spare}` for one of nobody's. */
interface Request extends Pick<Ask, 'method' | 'path' | 'body' | 'headers' | 'version'> {
  /** What the server must be for the operation to be in place. */
  readonly server?: Partial<NewServer>;
  /** True when its host must have a guest. */
  readonly guest?: true;
}

const action = (name: string, more: Partial<Request> = {}): Request => ({
  method: 'POST',
  path: '/v2.1/servers/{id}/action',
  body: { [name]: null },
  ...more,
});
const below =
  (of: string, server: Partial<NewServer>) => (method: NonNullable<Ask['method']>, path: string, body?: unknown) => ({
    method,
    path: `/v2.1/servers/{id}/${of}${path}`,
    server,
    ...(body === undefined ? {} : { body }),
  });
const metadata = below('metadata', { metadata: { key: 'value' } });
const tags = below('tags', { tags: ['a'] });
const DUMP = 'aaaaaaaa-0000-4000-8000-00000000000d';
const ARTEFACT = '/remnant/v1/servers/{id}/dumps/{dump}/artefacts/{artefact}';
const USAGE_PERIOD = 'start=2024-01-01T00:00:00&end=2024-02-01T00:00:00';
const SUBJECT = { headers: { 'x-subject-token': 'unknown' } };

const REQUESTS: Readonly<Record<string, Request>> = {
  'servers.list': { path: '/v2.1/servers' },
  'servers.list?all_tenants': { path: '/v2.1/servers?all_tenants=1' },
  'servers.detail': { path: '/v2.1/servers/detail' },
  'servers.detail?all_tenants': { path: '/v2.1/servers/detail?all_tenants=1' },
  'servers.create': {
    method: 'POST',
    path: '/v2.1/servers',
    body: { server: { name: 'new', flavorRef: '1', imageRef: IMAGE, networks: 'none' } },
  },
  'servers.show': { path: '/v2.1/servers/{id}' },
  'servers.update': { method: 'PUT', path: '/v2.1/servers/{id}', body: { server: { name: 'renamed' } } },
  'servers.delete': { method: 'DELETE', path: '/v2.1/servers/{id}' },
  'servers.start': action('os-start', { server: { vmState: 'stopped' } }),
  'servers.stop': action('os-stop'),
  'servers.pause': action('pause'),
  'servers.unpause': action('unpause', { server: { vmState: 'paused' } }),
  'servers.suspend': action('suspend'),
  'servers.resume': action('resume', { server: { vmState: 'suspended' } }),
  'servers.reboot': action('reboot', { body: { reboot: { type: 'HARD' } } }),
  'servers.rescue': action('rescue'),
  'servers.unrescue': action('unrescue', { server: { vmState: 'rescued' } }),
  'servers.reset-state': action('os-resetState', { body: { 'os-resetState': { state: 'error' } } }),
  'servers.force-delete': action('forceDelete'),
  'servers.resize': action('resize', { body: { resize: { flavorRef: 'spec' } } }),
  // None of these servers was resized: who may is told so.
  'servers.confirm-resize': action('confirmResize', { server: { vmState: 'resized' } }),
  'servers.revert-resize': action('revertResize', { server: { vmState: 'resized' } }),
  'servers.rebuild': action('rebuild', { body: { rebuild: { imageRef: IMAGE } } }),
  'servers.evacuate': action('evacuate', { body: { evacuate: {} }, server: { host: asId('lost') } }),
  'server-migrations.list': { path: '/v2.1/servers/{id}/migrations' },
  'os-migrations.list': { path: '/v2.1/os-migrations' },
  'servers.lock': action('lock'),
  'servers.unlock': action('unlock'),
  'servers.trigger-crash-dump': action('trigger_crash_dump'),
  'servers.inject-nmi': action('inject_nmi', { guest: true }),
  'servers.inject-nmi-put': action('inject_nmi', { guest: true, method: 'PUT' }),
  'servers.get-console-output': action('os-getConsoleOutput', { guest: true, body: { 'os-getConsoleOutput': {} } }),
  'server-metadata.list': metadata('GET', ''),
  'server-metadata.create': metadata('POST', '', { metadata: { k: 'v' } }),
  'server-metadata.update-all': metadata('PUT', '', { metadata: { k: 'v' } }),
  'server-metadata.show': metadata('GET', '/key'),
  'server-metadata.update': metadata('PUT', '/key', { meta: { key: 'v' } }),
  'server-metadata.delete': metadata('DELETE', '/key'),
  'server-tags.list': tags('GET', ''),
  'server-tags.update-all': tags('PUT', '', { tags: ['b'] }),
  'server-tags.delete-all': tags('DELETE', ''),
  'server-tags.show': tags('GET', '/a'),
  'server-tags.update': tags('PUT', '/b'),
  'server-tags.delete': tags('DELETE', '/a'),
  'server-ips.list': { path: '/v2.1/servers/{id}/ips' },
  'server-ips.show': { path: '/v2.1/servers/{id}/ips/net', server: { addresses: { net: [] } } },
  'server-password.show': { path: '/v2.1/servers/{id}/os-server-password' },
  'os-instance-actions.list': { path: '/v2.1/servers/{id}/os-instance-actions' },
  'os-instance-actions.show': { path: '/v2.1/servers/{id}/os-instance-actions/req-none' },
  'os-services.list': { path: '/v2.1/os-services' },
  'os-services.update': { method: 'PUT', path: '/v2.1/os-services/{service}', body: { status: 'enabled' } },
  'os-services.delete': { method: 'DELETE', path: '/v2.1/os-services/{spare}' },
  'limits.show': { path: '/v2.1/limits' },
  'limits.show?tenant_id': { path: '/v2.1/limits?tenant_id=a1a1a1a1' },
  'os-quota-sets.show': { path: '/v2.1/os-quota-sets/a1a1a1a1' },
  'os-quota-sets.detail': { path: '/v2.1/os-quota-sets/a1a1a1a1/detail' },
  'os-quota-sets.defaults': { path: '/v2.1/os-quota-sets/a1a1a1a1/defaults' },
  'os-quota-sets.update': { method: 'PUT', path: '/v2.1/os-quota-sets/a1a1a1a1', body: { quota_set: {} } },
  'os-quota-sets.delete': { method: 'DELETE', path: '/v2.1/os-quota-sets/a1a1a1a1' },
  'os-quota-class-sets.show': { path: '/v2.1/os-quota-class-sets/default' },
  'os-quota-class-sets.update': {
    method: 'PUT',
    path: '/v2.1/os-quota-class-sets/default',
    body: { quota_class_set: {} },
  },
  'os-simple-tenant-usage.list': { path: `/v2.1/os-simple-tenant-usage?${USAGE_PERIOD}` },
  'os-simple-tenant-usage.show': { path: `/v2.1/os-simple-tenant-usage/a1a1a1a1?${USAGE_PERIOD}` },
  'servers.create?host': {
    method: 'POST',
    path: '/v2.1/servers',
    body: { server: { name: 'new', flavorRef: '1', imageRef: IMAGE, networks: 'none', host: 'host-1' } },
  },
  'servers.create?forced': {
    method: 'POST',
    path: '/v2.1/servers',
    body: {
      server: { name: 'new', flavorRef: '1', imageRef: IMAGE, networks: 'none', availability_zone: 'nova:host-1' },
    },
  },
  'flavors.list': { path: '/v2.1/flavors' },
  'flavors.detail': { path: '/v2.1/flavors/detail' },
  'flavors.show': { path: '/v2.1/flavors/1' },
  'flavors.extra-specs': { path: '/v2.1/flavors/1/os-extra_specs' },
  'flavors.extra-spec': { path: '/v2.1/flavors/spec/os-extra_specs/hw:cpu' },
  'images.list': { path: '/image/v2/images' },
  'images.show': { path: `/image/v2/images/${IMAGE}` },
  'audit.list': { path: '/remnant/v1/audit' },
  'dumps.list': { path: '/remnant/v1/servers/{id}/dumps' },
  'dumps.create': { method: 'POST', path: '/remnant/v1/servers/{id}/dumps' },
  'dumps.show': { path: `/remnant/v1/servers/{id}/dumps/${DUMP}` },
  // Who may read it has it already, so that no host is asked.
  'artefacts.download': { path: ARTEFACT, headers: { 'if-none-match': '*' } },
  'artefacts.check': { method: 'HEAD', path: ARTEFACT },
  'artefacts.delete': { method: 'DELETE', path: ARTEFACT },
  // Who may read it learns that the host has no such file.
  'artefacts.dmesg': { path: `${ARTEFACT}/dmesg` },
  'readiness.show': { path: '/remnant/v1/servers/{id}/readiness' },
  'remnant-servers.list': { path: '/remnant/v1/servers' },
  'remnant-servers.list?all_tenants': { path: '/remnant/v1/servers?all_tenants=1' },
  'remnant-servers.list?host_status': { path: '/remnant/v1/servers?host_status=UP' },
  'hosts.list': { path: '/remnant/v1/hosts' },
  'hosts.show': { path: '/remnant/v1/hosts/host-1' },
  'hosts.transitions': { path: '/remnant/v1/hosts/host-1/transitions' },
  'tokens.show': { path: '/identity/v3/auth/tokens', ...SUBJECT },
  'tokens.check': { method: 'HEAD', path: '/identity/v3/auth/tokens', ...SUBJECT },
  'tokens.revoke': { method: 'DELETE', path: '/identity/v3/auth/tokens', ...SUBJECT },
  ...OWNER_REQUESTS,
  ...OPERATOR_REQUESTS,
  ...IDENTITY_REQUESTS,
};

/** Every request of the matrix, for the audit. */
const calls: Call[] = [];

/** A path below the server's with the ids of a dump, and of its file; without a server, of none. */
async function withArtefact(path: string, server: Server | null): Promise<string> {
  if (!path.includes('{artefact}') || server === null) return path;
  const { dumpId, id } = await addArtefactRow(remnant().store, server);
  const log = { artefact: id, bytes: 1_000, panic: null, error: null };
  await remnant().store.transaction((tx) => keepExtract(tx, server.host ?? asId('host-1'), log));
  return path.replace('{dump}', dumpId).replace('{artefact}', id);
}

/** The service of a host that is not there any more, and has no servers. */
async function spareService(): Promise<string> {
  const id = randomUUID();
  await addService(remnant().store, { id, host: `gone-${id}` });
  return id;
}

async function planted(request: Request, server: Server | null): Promise<string> {
  const path = await plantForOperators(remnant(), request);
  const owned = await plantForOwners(remnant(), path, request.method);
  return plantIdentity(remnant(), await withArtefact(owned, server));
}

async function statusOf(
  row: string,
  request: Request,
  token: string | null,
  lockedBy: NewServer['lockedBy'],
): Promise<number> {
  const wanted = { ...request.server, lockedBy };
  const server = request.path.includes('{id}')
    ? await remnant().addServer(wanted, request.guest === true ? 'hangs' : undefined)
    : null;
  const [, host] =
    remnant()
      .hosts.all()
      .find(([name]) => name === 'host-1') ?? [];
  const answer = await remnant().ask({
    ...(request.method === undefined ? {} : { method: request.method }),
    path: (await planted(request, server))
      .replace('{id}', server?.id ?? '')
      .replace('{service}', host?.service?.id ?? '')
      .replace('{spare}', request.path.includes('{spare}') ? await spareService() : ''),
    ...(token === null ? {} : { token }),
    version: request.version ?? '2.93',
    ...(request.body === undefined ? {} : { body: request.body }),
    ...(request.headers === undefined ? {} : { headers: request.headers }),
  });
  calls.push({
    operation: row.split('?')[0] ?? row,
    status: answer.status,
    requestId: answer.headers['x-openstack-request-id'] ?? '',
    user: token?.split(':')[0] ?? null,
  });
  return answer.status;
}

async function table(): Promise<string> {
  const heads = ['operation', 'locked by', ...Object.keys(CALLERS), 'no token'];
  const lines = [heads];
  for (const [name, request] of Object.entries(REQUESTS)) {
    for (const lockedBy of request.path.includes('{id}') ? LOCKS : [null]) {
      const statuses: number[] = [];
      for (const token of [...Object.values(CALLERS), null])
        statuses.push(await statusOf(name, request, token, lockedBy));
      lines.push([name, lockedBy ?? '-', ...statuses.map(String)]);
    }
  }
  const widths = heads.map((_head, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

test('every operation that wants a token is in the matrix', () => {
  const wanted = OPERATIONS.filter((operation) => operation.open !== true).map((operation) => operation.id);
  expect(wanted.filter((id) => REQUESTS[id] === undefined)).toEqual([]);
});

test('who may do what', async () => {
  const now = await table();
  await waitFor('what was ordered to be over', async () => {
    const open = await remnant().store.read.selectFrom('commands').where('state', '!=', 'done').select('id').execute();
    return open.length === 0;
  });
  if (process.env['UPDATE_POLICY_MATRIX'] !== undefined) writeFileSync(FILE, now);
  expect(now).toBe(readFileSync(FILE, 'utf8'));
});

test('the audit has every change of it that was made or refused once, under who asked, and nothing else', async () => {
  const all = { before: null, limit: 100_000, requestId: null, target: null };
  expect(auditProblems(OPERATIONS, calls, await auditPage(remnant().store.read, all))).toEqual([]);
});
