// Resize, confirm, revert: through to the simulated host and back into the row, its migration and its action.

import { expect, test } from 'vitest';
import { commandsOf } from '../../src/db/commands.ts';
import { migrationsMatching } from '../../src/db/server-migrations.ts';
import { asId } from '../../src/model/ids.ts';
import type { MigrationFilter } from '../../src/model/migration-query.ts';
import type { Answer, Body } from '../harness/http-client.ts';
import { ADMIN, act, MEMBER, STRANGER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const SMALL = { id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1 };
const FLAVORS = [
  SMALL,
  { id: '2', name: 'medium', vcpus: 2, ram: 1_024, disk: 1 },
  { id: '3', name: 'thin', vcpus: 1, ram: 256, disk: 0 },
  { id: '4', name: 'huge', vcpus: 1, ram: 100_000_000, disk: 1 },
  { id: '5', name: 'wide', vcpus: 2, ram: 1_024, disk: 20 },
];
const remnant = useRemnant({ config: { flavors: FLAVORS, quota: { ram: -1, cores: -1 } } });

const ALL: MigrationFilter = {
  statuses: null,
  host: null,
  sourceHost: null,
  kind: null,
  serverId: null,
  userId: null,
  projectId: null,
  changedSince: null,
  changedBefore: null,
};
const migration = async (id: string) =>
  (await migrationsMatching(remnant().store.read, { ...ALL, serverId: id }, null)).at(-1);
const guest = (id: string) => remnant().world.host('host-1').guests.get(asId(id));
const resize = (id: string, flavorRef: string | number, token = MEMBER) =>
  act(remnant(), id, { resize: { flavorRef } }, { token });

/** Waits until nothing is done with the server any more, and gives its row. */
const atRest = (id: string) =>
  waitFor(`${id} to be at rest`, async () => {
    const row = await remnant().row(id);
    return row.taskState === null && row;
  });

/** The action of a request as an admin sees it, its events oldest first. */
async function recorded(id: string, answer: Answer): Promise<{ action: Body; events: string[] }> {
  const path = `/v2.1/servers/${id}/os-instance-actions/${answer.headers['x-compute-request-id']}`;
  const { body } = await remnant().ask({ path, token: ADMIN, version: '2.93' });
  const action = body['instanceAction'] ?? ({} as Body);
  const events = (action['events'] ?? []) as readonly Body[];
  return { action, events: events.map((one) => `${one['event']} ${one['result']}`).toReversed() };
}

async function resized(row: Parameters<ReturnType<typeof remnant>['addServer']>[0] = {}): Promise<string> {
  const { id } = await remnant().addServer(row, 'hangs');
  expect((await resize(id, '2')).status).toBe(202);
  await waitFor('it to be resized', async () => (await remnant().row(id)).vmState === 'resized');
  return id;
}

test('a server has its new size, shows the old one as its past, and goes back to either', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  remnant().clock.freeze();
  const answer = await resize(id, '2');
  expect([answer.status, answer.body]).toEqual([202, '']);
  expect(await remnant().row(id)).toMatchObject({ taskState: 'resize_prep', vmState: 'active', flavor: { id: '1' } });
  const shown = await remnant().ask({ path: `/v2.1/servers/${id}`, token: MEMBER, version: '2.93' });
  expect(shown.body['server']).toMatchObject({ status: 'RESIZE' });
  remnant().clock.thaw();
  const row = await atRest(id);
  expect(row).toMatchObject({ vmState: 'resized', powerState: 1, oldVmState: 'active', oldFlavor: { id: '1' } });
  expect(row.flavor).toMatchObject({ id: '2', name: 'medium', vcpus: 2, ram: 1_024 });
  expect(row.launchedAt).toBeGreaterThan(row.createdAt + 60_000);
  expect(guest(id)?.spec).toMatchObject({ vcpus: 2, memoryMb: 1_024 });
  expect(await migration(id)).toMatchObject({
    kind: 'resize',
    status: 'finished',
    sourceHost: 'host-1',
    destHost: 'host-1',
  });
  const { action, events } = await recorded(id, answer);
  expect(action).toMatchObject({ action: 'resize', message: null });
  expect(events).toEqual([
    'conductor_migrate_server Success',
    'cold_migrate Success',
    'compute_prep_resize Success',
    'compute_resize_instance Success',
    'compute_finish_resize Success',
  ]);

  const back = await act(remnant(), id, { revertResize: null });
  expect([back.status, back.body]).toEqual([202, '']);
  expect(await atRest(id)).toMatchObject({ vmState: 'active', powerState: 1, oldFlavor: null, flavor: { id: '1' } });
  expect(guest(id)?.spec).toMatchObject({ vcpus: 1, memoryMb: 512 });
  expect(guest(id)?.powerState).toBe(1);
  expect((await migration(id))?.status).toBe('reverted');
  expect((await recorded(id, back)).events).toEqual([
    'compute_revert_resize Success',
    'compute_finish_revert_resize Success',
  ]);
});

