// Start, stop, pause, unpause, lock, unlock, delete: through to the simulated host and back into the row.

import { expect, test } from 'vitest';
import { commandsOf } from '../../src/db/commands.ts';
import { insertAction } from '../../src/db/instance-actions.ts';
import { queueCommand } from '../../src/dispatch/queue-command.ts';
import type { PlantedGuest } from '../../src/drivers/sim/sim-world.ts';
import type { HostName, RequestId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import { BOUNDS } from '../harness/command-bench.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { ADMIN, act, endedAction, eventOf, MEMBER, STRANGER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const HOSTS = ['host-1', 'host-2'];
const remnant = useRemnant({ hosts: HOSTS, config: { liveness: { beat: 1, unknown_after: 3 } } });

const guest = (id: string, host = 'host-1') => remnant().world.host(host).guests.get(asId(id));
const remove = (id: string, token = MEMBER) =>
  remnant().ask({ method: 'DELETE', path: `/v2.1/servers/${id}`, token, version: '2.93' });

const STEPS = [
  { action: 'os-stop', word: 'stop', event: 'compute_stop_instance', during: 'powering-off', vm: 'stopped', power: 4 },
  { action: 'os-start', word: 'start', event: 'compute_start_instance', during: 'powering-on', vm: 'active', power: 1 },
  { action: 'pause', word: 'pause', event: 'compute_pause_instance', during: 'pausing', vm: 'paused', power: 3 },
  {
    action: 'unpause',
    word: 'unpause',
    event: 'compute_unpause_instance',
    during: 'unpausing',
    vm: 'active',
    power: 1,
  },
];

test('stop, start, pause, unpause', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  for (const { action, word, event, during, vm, power } of STEPS) {
    remnant().clock.freeze();
    const answer = await act(remnant(), id, { [action]: null });
    expect([answer.status, answer.body]).toEqual([202, '']);
    expect([during, null]).toContain((await remnant().row(id)).taskState);
    remnant().clock.thaw();
    const recorded = await endedAction(remnant(), id, answer);
    expect(recorded).toMatchObject({ action: word, message: null });
    expect(eventOf(recorded)).toMatchObject({ event, result: 'Success', host: 'host-1' });
    expect(await remnant().row(id)).toMatchObject({ vmState: vm, taskState: null, powerState: power });
    expect(guest(id)?.powerState).toBe(power);
    const again = await act(remnant(), id, { [action]: null });
    expect([again.status, again.message]).toEqual([
      409,
      `Cannot '${word}' instance ${id} while it is in vm_state ${vm}`,
    ]);
  }
});

test('what a host cannot do leaves the server as it was, with the reason', async () => {
  const { id } = await remnant().addServer({ vmState: 'stopped', powerState: 4 });
  const action = await endedAction(remnant(), id, await act(remnant(), id, { 'os-start': null }));
  expect(action['message']).toBe('Error');
  expect(eventOf(action)['details']).toBe(`Instance ${id} could not be found.`);
  expect(await remnant().row(id)).toMatchObject({ vmState: 'stopped', taskState: null });
});

test('a guest that goes off by itself is stopped', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const there = guest(id);
  if (there === undefined) throw new Error('the guest is not there');
  remnant().world.host('host-1').cutPower(there);
  await waitFor('the row to say so', async () => (await remnant().row(id)).vmState === 'stopped');
  expect(await remnant().row(id)).toMatchObject({ powerState: 4, taskState: null });
});

test('a lock keeps its owner out until it is taken off, and never an admin', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  expect((await act(remnant(), id, { lock: { locked_reason: 'held' } })).status).toBe(202);
  expect(await remnant().row(id)).toMatchObject({ lockedBy: 'owner', lockedReason: 'held' });
  for (const body of [{ 'os-stop': null }, { pause: null }, { trigger_crash_dump: null }, { inject_nmi: null }]) {
    const answer = await act(remnant(), id, body);
    expect([answer.status, answer.message]).toEqual([409, `Instance ${id} is locked`]);
  }
  expect((await remove(id)).status).toBe(409);
  expect((await act(remnant(), id, { 'os-stop': null }, { token: ADMIN })).status).toBe(202);
  await act(remnant(), id, { lock: { locked_reason: 'again' } });
  expect((await remnant().row(id)).lockedReason, 'locking again changes nothing').toBe('held');
  expect((await act(remnant(), id, { unlock: null })).status).toBe(202);
  expect(await remnant().row(id)).toMatchObject({ lockedBy: null, lockedReason: null });
});

