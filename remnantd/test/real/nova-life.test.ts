// The life of a server by the unmodified `nova`, which speaks the highest microversion that both know. Every command exits 0 and
// prints the right thing.

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

/** Commands of nova do not read their server back, but what they print is a table. */
function cells(table: string): string[][] {
  const lines = table.split('\n').filter((line) => line.startsWith('|'));
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}
/** A table of properties. */
const facts = (table: string): Readonly<Record<string, string>> =>
  Object.fromEntries(cells(table) as [string, string][]);
const demo = (...words: string[]) => cloud.nova('demo', ...words);
const admin = (...words: string[]) => cloud.nova('admin', ...words);
let id = '';

async function turn(status: string, ...words: string[]): Promise<void> {
  await demo(...words);
  await cloud.until(id, status);
  expect(facts(await demo('show', 'vm1'))['status']).toBe(status);
}

it('boots and lists', async () => {
  const made = facts(await demo('boot', '--image', 'plain', '--flavor', 'small', '--nic', 'none', 'vm1'));
  id = made['id'] ?? '';
  expect(made).toMatchObject({ name: 'vm1', status: 'BUILD' });
  await cloud.until(id, 'ACTIVE');
  expect(await demo('list')).toMatch(/vm1 +\| ACTIVE/);
  expect(await admin('list', '--all-tenants')).toContain(id);
  expect(facts(await admin('show', id))['host_status']).toBe('UP');
});

it('turns it this way and that', async () => {
  await turn('SHUTOFF', 'stop', 'vm1');
  await turn('ACTIVE', 'start', 'vm1');
  await turn('PAUSED', 'pause', 'vm1');
  await turn('ACTIVE', 'unpause', 'vm1');
  await turn('SUSPENDED', 'suspend', 'vm1');
  await turn('ACTIVE', 'resume', 'vm1');
  await turn('ACTIVE', 'reboot', '--hard', 'vm1');
  await turn('RESCUE', 'rescue', 'vm1');
  await turn('ACTIVE', 'unrescue', 'vm1');
  await turn('VERIFY_RESIZE', 'resize', 'vm1', 'medium');
  await turn('ACTIVE', 'resize-revert', 'vm1');
  await turn('VERIFY_RESIZE', 'resize', 'vm1', 'medium');
  await turn('ACTIVE', 'resize-confirm', 'vm1');
  await turn('ACTIVE', 'rebuild', 'vm1', 'kdump');
});

it('locks, dumps and reads', async () => {
  await demo('lock', '--reason', 'held', 'vm1');
  expect(facts(await demo('show', 'vm1'))).toMatchObject({ locked: 'True', locked_reason: 'held' });
  await demo('unlock', 'vm1');
  expect(await demo('console-log', 'vm1')).not.toBe('');
  await demo('trigger-crash-dump', 'vm1');
  const actions = await demo('instance-action-list', 'vm1');
  expect(actions).toContain('trigger_crash_dump');
  const request = cells(actions).find((row) => row[0] === 'create')?.[1] ?? '';
  expect(await demo('instance-action', 'vm1', request)).toContain('compute__do_build_and_run_instance');
});

it('services, hypervisors and zones', async () => {
  const service = cells(await admin('service-list')).find((row) => row.includes('sim-2'))?.[0] ?? '';
  await admin('service-force-down', service);
  expect(await admin('service-list', '--host', 'sim-2')).toMatch(/down/);
  await admin('service-force-down', '--unset', service);
  await admin('service-disable', service, '--reason', 'mended');
  expect(await admin('service-list', '--host', 'sim-2')).toMatch(/disabled.*mended/);
  await admin('service-enable', service);
  // The way of old: by host, with the old header alone.
  const old = ['--os-compute-api-version', '2.11'];
  await admin(...old, 'service-force-down', 'sim-2');
  expect(await admin(...old, 'service-list', '--host', 'sim-2')).toMatch(/down/);
  await admin(...old, 'service-force-down', '--unset', 'sim-2');
  const hypervisors = cells(await admin('hypervisor-list'));
  expect(hypervisors.map((row) => row[1] ?? '').toSorted()).toEqual(['Hypervisor hostname', 'sim-1', 'sim-2']);
  // By its id: a name is none, and this client takes the 400 for the end (so it does with Nova).
  const first = hypervisors.find((row) => row[1] === 'sim-1')?.[0] ?? '';
  expect(facts(await admin('hypervisor-show', first))['hypervisor_hostname']).toBe('sim-1');
  expect(await admin('availability-zone-list')).toMatch(/nova +\| available/);
});

it('flavors, key pairs, groups, limits, versions', async () => {
  expect(await demo('flavor-list')).toMatch(/small[\s\S]*medium/);
  expect(facts(await demo('flavor-show', 'small'))['ram']).toBe('128');
  await admin('flavor-create', 'own', 'auto', '64', '0', '1');
  await admin('flavor-key', 'own', 'set', 'a=b');
  expect(facts(await admin('flavor-show', 'own'))['extra_specs']).toContain('"a": "b"');
  await admin('flavor-delete', 'own');
  expect(await demo('--os-compute-api-version', '2.91', 'keypair-add', 'key1')).toContain('PRIVATE KEY');
  expect(await demo('keypair-list')).toContain('key1');
  await demo('keypair-delete', 'key1');
  await demo('server-group-create', 'apart', 'anti-affinity');
  expect(await demo('server-group-list')).toContain('anti-affinity');
  expect(await demo('limits')).toMatch(/Instances +\| 1/);
  expect(await demo('quota-show')).toMatch(/instances +\| 10/);
  await admin('aggregate-create', 'racks', 'west');
  expect(await admin('aggregate-list')).toMatch(/racks +\| west/);
  await admin('aggregate-delete', 'racks');
  expect(await admin('usage-list')).toContain('Servers');
  expect(await admin('migration-list')).toContain('resize');
  expect(await demo('version-list')).toContain('2.96');
});

it('evacuates a host', async () => {
  const host = facts(await admin('show', id))['OS-EXT-SRV-ATTR:host'] ?? '';
  const service = cells(await admin('service-list')).find((row) => row.includes(host))?.[0] ?? '';
  await admin('service-force-down', service);
  expect(await admin('host-evacuate', host)).toMatch(new RegExp(`${id} +\\| True`));
  await cloud.until(id, 'ACTIVE');
  expect(facts(await admin('show', id))['OS-EXT-SRV-ATTR:host']).not.toBe(host);
});

it('resets, deletes by force, and it is gone', async () => {
  await admin('reset-state', '--active', id);
  await demo('force-delete', 'vm1');
  await waitFor('it to be gone', async () => !(await demo('list')).includes(id), 60_000);
});
