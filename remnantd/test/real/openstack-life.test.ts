// The life of a server by the unmodified `openstack`: every command that acts on one, or shows what came of it. Each exits 0 and
// prints the right thing.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitFor } from '../harness/wait-for.ts';
import { LifeCloud } from './life-cloud.ts';

let cloud: LifeCloud;
beforeAll(async () => {
  cloud = await LifeCloud.up();
});
afterAll(async () => {
  await cloud.close();
});

/** What this client speaks at most is 2.92. */
const V = '2.92';
type Row = Readonly<Record<string, unknown>>;

const show = (name: string, version = V) => cloud.json<Row>('demo', version, 'server', 'show', name);
let id = '';

/** Runs a command about the server, and waits until it is what it should be then. */
async function turn(status: string, ...words: string[]): Promise<void> {
  await cloud.openstack('demo', V, 'server', ...words);
  await cloud.until(id, status);
  expect((await show('vm1'))['status']).toBe(status);
}

it('creates a server with all there is to say', async () => {
  const script = join(cloud.folder, 'user-data');
  await writeFile(script, '#!/bin/sh\necho hello\n');
  // From 2.92 on only a public key is taken.
  await cloud.openstack('demo', '2.91', 'keypair', 'create', '--private-key', join(cloud.folder, 'key'), 'key1');
  const group = await cloud.json<Row>('demo', V, 'server', 'group', 'create', '--policy', 'anti-affinity', 'apart');
  const what = ['--image', 'plain', '--flavor', 'small', '--nic', 'none', '--key-name', 'key1', '--description', 'one'];
  const more = [
    '--availability-zone',
    'nova',
    '--config-drive',
    'true',
    '--user-data',
    script,
    '--property',
    'role=web',
  ];
  const hint = ['--hint', `group=${String(group['id'])}`, '--tag', 'made'];
  const words = ['server', 'create', ...what, ...more, ...hint, '--wait', 'vm1'];
  const made = await cloud.json<Row>('demo', V, ...words);
  id = String(made['id']);
  expect(made).toMatchObject({ name: 'vm1', status: 'ACTIVE', key_name: 'key1', description: 'one' });
  expect(await show('vm1')).toMatchObject({
    config_drive: 'True',
    'OS-EXT-AZ:availability_zone': 'nova',
    server_groups: [group['id']],
    tags: ['made'],
  });
  const apart = await cloud.json<Row>('demo', V, 'server', 'group', 'show', 'apart');
  expect(JSON.stringify(apart['members'])).toContain(id);
});

it('creates several, without a network of their own, at the version that has it first', async () => {
  const words = ['--image', 'plain', '--flavor', 'small', '--nic', 'none', '--min', '2', '--max', '2', 'more'];
  await cloud.openstack('demo', '2.37', 'server', 'create', ...words);
  const rows = await cloud.json<Row[]>('demo', V, 'server', 'list', '--name', 'more');
  expect(rows.map((row) => String(row['Name'])).toSorted()).toEqual(['more-1', 'more-2']);
  for (const row of rows) await cloud.until(String(row['ID']), 'ACTIVE');
});

it('lists them', async () => {
  const short = await cloud.json<Row[]>('demo', V, 'server', 'list', '--no-name-lookup');
  expect(short).toHaveLength(3);
  const rows = await cloud.json<Row[]>('admin', V, 'server', 'list', '--long', '--all-projects', '--name', 'vm1');
  expect(rows).toEqual([expect.objectContaining({ Name: 'vm1', Status: 'ACTIVE', 'Availability Zone': 'nova' })]);
  expect(rows[0]).toMatchObject({ 'Image Name': 'plain', 'Power State': 1, 'Host Status': 'UP' });
  expect(String(rows[0]?.['Host'])).toMatch(/^sim-[12]$/);
  const stopped = await cloud.json<Row[]>('demo', V, 'server', 'list', '--status', 'SHUTOFF');
  expect(stopped).toEqual([]);
});

it('stops, starts, pauses, suspends and reboots it', async () => {
  await turn('SHUTOFF', 'stop', 'vm1');
  await turn('ACTIVE', 'start', 'vm1');
  await turn('PAUSED', 'pause', 'vm1');
  await turn('ACTIVE', 'unpause', 'vm1');
  await turn('SUSPENDED', 'suspend', 'vm1');
  await turn('ACTIVE', 'resume', 'vm1');
  await turn('ACTIVE', 'reboot', 'vm1');
  await turn('ACTIVE', 'reboot', '--hard', '--wait', 'vm1');
});

it('rescues it', async () => {
  await turn('RESCUE', 'rescue', '--image', 'kdump', 'vm1');
  await turn('ACTIVE', 'unrescue', 'vm1');
});

it('resizes it, there and back and there', async () => {
  await turn('VERIFY_RESIZE', 'resize', '--flavor', 'medium', 'vm1');
  expect(JSON.stringify((await show('vm1'))['flavor'])).toContain('medium');
  await turn('ACTIVE', 'resize', 'revert', 'vm1');
  expect(JSON.stringify((await show('vm1'))['flavor'])).toContain('small');
  await turn('VERIFY_RESIZE', 'resize', '--flavor', 'medium', '--wait', 'vm1');
  const [migration] = await cloud.json<Row[]>('admin', V, 'server', 'migration', 'list', '--server', id);
  expect(migration).toMatchObject({ Type: 'resize', Status: 'finished', 'Server UUID': id });
  await turn('ACTIVE', 'resize', 'confirm', 'vm1');
  expect(JSON.stringify((await show('vm1'))['flavor'])).toContain('medium');
});

