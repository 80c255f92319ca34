// Lists are put together from texts that are kept by a row's version. Whatever was written, asked and by whom before: an
// item of a list is what the server itself shows to the same reader, in the same microversion, under the same links.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ServerPatch } from '../../src/db/servers.ts';
import { patchServer } from '../../src/db/servers.ts';
import type { HostName, ProjectId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Server } from '../../src/model/server.ts';
import type { Body } from '../harness/http-client.ts';
import { ADMIN } from '../harness/records.ts';
import { standStill } from '../harness/stand-still.ts';
import { useRemnant } from '../harness/use-remnant.ts';

/** Readers of one project that may see different things of the same rows. */
const remnant = useRemnant({
  hosts: ['host-1', 'host-2'],
  policy: {
    'os_compute_api:os-extended-server-attributes': 'role:admin or user_id:eve',
    'os_compute_api:servers:show:host_status': 'role:admin or user_id:eve',
    'os_compute_api:servers:show:host_status:unknown-only': 'user_id:ann',
    'os_compute_api:servers:show:flavor-extra-specs': 'role:admin or user_id:bea',
  },
});
// As long as real ids: Nova looks for the project anywhere in a URL, and a short one is soon found in a server's id.
const [A, B] = [asId<ProjectId>('a1'.repeat(16)), asId<ProjectId>('b2'.repeat(16))];
const READERS = [`admin:${B}`, `admin:${A}`, `ann:${A}`, `eve:${A}`, `bea:${A}`, `eve:${B}`];
const VERSIONS = [
  '2.1',
  '2.3',
  '2.8',
  '2.9',
  '2.16',
  '2.19',
  '2.46',
  '2.47',
  '2.73',
  '2.75',
  '2.90',
  '2.93',
  '2.96',
] as const;

// Nothing in a database has a NUL: the front refuses it.
const name = fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }).filter((text) => !text.includes('\0'));
const patch: fc.Arbitrary<ServerPatch> = fc.oneof(
  fc.record({ name }),
  fc.record({ description: fc.option(name), lockedBy: fc.constantFrom('owner' as const, 'admin' as const, null) }),
  fc.record({ metadata: fc.dictionary(name, name, { maxKeys: 3 }), tags: fc.array(name, { maxLength: 3 }) }),
  fc.record({ host: fc.constantFrom(...['host-1', 'host-2', 'nowhere'].map((host) => asId<HostName>(host)), null) }),
  fc.record({
    vmState: fc.constantFrom('active' as const, 'error' as const, 'paused' as const),
    fault: fc.option(fc.record({ code: fc.constantFrom(404, 500), message: name, details: name, created: fc.nat() })),
  }),
);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('patch' as const), which: fc.nat(), patch }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('service' as const),
      host: fc.constantFrom('host-1', 'host-2'),
      body: fc.constantFrom(
        { forced_down: true },
        { forced_down: false },
        { status: 'disabled' },
        { status: 'enabled' },
      ),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      token: fc.constantFrom(...READERS),
      version: fc.constantFrom(...VERSIONS),
      host: fc.constantFrom('one.example', 'two.example:8774'),
      inProject: fc.boolean(),
      view: fc.constantFrom('detail' as const, 'brief' as const),
      limit: fc.integer({ min: 1, max: 12 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Read = Extract<Step, { kind: 'read' }>;

async function servers(): Promise<Server[]> {
  const own = remnant();
  const made = [];
  for (const projectId of [A, B]) {
    for (const host of ['host-1', 'host-2', null]) {
      made.push(await own.addServer({ projectId, host: host === null ? null : asId(host) }));
    }
  }
  return made;
}

/** Reads a list, and each of its servers by itself. */
async function compare({ token, version, host, inProject, view, limit }: Read): Promise<void> {
  const root = inProject ? `/v2.1/${token.split(':')[1]}` : '/v2.1';
  const ask = (path: string) => remnant().ask({ path: `${root}${path}`, token, version, headers: { host } });
  const all = token.startsWith('admin') ? '&all_tenants=1' : '';
  const list = await ask(`/servers${view === 'detail' ? '/detail' : ''}?limit=${limit}${all}`);
  expect(list.status, list.message).toBe(200);
  const items: readonly Body[] = list.body['servers'] ?? [];
  expect(items.length).toBeGreaterThan(0);
  for (const item of items) {
    const { server_groups: _onlyHere, ...shown } = (await ask(`/servers/${item['id']}`)).body['server'] as object & {
      server_groups?: unknown;
    };
    const { id, name: called, links } = shown as unknown as Body;
    expect(item).toEqual(view === 'detail' ? shown : { id, name: called, links });
    expect(Object.keys(item)).toEqual(view === 'detail' ? Object.keys(shown) : ['id', 'name', 'links']);
  }
}

test('an item of a list is what its server shows, whatever came before', { timeout: 120_000 }, async () => {
  const made = await servers();
  const own = remnant();
  const take = async (one: Step) => {
    if (one.kind === 'read') return compare(one);
    if (one.kind === 'patch') {
      const server = made[one.which % made.length] as Server;
      return own.store.transaction((tx) => patchServer(tx, server.id, one.patch));
    }
    const id = own.hosts.find(asId(one.host))?.service?.id ?? '';
    const { body } = one;
    const answer = await own.ask({
      method: 'PUT',
      path: `/v2.1/os-services/${id}`,
      token: ADMIN,
      version: '2.53',
      body,
    });
    return expect(answer.status).toBe(200);
  };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      for (const one of steps) await take(one);
    }),
    { numRuns: 40 },
  );
});

test('a list changes with a row at once, and rows that stay are not read again', async () => {
  const own = remnant();
  const [first] = await servers();
  if (first === undefined) throw new Error('there is no server');
  await standStill(own);
  const costs = async () => {
    const before = own.store.queries();
    const { body } = await own.ask({ path: '/v2.1/servers/detail?all_tenants=1', token: ADMIN, version: '2.93' });
    const shown = body['servers']?.find((server) => `${server['id']}` === first.id);
    return { name: shown?.['name'], queries: own.store.queries() - before };
  };
  await costs();
  expect(await costs()).toEqual({ name: 'web', queries: 1 });
  await own.store.transaction((tx) => patchServer(tx, first.id, { name: 'ünïcode 😀' }));
  expect(await costs()).toEqual({ name: 'ünïcode 😀', queries: 2 });
  expect(await costs()).toEqual({ name: 'ünïcode 😀', queries: 1 });
});
