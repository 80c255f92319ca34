// What the orders of a server's life leave behind when they fail: the state Nova leaves, a fault, and an action that says so.
// One that never got as far as the hypervisor leaves the server what it was.

import { expect, test } from 'vitest';
import { openCommands } from '../../src/db/commands.ts';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { VmState } from '../../src/model/server-states.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import { begunSuspends } from '../harness/begun-suspends.ts';
import { ADMIN, act, endedAction, eventOf, MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const suspending = begunSuspends();
const remnant = useRemnant({
  hosts: ['host-1', 'host-2', 'unable'],
  driver: (driver, host) => {
    if (host !== 'unable') return suspending.watch(driver);
    const { suspend: _, reboot: __, rescue: ___, ...without } = driver;
    return without;
  },
});

type Action = 'suspend' | 'resume' | 'rescue' | 'unrescue' | 'soft reboot' | 'hard reboot';
const ACTIONS: readonly Action[] = ['suspend', 'resume', 'rescue', 'unrescue', 'soft reboot', 'hard reboot'];
const bodyOf = (action: Action) =>
  action.endsWith('reboot') ? { reboot: { type: action.split(' ')[0]?.toUpperCase() } } : { [action]: null };
const FROM: Readonly<Record<Action, VmState>> = {
  suspend: 'active',
  resume: 'suspended',
  rescue: 'active',
  unrescue: 'rescued',
  'soft reboot': 'active',
  'hard reboot': 'paused',
};

// nova/compute/manager.py: what a failure of the driver leads to.
test.each<[Action, VmState]>([
  ['suspend', 'error'],
  ['resume', 'error'],
  ['rescue', 'error'],
  ['unrescue', 'error'],
])('%s that fails on the host: %s, with the fault', async (action, ends) => {
  const { id } = await remnant().addServer({ metadata: { sim_fails: action }, vmState: FROM[action] }, 'hangs');
  if (action === 'resume') remnant().world.host('host-1').save(guest(id));
  const answer = await act(remnant(), id, bodyOf(action));
  const recorded = await endedAction(remnant(), id, answer);
  expect(recorded['message']).toBe('Error');
  expect(eventOf(recorded)).toMatchObject({ result: 'Error', details: 'libvirtError' });
  expect(await remnant().row(id)).toMatchObject({ vmState: ends, taskState: null });
  const { body } = await remnant().ask({ path: `/v2.1/servers/${id}`, token: ADMIN, version: '2.93' });
  expect(body['server']?.['fault']).toMatchObject({
    code: 500,
    message: 'libvirtError',
    details: `internal error: the simulated guest fails '${action}'`,
  });
});

test('a reboot that fails leaves a guest that runs active, and one that does not in error', async () => {
  const { id } = await remnant().addServer({ metadata: { sim_fails: 'reboot' } }, 'hangs');
  await endedAction(remnant(), id, await act(remnant(), id, bodyOf('soft reboot')));
  expect(await remnant().row(id)).toMatchObject({ vmState: 'active', taskState: null, powerState: 1 });
  expect((await remnant().row(id)).fault).toMatchObject({ message: 'libvirtError' });
  await endedAction(remnant(), id, await act(remnant(), id, { 'os-stop': null }));
  const recorded = await endedAction(remnant(), id, await act(remnant(), id, bodyOf('hard reboot')));
  expect(eventOf(recorded)).toMatchObject({ result: 'Error' });
  expect(await remnant().row(id)).toMatchObject({ vmState: 'error', taskState: null, powerState: 4 });
});

test.each(ACTIONS)('%s where the driver cannot: the server stays what it was', async (action) => {
  const { id } = await remnant().addServer({ host: asId('unable'), vmState: FROM[action] }, 'hangs');
  const recorded = await endedAction(remnant(), id, await act(remnant(), id, bodyOf(action)));
  expect(eventOf(recorded)).toMatchObject({ result: 'Error', details: 'NotImplementedError' });
  expect(await remnant().row(id)).toMatchObject({ vmState: FROM[action], taskState: null });
  expect((await remnant().row(id)).fault).toMatchObject({ code: 500, message: 'NotImplementedError' });
});

test.each(ACTIONS)('%s that its host never took: the server stays what it was', async (action) => {
  const { id } = await remnant().addServer({ host: asId('host-2'), vmState: FROM[action] }, 'hangs');
  await forcedDown(true);
  const recorded = await endedAction(remnant(), id, await act(remnant(), id, bodyOf(action)));
  expect(eventOf(recorded)).toMatchObject({ result: 'Error', details: 'the host is down' });
  expect(await remnant().row(id)).toMatchObject({ vmState: FROM[action], taskState: null });
  await forcedDown(false);
});

test('a host that took it and never says how it ended: unknown, and in error where a failure is', async () => {
  const { id } = await remnant().addServer({ metadata: { sim_takes: 'suspend=640000' } }, 'hangs');
  const answer = await act(remnant(), id, { suspend: null });
  await suspending.on(id);
  // Its bound is that of moving memory.
  remnant().clock.advance(600_000);
  expect(await openCommands(remnant().store.read, asId('host-1'))).toHaveLength(1);
  remnant().clock.advance(31_000);
  const recorded = await endedAction(remnant(), id, answer);
  expect(eventOf(recorded)['details']).toMatch(/^unknown: /);
  expect(await remnant().row(id)).toMatchObject({ vmState: 'error', taskState: null });
  // What it says afterwards comes too late: the row shows the guest, and no other state.
  await waitFor('the guest to be off', async () => {
    remnant().clock.advance(1_000);
    return (await remnant().row(id)).powerState === 4;
  });
  expect(await remnant().row(id)).toMatchObject({ vmState: 'error', taskState: null });
});

test('a deletion that came while it was at work stays what is shown', async () => {
  const { id } = await remnant().addServer({ metadata: { sim_takes: 'suspend=10000', sim_fails: 'suspend' } }, 'hangs');
  const answer = await act(remnant(), id, { suspend: null });
  await suspending.on(id);
  expect((await act(remnant(), id, { forceDelete: null })).status).toBe(202);
  remnant().clock.advance(10_000);
  await waitFor('it to be gone', async () => (await remnant().row(id)).deletedAt !== null);
  const path = `/v2.1/servers/${id}/os-instance-actions`;
  const { body } = await remnant().ask({ path, token: MEMBER, version: '2.21' });
  const actions = body['instanceActions'] as unknown as {
    action: string;
    request_id: string;
    message: string | null;
  }[];
  expect(actions.map(({ action, message }) => [action, message])).toEqual([
    ['delete', null],
    ['suspend', 'Error'],
  ]);
  expect(actions[1]?.request_id).toBe(answer.headers['x-compute-request-id']);
});

test('a deletion that is asked for twice is done once its host is free', async () => {
  const { id } = await remnant().addServer({ metadata: { sim_takes: 'suspend=10000' } }, 'hangs');
  await act(remnant(), id, { suspend: null });
  await suspending.on(id);
  const path = `/v2.1/servers/${id}`;
  const remove = () => remnant().ask({ method: 'DELETE', path, token: MEMBER, version: '2.93' });
  expect([(await remove()).status, (await remove()).status]).toEqual([204, 204]);
  expect((await act(remnant(), id, { forceDelete: null })).status).toBe(202);
  expect(await remnant().row(id)).toMatchObject({ taskState: 'deleting', deletedAt: null, fault: null });
  remnant().clock.advance(10_000);
  await waitFor('it to be gone', async () => (await remnant().row(id)).deletedAt !== null);
  expect(remnant().world.host('host-1').guests.get(asId(id))).toBeUndefined();
});

test('a host whose agent does not know the call: 400 before anything is recorded', async () => {
  const offered = remnant().hosts.find(asId('host-1'))?.offered;
  const hello = {
    host: 'old',
    wire: 1,
    life: 'old',
    calls: ['power-on'],
    offered: JSON.parse(JSON.stringify(offered)),
  };
  await remnant().bus.request(SUBJECT.from(asId('old'), 'hello'), hello, 1_000);
  for (const action of ACTIONS) {
    const { id } = await remnant().addServer({ host: asId('old'), vmState: FROM[action] });
    const call = action.endsWith('reboot') ? 'reboot' : action;
    const answer = await act(remnant(), id, bodyOf(action));
    expect([answer.status, answer.message]).toEqual([
      400,
      `The agent of the server's host does not speak the call ${call}`,
    ]);
    expect(await remnant().row(id)).toMatchObject({ vmState: FROM[action], taskState: null });
    const path = `/v2.1/servers/${id}/os-instance-actions`;
    expect((await remnant().ask({ path, token: MEMBER })).body).toEqual({ instanceActions: [] });
  }
});

function guest(id: string) {
  const found = remnant().world.host('host-1').guests.get(asId(id));
  if (found === undefined) throw new Error(`there is no guest ${id}`);
  return found;
}

async function forcedDown(down: boolean): Promise<void> {
  const host = asId<HostName>('host-2');
  const path = `/v2.1/os-services/${remnant().hosts.find(host)?.service?.id}`;
  await remnant().ask({ method: 'PUT', path, token: ADMIN, version: '2.53', body: { forced_down: down } });
}
