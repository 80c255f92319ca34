// Several API processes and one truth about hosts: they agree on os-services and host_status, a force-down is everywhere at
// once, with the bus or without it, and none of them takes its own trouble for a host's death.

import { expect, onTestFinished, test } from 'vitest';
import { auditPage } from '../../src/db/audit.ts';
import { transitionsSince } from '../../src/db/host-transitions.ts';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { TestApi } from '../harness/cloud-api.ts';
import type { Body } from '../harness/http-client.ts';
import { NodeBench, nodeOf } from '../harness/node-bench.ts';
import type { CloudOptions, TestCloud } from '../harness/open-cloud.ts';
import { openCloud } from '../harness/open-cloud.ts';
import { ADMIN, MEMBER } from '../harness/records.ts';
import { waitFor } from '../harness/wait-for.ts';

const H = asId<HostName>('host-1');

async function opened(options: CloudOptions = {}): Promise<TestCloud> {
  const cloud = await openCloud(options);
  onTestFinished(async () => {
    await cloud.close();
    // An agent whose question was lost with a bus that was cut asks again.
    expect(cloud.errors.filter((error) => !/^host-\d: .*BusFault/.test(error))).toEqual([]);
  });
  return cloud;
}

async function service(api: TestApi): Promise<Body> {
  const { body } = await api.ask({ path: '/v2.1/os-services?host=host-1', token: ADMIN, version: '2.53' });
  return body['services']?.[0] ?? ({} as Body);
}

async function change(api: TestApi, body: object): Promise<void> {
  const path = `/v2.1/os-services/${(await service(api))['id']}`;
  const answer = await api.ask({ method: 'PUT', path, token: ADMIN, version: '2.53', body });
  expect(answer.status).toBe(200);
}

async function hostStatus(api: TestApi, server: string): Promise<unknown> {
  const { body } = await api.ask({ path: `/v2.1/servers/${server}`, token: ADMIN, version: '2.16' });
  return body['server']?.['host_status'];
}

const cause = (api: TestApi) => `${api.hosts.status(H)} ${api.hosts.find(H)?.cause}`;
const transitions = async (cloud: TestCloud) =>
  (await transitionsSince(cloud.store.read, { since: 0, limit: 1_000 }))
    .filter(({ host }) => host === H)
    .map(({ n, to, cause: why }) => `${n} ${to} ${why}`);

test('every process says the same of a host, and knows what its agent told one of them', async () => {
  const cloud = await opened({ apis: 3 });
  const { id } = await cloud.addServer({}, 'hangs');
  const all = cloud.apis;
  const offered = all.map((api) => api.hosts.find(H)?.offered);
  expect(offered.map((one) => one?.driver)).toEqual(['sim', 'sim', 'sim']);
  expect(new Set(all.map((api) => JSON.stringify(api.hosts.find(H)?.calls))).size).toBe(1);
  for (const api of all) {
    expect([(await service(api))['state'], await hostStatus(api, id)]).toEqual(['up', 'UP']);
    const nmi = { inject_nmi: null };
    const answer = await api.ask({ method: 'POST', path: `/v2.1/servers/${id}/action`, token: MEMBER, body: nmi });
    expect(answer.status, 'what an agent speaks is known to a process that it never spoke to').not.toBe(400);
  }
  const heardAt = () => all.map((api) => api.hosts.find(H)?.lastBeatAt ?? 0);
  await waitFor('each to have the same beat', () => Math.max(...heardAt()) - Math.min(...heardAt()) < 100);
});

test('every process knows the nodes of a host, and that it is out of reach: one transition for all', async () => {
  const node = 'aaaaaaaa-0000-4000-8000-0000000000a1';
  const bench = new NodeBench([nodeOf(node)]);
  const cloud = await opened({ hosts: ['host-1'], apis: 2, driver: (driver) => bench.wrap(driver) });
  const maintenanceIn = async (api: TestApi) => {
    const { body } = await api.ask({ path: '/remnant/v1/hosts/host-1', token: ADMIN });
    return (body['host']?.['nodes'] as unknown as Body[] | undefined)?.map((one) => one['maintenance_reason']);
  };
  for (const api of cloud.apis) expect(await maintenanceIn(api)).toEqual([null]);
  bench.put([nodeOf(node, { maintenance: 'new disks' })]);
  for (const api of cloud.apis) {
    await waitFor('the news', async () => String(await maintenanceIn(api)) === 'new disks');
    const { body } = await api.ask({ path: `/v2.1/os-hypervisors/${node}`, token: ADMIN, version: '2.53' });
    expect(body['hypervisor']).toMatchObject({ id: node, state: 'up', vcpus_used: 8 });
  }
  cloud.world.host('host-1').disconnect('Ironic is away');
  for (const api of cloud.apis) {
    await waitFor('it to be out of reach', () => cause(api) === 'UNKNOWN out-of-reach');
    expect((await service(api))['state']).toBe('down');
  }
  await waitFor('the transition to be stored', async () => (await transitions(cloud)).length > 1);
  cloud.world.host('host-1').reconnect();
  for (const api of cloud.apis) await waitFor('it to be back', () => cause(api) === 'UP heard');
  await waitFor('that to be stored', async () => (await transitions(cloud)).length > 2);
  expect(await transitions(cloud)).toEqual(['1 UP heard', '2 UNKNOWN out-of-reach', '3 UP heard']);
});