it('rebuilds it', async () => {
  const rebuilt = await cloud.json<Row>('demo', V, 'server', 'rebuild', '--image', 'kdump', 'vm1');
  expect(rebuilt).toMatchObject({ id, name: 'vm1' });
  await cloud.until(id, 'ACTIVE');
  expect(JSON.stringify((await show('vm1'))['image'])).toContain('kdump');
});

it('locks it, with a reason, and unlocks it', async () => {
  await cloud.openstack('demo', V, 'server', 'lock', '--reason', 'hands off', 'vm1');
  expect(await show('vm1')).toMatchObject({ locked: true, locked_reason: 'hands off' });
  expect(await cloud.refused('demo', V, 'server', 'stop', 'vm1')).toContain(`Instance ${id} is locked`);
  await cloud.openstack('demo', V, 'server', 'unlock', 'vm1');
  expect(await show('vm1')).toMatchObject({ locked: false, locked_reason: null });
});

it('writes on it', async () => {
  await cloud.openstack('demo', V, 'server', 'set', '--name', 'vm9', '--property', 'tier=1', '--tag', 'red', 'vm1');
  const { properties, tags } = await show('vm9');
  expect([properties, tags]).toEqual([{ role: 'web', tier: '1' }, expect.arrayContaining(['made', 'red'])]);
  await cloud.openstack('demo', V, 'server', 'set', '--name', 'vm1', 'vm9');
  await cloud.openstack('demo', V, 'server', 'unset', '--property', 'tier', '--tag', 'red', 'vm1');
  expect((await show('vm1'))['properties']).toEqual({ role: 'web' });
});

it('has its state reset by an admin', async () => {
  await cloud.openstack('admin', V, 'server', 'set', '--state', 'error', id);
  await cloud.until(id, 'ERROR').catch((error: Error) => expect(error.message).toContain('is in error'));
  expect((await show('vm1'))['status']).toBe('ERROR');
  await cloud.openstack('admin', V, 'server', 'set', '--state', 'active', id);
  expect((await show('vm1'))['status']).toBe('ACTIVE');
});

it('reads its console and dumps it', async () => {
  expect(await cloud.openstack('demo', V, 'console', 'log', 'show', 'vm1')).not.toBe('');
  expect(await cloud.openstack('demo', '2.17', 'server', 'dump', 'create', 'vm1')).toBe('');
});

it('tells what was done to it, in order', async () => {
  const events = await cloud.json<Row[]>('demo', V, 'server', 'event', 'list', 'vm1');
  const actions = events.map((event) => event['Action']).toReversed();
  const turns = ['stop', 'start', 'pause', 'unpause', 'suspend', 'resume', 'reboot', 'reboot', 'rescue', 'unrescue'];
  const moves = ['resize', 'revertResize', 'resize', 'confirmResize', 'rebuild'];
  const rest = ['lock', 'unlock', 'resetState', 'resetState', 'trigger_crash_dump'];
  expect(actions).toEqual(['create', ...turns, ...moves, ...rest]);
  const requestId = String(events.at(-1)?.['Request ID']);
  const made = await cloud.json<Row>('demo', V, 'server', 'event', 'show', 'vm1', requestId);
  expect(made).toMatchObject({ action: 'create', instance_uuid: id });
  expect(JSON.stringify(made['events'])).toContain('compute__do_build_and_run_instance');
});

it('is evacuated from a host that is down, and the host comes back', async () => {
  const host = String((await cloud.json<Row>('admin', V, 'server', 'show', id))['OS-EXT-SRV-ATTR:host']);
  const other = host === 'sim-1' ? 'sim-2' : 'sim-1';
  expect(await cloud.refused('admin', V, 'server', 'evacuate', id)).toContain(
    `Compute service of ${host} is still in use.`,
  );
  await cloud.openstack('admin', V, 'compute', 'service', 'set', '--down', host, 'nova-compute');
  const down = await cloud.json<Row>('admin', V, 'server', 'show', id);
  expect(down['host_status']).toBe('DOWN');
  // This client's own fault, whatever answers it: it asks, and cannot print what it is told.
  expect(await cloud.refused('admin', V, 'server', 'evacuate', id)).toContain("no attribute 'to_dict'");
  await cloud.until(id, 'ACTIVE');
  const moved = await cloud.json<Row>('admin', V, 'server', 'show', id);
  expect([moved['OS-EXT-SRV-ATTR:host'], moved['host_status']]).toEqual([other, 'UP']);
  // Refused for as long as the old host may still have the guest.
  const back = ['compute', 'service', 'set', '--up', host, 'nova-compute'];
  await waitFor('the old host to be free of it', () =>
    cloud.openstack('admin', V, ...back).then(
      () => true,
      () => false,
    ),
  );
  const statuses = await cloud.json<Row[]>('admin', V, 'compute', 'service', 'list', '--host', host);
  expect(statuses).toEqual([expect.objectContaining({ State: 'up' })]);
});

it('deletes them', async () => {
  await cloud.openstack('demo', V, 'server', 'delete', '--wait', 'vm1');
  await cloud.openstack('demo', V, 'server', 'delete', '--wait', 'more-1', 'more-2');
  expect(await cloud.json<Row[]>('demo', V, 'server', 'list')).toEqual([]);
  expect(await cloud.refused('demo', V, 'server', 'show', 'vm1')).toContain("No server with a name or ID of 'vm1'");
  const events = await cloud.json<Row[]>('demo', V, 'server', 'event', 'list', id);
  expect(events[0]?.['Action']).toBe('delete');
});
