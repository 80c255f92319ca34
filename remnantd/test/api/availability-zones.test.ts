// os-availability-zone: the zones hosts are in, which of them are available, and their hosts for operators.

import { expect, test } from 'vitest';
import type { Body } from '../harness/http-client.ts';
import { ADMIN, MEMBER } from '../harness/records.ts';
import { addService } from '../harness/service-rows.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant({ hosts: ['host-1', 'host-2'] });
const NOWHERE = 'aaaaaaaa-0000-4000-8000-000000000002';

async function zones(path = '', token = MEMBER): Promise<readonly Body[]> {
  const { status, body } = await remnant().ask({ path: `/v2.1/os-availability-zone${path}`, token });
  expect(status).toBe(200);
  return body['availabilityZoneInfo'] ?? [];
}

async function disable(id: string, status: 'enabled' | 'disabled'): Promise<void> {
  const path = `/v2.1/os-services/${id}`;
  const answer = await remnant().ask({ method: 'PUT', path, token: ADMIN, version: '2.53', body: { status } });
  expect(answer.status).toBe(200);
}

const zone = (name: string, available: boolean, hosts: unknown = null) => ({
  zoneName: name,
  zoneState: { available },
  hosts,
});

test('everyone sees the zones and whether they are available, and no host', async () => {
  expect(await zones()).toEqual([zone('nova', true)]);
  await addService(remnant().store, { id: NOWHERE, host: 'lonely', zone: 'attic' });
  expect(await zones(), 'a dead host that is enabled makes its zone available, as for Nova').toEqual([
    zone('attic', true),
    zone('nova', true),
  ]);
  await disable(NOWHERE, 'disabled');
  expect(await zones(), 'those that are available come first').toEqual([zone('nova', true), zone('attic', false)]);
});

test('operators see the hosts of the available ones, with their services', async () => {
  const [nova, attic] = await zones('/detail', ADMIN);
  const service = (available: boolean) => ({
    'nova-compute': { available, active: true, updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}$/) },
  });
  expect(nova).toEqual(zone('nova', true, { 'host-1': service(true), 'host-2': service(true) }));
  expect(attic).toEqual(zone('attic', false));
  await disable(NOWHERE, 'enabled');
  const [again] = await zones('/detail', ADMIN);
  expect(again).toEqual(zone('attic', true, { lonely: service(false) }));
});

test('services of the control plane are in a zone that only operators see', async () => {
  const control = { id: 'aaaaaaaa-0000-4000-8000-000000000003', host: 'control', binary: 'nova-scheduler' };
  await addService(remnant().store, { ...control, zone: 'internal' });
  expect((await zones()).map((one) => one['zoneName'])).toEqual(['attic', 'nova']);
  expect((await zones('/detail', ADMIN)).map((one) => one['zoneName'])).toEqual(['attic', 'internal', 'nova']);
});

test('the hosts are for operators alone', async () => {
  const { status, message } = await remnant().ask({ path: '/v2.1/os-availability-zone/detail', token: MEMBER });
  expect([status, message]).toEqual([
    403,
    "Policy doesn't allow os_compute_api:os-availability-zone:detail to be performed.",
  ]);
});
