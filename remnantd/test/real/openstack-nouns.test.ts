// What stands beside servers, by the unmodified `openstack`: hosts and their services, flavors, key pairs, groups, aggregates, limits.
// Every command exits 0 and prints the right thing.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LifeCloud } from './life-cloud.ts';

let cloud: LifeCloud;
beforeAll(async () => {
  cloud = await LifeCloud.up();
  const words = ['--image', 'plain', '--flavor', 'small', '--nic', 'none', '--wait', 'vm1'];
  await cloud.openstack('demo', '2.37', 'server', 'create', ...words);
});
afterAll(async () => {
  await cloud.close();
});

/** What this client speaks at most is 2.92. */
const V = '2.92';
type Row = Readonly<Record<string, unknown>>;

const admin = (...words: string[]) => cloud.openstack('admin', V, ...words);
const rows = (who: 'admin' | 'demo', ...words: string[]) => cloud.json<Row[]>(who, V, ...words);
const one = (who: 'admin' | 'demo', ...words: string[]) => cloud.json<Row>(who, V, ...words);
const SERVICE = ['compute', 'service'];

it.each(['2.11', '2.53', V])('services at %s: down and up, disabled and enabled', async (version) => {
  const set = (...words: string[]) =>
    cloud.openstack('admin', version, ...SERVICE, 'set', ...words, 'sim-2', 'nova-compute');
  const service = async () => {
    const words = [...SERVICE, 'list', '--long', '--service', 'nova-compute', '--host', 'sim-2'];
    return (await cloud.json<Row[]>('admin', version, ...words))[0];
  };
  await set('--down');
  expect(await service()).toMatchObject({ Binary: 'nova-compute', Host: 'sim-2', State: 'down', 'Forced Down': true });
  await set('--up');
  await set('--disable', '--disable-reason', 'being mended');
  expect(await service()).toMatchObject({ State: 'up', Status: 'disabled', 'Disabled Reason': 'being mended' });
  await set('--enable');
  expect(await service()).toMatchObject({ Status: 'enabled', 'Forced Down': false, Zone: 'nova' });
});

it('flavors', async () => {
  const words = ['--ram', '256', '--disk', '1', '--vcpus', '2', '--property', 'hw:cpu_policy=shared', '--private'];
  const made = await one('admin', 'flavor', 'create', ...words, 'own');
  expect(made).toMatchObject({ name: 'own', ram: 256, vcpus: 2, 'os-flavor-access:is_public': false });
  const names = async () => (await rows('demo', 'flavor', 'list')).map((row) => String(row['Name'])).toSorted();
  expect(await names()).toEqual(['medium', 'small']);
  await admin('flavor', 'set', '--project', 'demo', '--description', 'for some', 'own');
  expect(await names()).toEqual(['medium', 'own', 'small']);
  const shown = await one('admin', 'flavor', 'show', 'own');
  expect(shown).toMatchObject({ description: 'for some', properties: { 'hw:cpu_policy': 'shared' } });
  await admin('flavor', 'unset', '--property', 'hw:cpu_policy', 'own');
  await admin('flavor', 'unset', '--project', 'demo', 'own');
  expect((await one('admin', 'flavor', 'show', 'own'))['properties']).toEqual({});
  await admin('flavor', 'delete', 'own');
  expect(await cloud.refused('admin', V, 'flavor', 'show', 'own')).toContain('No Flavor found for own');
});

it('key pairs', async () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJm0fZ9kYPFDXMhcd2Xr0lZBzKzcQpXyvXYOPWLhz1rh me@here';
  const file = join(cloud.folder, 'key.pub');
  await writeFile(file, `${key}\n`);
  const made = await one('demo', 'keypair', 'create', '--public-key', file, 'mine');
  expect(made).toMatchObject({
    name: 'mine',
    type: 'ssh',
    fingerprint: expect.stringMatching(/^([0-9a-f]{2}:?){16}$/),
  });
  expect(await cloud.openstack('demo', '2.91', 'keypair', 'create', 'generated')).toContain('PRIVATE KEY');
  expect((await rows('demo', 'keypair', 'list')).map((row) => row['Name'])).toEqual(['generated', 'mine']);
  expect(await cloud.openstack('demo', V, 'keypair', 'show', '--public-key', 'mine')).toBe(key);
  await cloud.openstack('demo', V, 'keypair', 'delete', 'mine', 'generated');
  expect(await rows('demo', 'keypair', 'list')).toEqual([]);
});

it('server groups', async () => {
  const made = await one('demo', 'server', 'group', 'create', '--policy', 'soft-affinity', 'near');
  expect(made).toMatchObject({ name: 'near', policy: 'soft-affinity', members: [] });
  expect(await rows('demo', 'server', 'group', 'list')).toEqual([expect.objectContaining({ Name: 'near' })]);
  await cloud.openstack('demo', V, 'server', 'group', 'delete', 'near');
  expect(await rows('demo', 'server', 'group', 'list')).toEqual([]);
});

