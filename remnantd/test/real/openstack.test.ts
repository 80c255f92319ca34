// The whole path as a tenant walks it: the unmodified `openstack` command, Remnant, a real libvirt and a real guest that
// stalls with every CPU spinning, interrupts off.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitFor } from '../harness/wait-for.ts';
import { DemoCloud } from './demo-cloud.ts';

let cloud: DemoCloud;
beforeAll(async () => {
  cloud = await DemoCloud.up(null, { PLAIN_OPTIONS: 'kd.stall=hard kd.after=1' });
});
afterAll(async () => {
  await cloud.close();
});

interface ServerFacts {
  readonly id: string;
  readonly status: string;
  readonly host_status?: string;
}
type Event = Readonly<Record<string, unknown>>;

const console = () => cloud.openstack('demo', '2.1', 'console', 'log', 'show', 'vm1');

it('creates a server that runs', async () => {
  const words = ['server', 'create', '--image', 'plain', '--flavor', '1', '--nic', 'none', '--wait', 'vm1'];
  const server = await cloud.openstackJson<ServerFacts>('demo', '2.37', ...words);
  expect(server.status).toBe('ACTIVE');
});

it('shows host_status to an admin and to nobody else', async () => {
  const { id, ...seen } = await cloud.openstackJson<ServerFacts>('demo', '2.16', 'server', 'show', 'vm1');
  expect(seen).not.toHaveProperty('host_status');
  const words = ['server', 'show', id];
  expect((await cloud.openstackJson<ServerFacts>('admin', '2.16', ...words)).host_status).toBe('UP');
});

it('turns the stalled guest into a panic', async () => {
  await waitFor('the guest to stall', async () => (await console()).includes('every CPU now spins'), 60_000);
  expect(await console()).not.toContain('Kernel panic');
  await cloud.openstack('demo', '2.17', 'server', 'dump', 'create', 'vm1');
  await waitFor('the panic on the console', async () => (await console()).includes('Kernel panic'), 60_000);
  expect(await console()).toContain('Kernel panic - not syncing: NMI: Not continuing');
});

it('tells of it in the event list', async () => {
  const events = await cloud.openstackJson<Event[]>('demo', '2.58', 'server', 'event', 'list', 'vm1');
  expect(events.map((event) => event['Action'])).toEqual(['trigger_crash_dump', 'create']);
  const requestId = String(events[0]?.['Request ID']);
  const shown = await cloud.openstack('admin', '2.84', 'server', 'event', 'show', await serverId(), requestId);
  expect(shown).toContain('compute_trigger_crash_dump');
  expect(shown).toMatch(/result='Success'|'result': 'Success'/);
});

it('speaks to the nova command too', async () => {
  const clouds = await cloud.credentials('demo');
  expect(await cloud.nova(clouds, 'instance-action-list', 'vm1')).toContain('trigger_crash_dump');
  expect(await cloud.nova(clouds, 'show', 'vm1')).toContain('OS-EXT-STS:vm_state');
});

it('deletes the server, and its guest is gone', async () => {
  await cloud.openstack('demo', '2.1', 'server', 'delete', '--wait', 'vm1');
  expect(await cloud.openstackJson<unknown[]>('demo', '2.1', 'server', 'list')).toEqual([]);
  expect(await cloud.guests()).toBe('');
});

async function serverId(): Promise<string> {
  return (await cloud.openstackJson<ServerFacts>('demo', '2.1', 'server', 'show', 'vm1')).id;
}
