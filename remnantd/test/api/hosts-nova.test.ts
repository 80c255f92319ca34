// os-hosts, until 2.42: hosts by their services, what is taken of one, and that no driver can switch one.

import { expect, test } from 'vitest';
import type { HostName, ProjectId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Ask } from '../harness/http-client.ts';
import { ADMIN, MEMBER } from '../harness/records.ts';
import { addService } from '../harness/service-rows.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant({ hosts: ['host-1'] });
const ask = (path: string, more: Partial<Ask> = {}) =>
  remnant().ask({ path: `/v2.1/os-hosts${path}`, token: ADMIN, version: '2.42', ...more });

test('a host for each of its services that is enabled', async () => {
  const control = { id: 'aaaaaaaa-0000-4000-8000-000000000004', host: 'control', binary: 'nova-conductor' };
  await addService(remnant().store, { ...control, zone: 'internal' });
  const compute = { host_name: 'host-1', service: 'compute', zone: 'nova' };
  const conductor = { host_name: 'control', service: 'conductor', zone: 'internal' };
  expect((await ask('')).body).toEqual({ hosts: [compute, conductor] });
  expect((await ask('?zone=internal')).body).toEqual({ hosts: [conductor] });
  expect((await ask('?zone=moon&other=1')).body).toEqual({ hosts: [] });
});

test('what a host has, what is taken of it, and by whom', async () => {
  const flavor = { id: '7', name: 'f', vcpus: 3, ram: 1_024, disk: 20, ephemeral: 5, swap: 0, extraSpecs: {} };
  await remnant().addServer({ flavor });
  await remnant().addServer({ flavor, projectId: asId<ProjectId>('b2b2b2b2') });
  await remnant().addServer({ projectId: asId<ProjectId>('b2b2b2b2') });
  await remnant().addServer({ host: asId<HostName>('elsewhere') });
  const line = (project: string, cpu: number, memory: number, disk: number) => ({
    resource: { host: 'host-1', project, cpu, memory_mb: memory, disk_gb: disk },
  });
  expect((await ask('/host-1')).body).toEqual({
    host: [
      line('(total)', 64, 262_144, 4_096),
      line('(used_now)', 7, 2_560, 51),
      line('(used_max)', 7, 2_560, 51),
      line('a1a1a1a1', 3, 1_024, 25),
      line('b2b2b2b2', 4, 1_536, 26),
    ],
  });
});

test('a host without a compute service is none', async () => {
  for (const path of ['/nobody', '/control', '/nobody/startup', '/nobody/shutdown', '/nobody/reboot']) {
    const { status, message } = await ask(path);
    expect([status, message]).toEqual([404, `Host '${path.split('/')[1]}' is not mapped to any cell`]);
  }
});

test('no driver can switch a host', async () => {
  const put = (body: unknown, host = 'host-1') => ask(`/${host}`, { method: 'PUT', body });
  const answers = [
    await put({ status: 'disable' }),
    await put({ maintenance_mode: 'Enable' }),
    await ask('/host-1/startup'),
    await ask('/host-1/shutdown'),
    await ask('/host-1/reboot'),
  ];
  for (const { status, message } of answers) {
    expect([status, message]).toEqual([501, 'The requested functionality is not supported.']);
  }
  expect((await put({ status: 'enable' }, 'nobody')).status).toBe(404);
  expect((await put({ status: 'off' })).status).toBe(400);
  const nothing = await put({});
  expect([nothing.status, nothing.body]).toEqual([200, { host: 'host-1' }]);
});

test('it ended with 2.42, and was for admins', async () => {
  const body = { status: 'enable' };
  for (const one of [
    { path: '/v2.1/os-hosts' },
    { path: '/v2.1/os-hosts/host-1' },
    { path: '/v2.1/os-hosts/host-1', method: 'PUT', body },
    { path: '/v2.1/os-hosts/host-1/startup' },
    { path: '/v2.1/os-hosts/host-1/shutdown' },
    { path: '/v2.1/os-hosts/host-1/reboot' },
  ] as const) {
    expect((await remnant().ask({ ...one, token: ADMIN, version: '2.43' })).status, one.path).toBe(404);
    expect((await remnant().ask({ ...one, token: MEMBER, version: '2.42' })).status, one.path).toBe(403);
  }
});
