// What an owner writes on a server and an operator does to its host, by the unmodified `openstack` and `nova` commands.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { DemoCloud } from './demo-cloud.ts';

let cloud: DemoCloud;
beforeAll(async () => {
  cloud = await DemoCloud.up(2);
  const words = ['server', 'create', '--image', 'plain', '--flavor', '1', '--nic', 'none', '--wait', 'vm1'];
  await cloud.openstack('demo', '2.52', ...words, '--tag', 'made', '--property', 'role=web');
});
afterAll(async () => {
  await cloud.close();
});

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly properties: Readonly<Record<string, string>> | string;
  readonly tags: readonly string[] | string;
}
interface Listed {
  readonly Name: string;
}

const show = (name: string) => cloud.openstackJson<Shown>('demo', '2.90', 'server', 'show', name);
const listed = async (version: string, ...words: string[]) => {
  const servers = await cloud.openstackJson<Listed[]>('demo', version, 'server', 'list', ...words);
  return servers.map((server) => server.Name);
};

it('sets name, description, properties and tags, and takes them away', async () => {
  const words = ['--name', 'vm2', '--description', 'what it is', '--property', 'tier=1', '--tag', 'red'];
  await cloud.openstack('demo', '2.90', 'server', 'set', ...words, 'vm1');
  const after = await show('vm2');
  expect(after.description).toBe('what it is');
  expect(JSON.stringify([after.properties, after.tags])).toMatch(/role.*web.*tier.*1.*made.*red/);
  await cloud.openstack(
    'demo',
    '2.90',
    'server',
    'unset',
    '--property',
    'role',
    '--tag',
    'made',
    '--description',
    'vm2',
  );
  const last = await show('vm2');
  expect(JSON.stringify([last.properties, last.tags])).toMatch(/^(?!.*(role|made)).*tier.*red/);
  expect(last.description ?? '').not.toContain('what it is');
});

it('lists by tags and by name', async () => {
  expect(await listed('2.90', '--tags', 'red')).toEqual(['vm2']);
  expect(await listed('2.90', '--not-tags', 'red')).toEqual([]);
  expect(await listed('2.90', '--name', '^vm[0-9]$', '--limit', '1')).toEqual(['vm2']);
});

it('is understood by nova too', async () => {
  const clouds = await cloud.credentials('demo');
  await cloud.nova(clouds, 'meta', 'vm2', 'set', 'more=x');
  expect(await cloud.nova(clouds, 'server-tag-list', 'vm2')).toContain('red');
  await cloud.nova(clouds, 'meta', 'vm2', 'delete', 'more');
  expect(JSON.stringify((await show('vm2')).properties)).not.toContain('more');
});

it('a service with servers stays, one without is deleted', async () => {
  interface Service {
    readonly ID: string;
    readonly Host: string;
  }
  const services = () => cloud.openstackJson<Service[]>('admin', '2.53', 'compute', 'service', 'list');
  const before = await services();
  expect(before).toHaveLength(2);
  const kept: string[] = [];
  for (const { ID: id } of before) {
    const refused = await cloud.openstack('admin', '2.53', 'compute', 'service', 'delete', id).then(
      () => null,
      (error: unknown) => String((error as { stderr?: unknown }).stderr),
    );
    if (refused === null) continue;
    expect(refused).toContain('Unable to delete compute service that is hosting instances.');
    kept.push(id);
  }
  expect((await services()).map((service) => service.ID)).toEqual(kept);
  expect(kept).toHaveLength(1);
});