test('a host whose agent is killed is UNKNOWN on each, by its own clock; the transition is stored once', async () => {
  const cloud = await opened();
  await cloud.agent('host-1').kill();
  cloud.advance(2_500);
  expect(cloud.apis.map(cause)).toEqual(['UP heard', 'UP heard']);
  cloud.advance(700);
  await waitFor('each to have judged', () => cloud.apis.every((api) => cause(api) === 'UNKNOWN silent'));
  for (const api of cloud.apis) expect((await service(api))['state']).toBe('down');
  await waitFor('it to be stored', async () => (await transitions(cloud)).length >= 2);
  await cloud.agent('host-1').start();
  await waitFor('each to hear it', () => cloud.apis.every((api) => cause(api) === 'UP heard'));
  await waitFor('it to be stored', async () => (await transitions(cloud)).length >= 3);
  expect(await transitions(cloud)).toEqual(['1 UP heard', '2 UNKNOWN silent', '3 UP heard']);
});

test('an agent that stops properly says so, and nobody waits for it', async () => {
  const cloud = await opened();
  await cloud.agent('host-1').stop();
  await waitFor('each to hear it', () => cloud.apis.every((api) => cause(api) === 'UNKNOWN stopped'));
});

test('a force-down made on one shows on the other at once, and ends what another process accepted', async () => {
  const cloud = await opened();
  const [one, other] = [cloud.api(0), cloud.api(1)];
  const { id } = await cloud.addServer();
  await cloud.agent('host-1').kill();
  const path = `/v2.1/servers/${id}/action`;
  const body = { 'os-stop': null };
  expect((await other.ask({ method: 'POST', path, token: MEMBER, body })).status).toBe(202);
  const changed = change(one, { forced_down: true });
  // From the moment that it shows anywhere, before it is answered.
  await waitFor('the one to know', () => one.hosts.status(H) === 'DOWN', 10_000, 1);
  const began = performance.now();
  await waitFor('the other to know', () => other.hosts.status(H) === 'DOWN', 10_000, 1);
  expect(performance.now() - began).toBeLessThan(100);
  await changed;
  expect([await hostStatus(other, id), (await service(other))['state']]).toEqual(['DOWN', 'down']);
  const { body: actions } = await other.ask({ path: `/v2.1/servers/${id}/os-instance-actions`, token: ADMIN });
  expect(actions['instanceActions']?.[0]?.['message']).toBe('Error');
  await change(other, { forced_down: false });
  await waitFor('the first to know', () => one.hosts.status(H) !== 'DOWN');
});

test('without the bus a force-down shows within the second, and so does a service that is gone', async () => {
  const cloud = await opened();
  const [one, other] = [cloud.api(0), cloud.api(1)];
  other.bus.cut();
  await change(one, { forced_down: true });
  expect(other.hosts.status(H)).toBe('UP');
  other.clock.advance(1_000);
  await waitFor('the other to have read it', () => cause(other) === 'DOWN forced-down');
  const path = `/v2.1/os-services/${(await service(one))['id']}`;
  expect((await one.ask({ method: 'DELETE', path, token: ADMIN, version: '2.53' })).status).toBe(204);
  other.clock.advance(1_000);
  await waitFor('the other to have read that too', () => other.hosts.status(H) === '');
});

test('a process that lost the bus says so, and takes no host for dead', async () => {
  const cloud = await opened();
  const [one, other] = [cloud.api(0), cloud.api(1)];
  one.bus.cut('connection refused');
  const ready = await one.readiness();
  expect([ready.ready, ready.checks.find(({ name }) => name === 'bus')]).toEqual([
    true,
    { name: 'bus', state: 'warning', reason: 'the bus cannot be reached' },
  ]);
  expect((await other.readiness()).ready).toBe(true);
  one.clock.advance(3_500);
  await waitFor('it to know nothing any more', () => cause(one) === 'UNKNOWN bus-lost');
  expect(cause(other)).toBe('UP heard');
  one.bus.mend();
  one.clock.advance(1_000);
  expect(cause(one)).not.toContain('silent');
  await waitFor('it to hear again', () => cause(one) === 'UP heard');
  expect(await transitions(cloud)).toEqual(['1 UP heard']);
});

test('a lost hypervisor disables its service once, however many processes hear of it', async () => {
  const cloud = await opened({ apis: 3 });
  cloud.world.host('host-1').disconnect('gone');
  await waitFor('each to know', () => cloud.apis.every((api) => cause(api) === 'MAINTENANCE hypervisor-lost'));
  cloud.world.host('host-1').reconnect();
  await waitFor('each to know', () => cloud.apis.every((api) => cause(api) === 'UP heard'));
  const audit = await auditPage(cloud.store.read, { before: null, limit: 100, requestId: null, target: null });
  expect(audit.filter(({ operation }) => operation === 'service.auto')).toHaveLength(2);
});

test('a process that starts later learns how hosts are from the rows and their beats', async () => {
  const cloud = await opened({ apis: 1 });
  await change(cloud.api(0), { forced_down: true });
  const late = await cloud.addApi();
  expect(cause(late)).toBe('DOWN forced-down');
  expect(late.hosts.find(asId<HostName>('host-2'))).toMatchObject({ status: 'UNKNOWN', cause: 'not-heard-yet' });
  await waitFor('it to hear the other', () => late.hosts.status(asId<HostName>('host-2')) === 'UP');
});