test('confirmed, it keeps the new size, and nothing is asked of its host', async () => {
  const id = await resized();
  const before = (await commandsOf(remnant().store.read, asId(id))).length;
  const answer = await act(remnant(), id, { confirmResize: null });
  expect([answer.status, answer.body]).toEqual([204, '']);
  expect(await remnant().row(id)).toMatchObject({
    vmState: 'active',
    taskState: null,
    flavor: { id: '2' },
    oldFlavor: null,
    oldVmState: null,
  });
  expect(await commandsOf(remnant().store.read, asId(id))).toHaveLength(before);
  expect((await migration(id))?.status).toBe('confirmed');
  expect((await recorded(id, answer)).events).toEqual(['compute_confirm_resize Success']);
  const again = await act(remnant(), id, { confirmResize: null });
  expect([again.status, again.message]).toEqual([
    409,
    `Cannot 'confirmResize' instance ${id} while it is in vm_state active`,
  ]);
});

test.each([
  ['confirmResize', 204, '2'],
  ['revertResize', 202, '1'],
] as const)('one that was off is off after %s', async (word, code, flavor) => {
  const { id } = await remnant().addServer({}, 'hangs');
  await act(remnant(), id, { 'os-stop': null });
  await waitFor('it to be off', async () => (await remnant().row(id)).vmState === 'stopped');
  expect((await resize(id, 2)).status).toBe(202);
  await waitFor('it to be resized', async () => (await remnant().row(id)).vmState === 'resized');
  expect(await remnant().row(id)).toMatchObject({ powerState: 4, oldVmState: 'stopped' });
  expect((await act(remnant(), id, { [word]: null })).status).toBe(code);
  expect(await atRest(id)).toMatchObject({ vmState: 'stopped', powerState: 4, flavor: { id: flavor } });
  expect(guest(id)?.powerState).toBe(4);
});

test.each([
  ['its own flavor', '1', 400, 'When resizing, instances must change flavor!'],
  ['a flavor that is not there', 'no', 400, 'Flavor no could not be found.'],
  [
    'a flavor without a disk',
    '3',
    400,
    'Server disk was unable to be resized because: Resize to zero disk flavor is not allowed.',
  ],
])('%s is refused, and nothing changes', async (_, flavorRef, status, message) => {
  const { id } = await remnant().addServer({}, 'hangs');
  const before = await remnant().row(id);
  const answer = await resize(id, flavorRef);
  expect([answer.status, answer.message]).toEqual([status, message]);
  expect(await remnant().row(id)).toEqual(before);
  expect(await migration(id)).toBeUndefined();
});

test('a flavor that was not given to who asks is none for them; an admin may choose any', async () => {
  const flavor = { id: 'secret', name: 'secret', vcpus: 1, ram: 512, disk: 1, 'os-flavor-access:is_public': false };
  const made = { method: 'POST', path: '/v2.1/flavors', token: ADMIN, version: '2.93', body: { flavor } } as const;
  expect((await remnant().ask(made)).status).toBe(200);
  const { id } = await remnant().addServer({}, 'hangs');
  const before = await remnant().row(id);
  const answer = await resize(id, 'secret');
  expect([answer.status, answer.message]).toEqual([400, 'Flavor secret could not be found.']);
  expect(await remnant().row(id)).toEqual(before);
  expect((await resize(id, 'secret', ADMIN)).status).toBe(202);
  await atRest(id);
  const body = { addTenantAccess: { tenant: 'a1a1a1a1' } };
  await remnant().ask({ ...made, path: '/v2.1/flavors/secret/action', body });
  const given = await remnant().addServer({}, 'hangs');
  expect((await resize(given.id, 'secret')).status).toBe(202);
  await atRest(given.id);
});

test('a disk does not shrink', async () => {
  const wide = { ...SMALL, id: '5', name: 'wide', disk: 20, ephemeral: 0, swap: 0, extraSpecs: {} };
  const { id } = await remnant().addServer({ flavor: wide }, 'hangs');
  const answer = await resize(id, '2');
  expect([answer.status, answer.message]).toEqual([400, 'Resize error: Unable to resize disk down.']);
});

