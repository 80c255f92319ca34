// os-services: what an operator does to a host, what the host does to itself, and what becomes of its commands.

import { expect, test } from 'vitest';
import { openCommands } from '../../src/db/commands.ts';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Body } from '../harness/http-client.ts';
import { ADMIN, act, dump, endedAction, endedDump, eventOf, MEMBER } from '../harness/records.ts';
import { addService } from '../harness/service-rows.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const remnant = useRemnant({
  hosts: ['host-1', 'host-2', 'host-3'],
  config: { commands: { deadline: 30 }, dumps: { react: 60 } },
});
const DOWN = 'the host is down';
const HOST_2 = asId<HostName>('host-2');

async function service(host: string): Promise<Body> {
  const { body } = await remnant().ask({ path: `/v2.1/os-services?host=${host}`, token: ADMIN, version: '2.53' });
  const found = body['services']?.[0];
  if (found === undefined) throw new Error(`there is no service on ${host}`);
  return found;
}

async function change(host: string, body: object): Promise<Body> {
  const path = `/v2.1/os-services/${(await service(host))['id']}`;
  const answer = await remnant().ask({ method: 'PUT', path, token: ADMIN, version: '2.53', body });
  expect(answer.status).toBe(200);
  return answer.body['service'] ?? ({} as Body);
}

test('a host that presented itself has its service', async () => {
  expect(await service('host-1')).toMatchObject({
    binary: 'nova-compute',
    host: 'host-1',
    zone: 'nova',
    status: 'enabled',
    state: 'up',
    disabled_reason: null,
    forced_down: false,
  });
});

test('forced down: the commands it has not taken fail at once, with the reason', async () => {
  // Nobody answers for this host, so that its commands stay in the queue.
  const lonely = asId<HostName>('lonely');
  await addService(remnant().store, { id: 'aaaaaaaa-0000-4000-8000-000000000001', host: lonely });
  const { id } = await remnant().addServer({ host: lonely });
  const other = await remnant().addServer({ host: lonely });
  const answers = [await dump(remnant(), id), await act(remnant(), other.id, { 'os-stop': null })];
  expect(answers.map((answer) => answer.status)).toEqual([202, 202]);
  expect(await openCommands(remnant().store.read, lonely)).toHaveLength(2);
  await change('lonely', { forced_down: true });
  expect(await openCommands(remnant().store.read, lonely)).toEqual([]);
  for (const [i, server] of [id, other.id].entries()) {
    const action = await endedAction(remnant(), server, answers[i] as (typeof answers)[number]);
    expect([action['message'], eventOf(action)['details']]).toEqual(['Error', DOWN]);
  }
  expect(await endedDump(remnant(), id)).toMatchObject({ verdict: 'not_sent', reason: DOWN });
  expect((await remnant().row(other.id)).taskState).toBeNull();
});

test('forced down: a crash dump is accepted, ends in Error at once, and reaches nobody', async () => {
  const { id } = await remnant().addServer({ host: HOST_2 }, 'hangs');
  expect(await change('host-2', { forced_down: true })).toMatchObject({ forced_down: true, state: 'down' });
  const answer = await dump(remnant(), id);
  expect(answer.status).toBe(202);
  const path = `/v2.1/servers/${id}/os-instance-actions/${answer.headers['x-compute-request-id']}`;
  const { body } = await remnant().ask({ path, token: ADMIN, version: '2.93' });
  expect(body['instanceAction']).toMatchObject({ message: 'Error', events: [{ result: 'Error', details: DOWN }] });
  expect(
    remnant()
      .world.nmis()
      .filter((nmi) => nmi.guest === id),
  ).toEqual([]);
  await change('host-2', { forced_down: false });
  expect((await dump(remnant(), id)).status).toBe(202);
});

test('a lost hypervisor disables its service, and enables it when it is back', async () => {
  const host = remnant().world.host('host-3');
  host.disconnect('Cannot recv data: Connection reset by peer');
  const lost = await waitFor('the service to be disabled', async () => {
    const now = await service('host-3');
    return now['status'] === 'disabled' && now;
  });
  expect(lost['disabled_reason']).toBe('AUTO: Cannot recv data: Connection reset by peer');
  expect(lost['state'], 'its agent is still heard').toBe('up');
  host.reconnect();
  const back = await waitFor('the service to be enabled', async () => {
    const now = await service('host-3');
    return now['status'] === 'enabled' && now;
  });
  expect(back['disabled_reason']).toBeNull();
});

test("an admin's own disable is left alone", async () => {
  const host = remnant().world.host('host-3');
  await change('host-3', { status: 'disabled', disabled_reason: 'new disks' });
  host.disconnect('gone');
  const lost = () => remnant().hosts.find(asId('host-3'))?.connection?.up === false;
  await waitFor('the loss to be told', lost);
  expect((await service('host-3'))['disabled_reason']).toBe('new disks');
  host.reconnect();
  await waitFor('the return to be told', () => !lost());
  expect(await service('host-3')).toMatchObject({ status: 'disabled', disabled_reason: 'new disks' });
  expect(await change('host-3', { status: 'enabled' })).toMatchObject({ status: 'enabled', disabled_reason: null });
});

test('a disabled host gets no new servers, and its own are served', async () => {
  for (const host of ['host-1', 'host-2', 'host-3']) await change(host, { status: 'disabled' });
  const { id } = await remnant().addServer({}, 'hangs');
  expect((await endedAction(remnant(), id, await dump(remnant(), id)))['message']).toBeNull();
  const body = { server: { name: 'new', flavorRef: '1', imageRef: '70a599e0-31e7-49b7-b260-868f441e862b' } };
  const made = await remnant().ask({ method: 'POST', path: '/v2.1/servers', token: MEMBER, body });
  const row = await remnant().row(made.body['server']?.['id'] ?? '');
  expect([row.vmState, row.host]).toEqual(['error', null]);
  for (const host of ['host-1', 'host-2', 'host-3']) await change(host, { status: 'enabled' });
});

test('members may neither list nor change them', async () => {
  const list = await remnant().ask({ path: '/v2.1/os-services', token: MEMBER });
  expect(list.status).toBe(403);
  const path = `/v2.1/os-services/${(await service('host-1'))['id']}`;
  const body = { forced_down: true };
  expect((await remnant().ask({ method: 'PUT', path, token: MEMBER, version: '2.53', body })).status).toBe(403);
  expect((await service('host-1'))['forced_down']).toBe(false);
});