test("an admin's lock is not its owner's to take off", async () => {
  const { id } = await remnant().addServer();
  await act(remnant(), id, { lock: null }, { token: ADMIN });
  expect((await remnant().row(id)).lockedBy).toBe('admin');
  const answer = await act(remnant(), id, { unlock: null });
  expect([answer.status, answer.message]).toEqual([
    403,
    "Policy doesn't allow os_compute_api:os-lock-server:unlock:unlock_override to be performed.",
  ]);
  expect((await act(remnant(), id, { unlock: null }, { token: ADMIN })).status).toBe(202);
});

test('a reason belongs to 2.73 and later', async () => {
  const { id } = await remnant().addServer();
  expect((await act(remnant(), id, { lock: { locked_reason: 'x' } }, { version: '2.72' })).status).toBe(202);
  expect(await remnant().row(id)).toMatchObject({ lockedBy: 'owner', lockedReason: null });
  expect((await act(remnant(), id, { lock: { locked_reason: '' } }, { version: '2.73' })).status).toBe(400);
});

test('delete removes the guest', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const answer = await remove(id);
  expect([answer.status, answer.body]).toEqual([204, '']);
  await waitFor('the row to say so', async () => (await remnant().row(id)).deletedAt !== null);
  expect(guest(id)).toBeUndefined();
  expect((await remnant().ask({ path: `/v2.1/servers/${id}`, token: MEMBER })).status).toBe(404);
  expect((await remove(id)).status).toBe(404);
  const action = await endedAction(remnant(), id, answer);
  expect(eventOf(action)).toMatchObject({ event: 'compute_terminate_instance', result: 'Success' });
  const old = await remnant().ask({ path: `/v2.1/servers/${id}/os-instance-actions`, token: MEMBER, version: '2.21' });
  expect(old.body['instanceActions']).toHaveLength(1);
  expect((await remnant().ask({ path: `/v2.1/servers/${id}/os-instance-actions`, token: MEMBER })).status).toBe(404);
});

test('delete works in every state, once, and not for strangers', async () => {
  const { id } = await remnant().addServer({ vmState: 'error', taskState: 'rebooting', host: null });
  expect((await remove(id, STRANGER)).status).toBe(404);
  expect((await remove(id, 'ann:a1a1a1a1:reader')).status).toBe(403);
  expect((await remove(id)).status).toBe(204);
  expect((await remnant().row(id)).vmState).toBe('deleted');
});

test('on a host that is down the row goes at once, the guest when the host is back', async () => {
  const host = asId<HostName>('host-2');
  const planted: PlantedGuest = { id: asId('aaaaaaaa-0000-4000-8000-00000000000d'), name: 'late' };
  const { id } = await remnant().addServer({ id: planted.id, host });
  remnant().world.plantGuest('host-2', planted);
  const services = (body: object) =>
    remnant().ask({
      method: 'PUT',
      path: `/v2.1/os-services/${remnant().hosts.find(host)?.service?.id}`,
      token: ADMIN,
      version: '2.53',
      body,
    });
  await services({ forced_down: true });
  const answer = await remove(id);
  expect(answer.status).toBe(204);
  expect((await remnant().row(id)).deletedAt).not.toBeNull();
  expect(guest(id, 'host-2')).toBeDefined();
  // A host that comes back presents itself, and is told then.
  remnant().world.host('host-2').disconnect('gone');
  await services({ forced_down: false });
  remnant().world.host('host-2').reconnect();
  await waitFor('the guest to be removed', () => guest(id, 'host-2') === undefined);
});

test('a guest made after its server was deleted is removed', async () => {
  const { clock, store, dispatcher } = remnant();
  const at = clock.wall();
  const server = await remnant().addServer({ vmState: 'deleted', deletedAt: at, instanceName: 'instance-late' });
  const { id, projectId, userId } = server;
  const spec = { id, name: 'instance-late', displayName: 'late', projectId, vcpus: 1, memoryMb: 64 };
  const queued = await store.transaction(async (tx) => {
    const requestId = asId<RequestId>('req-late');
    const action = { serverId: id, requestId, action: 'delete', userId, projectId, startTime: at };
    return queueCommand(tx, clock, BOUNDS, {
      server: id,
      host: asId('host-1'),
      order: { kind: 'create', spec: { ...spec, image: asId(IMAGE), boot: {}, metadata: {} } },
      actionSeq: await insertAction(tx, action),
      event: 'compute__do_build_and_run_instance',
    });
  });
  await dispatcher.ring(queued);
  const commands = () => commandsOf(store.read, id);
  await waitFor('the guest to be made and removed', async () => {
    const orders = await commands();
    return orders.length === 2 && orders.every((one) => one.outcome?.result === 'success');
  });
  expect((await commands()).map((one) => one.order.kind)).toEqual(['create', 'destroy']);
  expect(guest(id)).toBeUndefined();
});