test('a size that the quota has no room for is refused, and what is taken of it is what the size adds', async () => {
  const limits = (quota_set: object) =>
    remnant().ask({
      method: 'PUT',
      path: '/v2.1/os-quota-sets/p-full',
      token: ADMIN,
      version: '2.93',
      body: { quota_set },
    });
  const { id } = await remnant().addServer({ projectId: asId('p-full') }, 'hangs');
  const refused = async () => {
    const { status, message } = await resize(id, '2', ADMIN);
    return [status, message];
  };
  expect((await limits({ cores: 1, ram: 2_000 })).status).toBe(200);
  expect(await refused()).toEqual([403, 'Quota exceeded for cores: Requested 1, but already used 1 of 1 cores']);
  expect((await limits({ cores: 2, ram: 1_000 })).status).toBe(200);
  expect(await refused()).toEqual([403, 'Quota exceeded for ram: Requested 512, but already used 512 of 1000 ram']);
  expect(await remnant().row(id)).toMatchObject({ vmState: 'active', taskState: null, flavor: { id: '1' } });
  expect(await migration(id)).toBeUndefined();
  expect((await limits({ cores: 2, ram: 1_024 })).status).toBe(200);
  expect((await resize(id, '2', ADMIN)).status).toBe(202);
  await atRest(id);
});

test('one that finds no room is accepted, stays what it was, and its action says why', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const answer = await resize(id, '4');
  expect(answer.status).toBe(202);
  expect(await remnant().row(id)).toMatchObject({ vmState: 'active', taskState: null, flavor: { id: '1' } });
  const { action, events } = await recorded(id, answer);
  expect(action['message']).toBe('Error');
  expect(events).toEqual(['conductor_migrate_server Error', 'cold_migrate Error']);
  expect(action['events']?.[0]?.['details']).toBe('No valid host was found. No valid host found for resize');
  expect(await migration(id)).toMatchObject({ status: 'error', destHost: null });
});

test('a host that fails leaves it what it was; one that does not say how it ended leaves an ERROR that says so', async () => {
  const { id } = await remnant().addServer({ metadata: { sim_fails: 'resize' } }, 'hangs');
  const answer = await resize(id, '2');
  await atRest(id);
  expect(await remnant().row(id)).toMatchObject({ vmState: 'active', flavor: { id: '1' }, oldFlavor: null });
  expect((await recorded(id, answer)).events.at(-1)).toBe('compute_resize_instance Error');
  expect((await migration(id))?.status).toBe('error');
  expect((await remnant().row(id)).fault?.code).toBe(500);
});

test("another project's server is not there, a locked one stays, and a server that was never resized cannot be confirmed", async () => {
  const { id } = await remnant().addServer({ lockedBy: 'admin' }, 'hangs');
  expect((await resize(id, '2', STRANGER)).status).toBe(404);
  expect([(await resize(id, '2')).status, (await resize(id, '2')).message]).toEqual([409, `Instance ${id} is locked`]);
  const never = await remnant().addServer({ vmState: 'resized' }, 'hangs');
  for (const word of ['confirmResize', 'revertResize']) {
    const answer = await act(remnant(), never.id, { [word]: null });
    expect([answer.status, answer.message]).toEqual([400, 'Instance has not been resized.']);
  }
});

test('until its owner decides it takes the room of the larger size, and a server that is deleted leaves no resize open', async () => {
  const id = await resized();
  const sizes = () =>
    remnant().store.read.selectFrom('servers').select(['vcpus', 'memory_mb']).where('id', '=', id).executeTakeFirst();
  expect(await sizes()).toEqual({ vcpus: 2, memory_mb: 1_024 });
  await act(remnant(), id, { revertResize: null });
  await waitFor('it to be back', async () => (await remnant().row(id)).vmState === 'active');
  expect(await sizes()).toEqual({ vcpus: 1, memory_mb: 512 });
  const other = await resized();
  await remnant().ask({ method: 'DELETE', path: `/v2.1/servers/${other}`, token: MEMBER, version: '2.93' });
  await waitFor('it to be gone', async () => (await remnant().row(other)).deletedAt !== null);
  expect((await migration(other))?.status).toBe('confirmed');
});

test('nobody resizes, or confirms, on a host that is down', async () => {
  const there = await resized();
  const { id } = await remnant().addServer({}, 'hangs');
  const services = await remnant().ask({ path: '/v2.1/os-services?host=host-1', token: ADMIN, version: '2.53' });
  const service = services.body['services']?.[0]?.['id'];
  const force = (down: boolean) =>
    remnant().ask({
      method: 'PUT',
      path: `/v2.1/os-services/${service}`,
      token: ADMIN,
      version: '2.53',
      body: { forced_down: down },
    });
  expect((await force(true)).status).toBe(200);
  for (const answer of [await resize(id, '2'), await act(remnant(), there, { confirmResize: null })]) {
    expect([answer.status, answer.message]).toEqual([409, 'Service is unavailable at this time.']);
  }
  expect((await force(false)).status).toBe(200);
});