it('aggregates, and the zone they make', async () => {
  await admin('aggregate', 'create', '--zone', 'west', '--property', 'disk=fast', 'racks');
  await admin('aggregate', 'add', 'host', 'racks', 'sim-2');
  expect(await rows('admin', 'aggregate', 'list')).toEqual([
    expect.objectContaining({ Name: 'racks', 'Availability Zone': 'west' }),
  ]);
  const zones = await rows('demo', 'availability', 'zone', 'list', '--compute');
  expect(zones.map((row) => `${String(row['Zone Name'])} ${String(row['Zone Status'])}`).toSorted()).toEqual([
    'nova available',
    'west available',
  ]);
  const long = await rows('admin', 'availability', 'zone', 'list', '--compute', '--long');
  expect(long).toContainEqual(expect.objectContaining({ 'Zone Name': 'west', 'Host Name': 'sim-2' }));
  const words = ['--image', 'plain', '--flavor', 'small', '--nic', 'none', '--availability-zone', 'west', 'vm2'];
  const { id } = await one('demo', 'server', 'create', ...words);
  await cloud.until(String(id), 'ACTIVE');
  expect((await one('admin', 'server', 'show', String(id)))['OS-EXT-SRV-ATTR:host']).toBe('sim-2');
  await cloud.openstack('demo', V, 'server', 'delete', '--wait', 'vm2');
  await admin('aggregate', 'set', '--name', 'shelves', '--property', 'disk=slow', 'racks');
  expect(await one('admin', 'aggregate', 'show', 'shelves')).toMatchObject({ hosts: ['sim-2'] });
  await admin('aggregate', 'unset', '--property', 'disk', 'shelves');
  await admin('aggregate', 'remove', 'host', 'shelves', 'sim-2');
  await admin('aggregate', 'delete', 'shelves');
  expect(await rows('admin', 'aggregate', 'list')).toEqual([]);
});

it.each(['2.1', '2.53', '2.87', V])('hypervisors at %s', async (version) => {
  const listed = await cloud.json<Row[]>('admin', version, 'hypervisor', 'list');
  expect(listed.map((row) => String(row['Hypervisor Hostname'])).toSorted()).toEqual(['sim-1', 'sim-2']);
  expect(listed[0]).toMatchObject({ State: 'up' });
  const shown = await cloud.json<Row>('admin', version, 'hypervisor', 'show', 'sim-1');
  expect(shown).toMatchObject({ hypervisor_hostname: 'sim-1', state: 'up', status: 'enabled' });
});

it('hypervisors, added up', async () => {
  const stats = await cloud.json<Row>('admin', '2.87', 'hypervisor', 'stats', 'show');
  expect(stats).toMatchObject({ count: 2, running_vms: 1 });
});

it('hosts', async () => {
  const hosts = await cloud.json<Row[]>('admin', '2.1', 'host', 'list');
  expect(hosts).toContainEqual({ 'Host Name': 'sim-1', Service: 'compute', Zone: 'nova' });
  const shown = await cloud.json<Row[]>('admin', '2.1', 'host', 'show', 'sim-1');
  expect(shown.map((row) => row['Project'])).toContain('(total)');
});

it('limits, quotas and usage', async () => {
  const limits = await rows('demo', 'limits', 'show', '--absolute');
  expect(limits).toContainEqual({ Name: 'totalInstancesUsed', Value: 1 });
  await admin('quota', 'set', '--instances', '7', 'demo');
  expect(await one('demo', 'quota', 'show')).toMatchObject({ instances: 7, cores: 20, project_name: 'demo' });
  expect(await one('admin', 'quota', 'show', 'demo')).toMatchObject({ instances: 7 });
  const [usage] = await rows('admin', 'usage', 'list');
  expect(usage?.['Servers']).toContainEqual(expect.objectContaining({ name: 'vm1', state: 'active' }));
  expect(await one('demo', 'usage', 'show')).toHaveProperty('CPU Hours');
});

it('extensions, images, versions and migrations', async () => {
  const extensions = await rows('demo', 'extension', 'list', '--compute');
  expect(extensions.map((row) => row['Alias'])).toContain('os-keypairs');
  expect((await rows('demo', 'image', 'list')).map((row) => String(row['Name'])).toSorted()).toEqual([
    'disk',
    'kdump',
    'plain',
  ]);
  const versions = await rows('admin', 'versions', 'show', '--service', 'compute');
  expect(versions).toContainEqual(
    expect.objectContaining({ 'Min Microversion': '2.1', 'Max Microversion': '2.96', Status: 'CURRENT' }),
  );
  expect(await rows('admin', 'server', 'migration', 'list')).toEqual([]);
});

it('a service that hosts nothing is deleted', async () => {
  const host = String(
    (await one('admin', 'server', 'show', String((await one('demo', 'server', 'show', 'vm1'))['id'])))[
      'OS-EXT-SRV-ATTR:host'
    ],
  );
  const services = await rows('admin', ...SERVICE, 'list');
  const id = (at: boolean) => String(services.find((row) => (row['Host'] === host) === at)?.['ID']);
  expect(await cloud.refused('admin', V, ...SERVICE, 'delete', id(true))).toContain('hosting instances');
  await admin(...SERVICE, 'delete', id(false));
  expect((await rows('admin', ...SERVICE, 'list')).map((row) => row['Host'])).toEqual([host]);
});
