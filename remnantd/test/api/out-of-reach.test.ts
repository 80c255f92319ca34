// A host whose agent is heard and cannot reach what it speaks for, an Ironic that is away: one word for it everywhere, nothing
// that an operator would have to undo, and commands that get through and say what is wrong.

import { beforeEach, expect, test } from 'vitest';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Body } from '../harness/http-client.ts';
import { NodeBench, nodeOf } from '../harness/node-bench.ts';
import { ADMIN, act, endedAction, eventOf } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const HOST = asId<HostName>('host-1');
const NODE = 'aaaaaaaa-0000-4000-8000-0000000000a1';
const WHY = 'Ironic does not answer: connect ECONNREFUSED 127.0.0.1:6385';
const bench = new NodeBench([nodeOf(NODE)]);
const remnant = useRemnant({ driver: (driver) => bench.wrap(driver) });

const statusIs = (status: string) => waitFor(`host_status ${status}`, () => remnant().hosts.status(HOST) === status);

async function get(path: string, version = '2.93'): Promise<Body> {
  const { status, body } = await remnant().ask({ path, token: ADMIN, version });
  expect(status).toBe(200);
  return body;
}

const shown = async (server: string) => {
  const services = await get('/v2.1/os-services');
  const { state, status, disabled_reason: reason, forced_down: forced } = services['services']?.[0] ?? ({} as Body);
  const health = (await get('/remnant/v1/hosts/host-1'))['host'] ?? ({} as Body);
  return {
    service: [state, status, reason, forced],
    health: [health['status'], health['state'], health['cause']],
    server: (await get(`/v2.1/servers/${server}`))['server']?.['host_status'],
    hypervisor: (await get(`/v2.1/os-hypervisors/${NODE}`))['hypervisor']?.['state'],
  };
};

const UP = {
  service: ['up', 'enabled', null, false],
  health: ['UP', 'up', 'heard'],
  server: 'UP',
  hypervisor: 'up',
};
const AWAY = {
  service: ['down', 'enabled', null, false],
  health: ['UNKNOWN', 'down', 'out-of-reach'],
  server: 'UNKNOWN',
  hypervisor: 'down',
};

async function mark(body: object): Promise<void> {
  const path = `/v2.1/os-services/${remnant().hosts.find(HOST)?.service?.id ?? ''}`;
  const { status } = await remnant().ask({ method: 'PUT', path, token: ADMIN, version: '2.53', body });
  expect(status).toBe(200);
}

beforeEach(async () => {
  remnant().world.host('host-1').reconnect();
  await statusIs('UP');
});

test('it is UNKNOWN in every place, and enabled; UP at once when it is back', async () => {
  const { id } = await remnant().addServer({ node: NODE });
  expect(await shown(id)).toEqual(UP);
  remnant().world.host('host-1').disconnect(WHY);
  await statusIs('UNKNOWN');
  expect(await shown(id)).toEqual(AWAY);
  const { host } = await get('/remnant/v1/hosts/host-1');
  expect(host).toMatchObject({ connection: { up: false, reason: WHY }, disabled: false, node_counts: { total: 1 } });
  expect(host?.['detail']).toMatch(/^its agent is heard, and cannot reach what it speaks for: .*; last heard /);
  const listed = await get('/remnant/v1/hosts?status=UNKNOWN');
  expect(listed['hosts']?.map(({ name }) => name)).toEqual(['host-1']);
  remnant().clock.freeze();
  remnant().world.host('host-1').reconnect();
  // Nothing but its own word brings it back: no time passes.
  await statusIs('UP');
  remnant().clock.thaw();
  expect(await shown(id)).toEqual(UP);
});

test('what became of it is kept, with the reason', async () => {
  remnant().world.host('host-1').disconnect(WHY);
  await statusIs('UNKNOWN');
  const newest = await waitFor('the transition to be stored', async () => {
    const { transitions } = await get('/remnant/v1/hosts/host-1/transitions?order=desc&limit=1');
    const [last] = transitions ?? [];
    return last?.['to'] === ('UNKNOWN' as unknown) && last;
  });
  expect(newest).toMatchObject({ from: 'UP', to: 'UNKNOWN', cause: 'out-of-reach', evidence: { hypervisor: WHY } });
});

test('an operator goes before it, and what he did stays when it is over', async () => {
  const { id } = await remnant().addServer();
  await mark({ status: 'disabled', disabled_reason: 'new disks' });
  remnant().world.host('host-1').disconnect(WHY);
  await waitFor('it to be told', () => remnant().hosts.find(HOST)?.connection?.up === false);
  expect(await shown(id)).toMatchObject({
    service: ['down', 'disabled', 'new disks', false],
    health: ['MAINTENANCE', 'down', 'disabled'],
  });
  await mark({ forced_down: true });
  expect((await shown(id)).health).toEqual(['DOWN', 'down', 'forced-down']);
  await mark({ forced_down: false });
  remnant().world.host('host-1').reconnect();
  await waitFor('it to be told', () => remnant().hosts.find(HOST)?.connection?.up === true);
  expect((await shown(id)).service).toEqual(['up', 'disabled', 'new disks', false]);
  await mark({ status: 'enabled' });
});

test('a command reaches it, and ends with what its driver says', async () => {
  const { id } = await remnant().addServer({ node: NODE }, 'ignores');
  remnant().world.host('host-1').disconnect(WHY);
  await statusIs('UNKNOWN');
  const nmi = await act(remnant(), id, { inject_nmi: null });
  expect([nmi.status, nmi.message]).toEqual([400, expect.stringContaining(WHY)]);
  const stop = await act(remnant(), id, { 'os-stop': null });
  expect(stop.status).toBe(202);
  expect(eventOf(await endedAction(remnant(), id, stop))['result']).toBe('Error');
  expect(await remnant().row(id)).toMatchObject({ taskState: null, vmState: 'active' });
});

test('it counts as UNKNOWN in the metrics', async () => {
  remnant().world.host('host-1').disconnect(WHY);
  await statusIs('UNKNOWN');
  const { body } = await remnant().ask({ path: '/metrics' });
  expect(body).toContain('remnant_hosts{status="UNKNOWN"} 1\n');
  expect(body).toContain('remnant_hosts{status="MAINTENANCE"} 0\n');
});
