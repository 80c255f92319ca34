// host_status: its values and their precedence, who sees which of them, and that it costs no query (R4).

import { expect, test } from 'vitest';
import { asId } from '../../src/model/ids.ts';
import { markHost, silenceHost } from '../harness/host-states.ts';
import type { OpenOptions, TestRemnant } from '../harness/open-remnant.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { ADMIN, MEMBER } from '../harness/records.ts';
import { standStill } from '../harness/stand-still.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const RULE = 'os_compute_api:servers:show:host_status';
const ONLY_UNKNOWN = `${RULE}:unknown-only`;
const remnant = useRemnant({ config: { liveness: { beat: 1, unknown_after: 3 } } });

async function shown(of: TestRemnant, id: string, token = ADMIN, version = '2.16'): Promise<string | undefined> {
  const one = await of.ask({ path: `/v2.1/servers/${id}`, token, version });
  const everywhere = token === ADMIN ? '?all_tenants=1' : '';
  const list = await of.ask({ path: `/v2.1/servers/detail${everywhere}`, token, version });
  const status = one.body['server']?.['host_status'];
  const there = list.body['servers']?.find((server) => server['id'] === id);
  expect(there?.['host_status'], 'the list says what the server itself says').toBe(status);
  return status;
}

test("by Nova's precedence: forced down, disabled, heard", async () => {
  const { id } = await remnant().addServer();
  expect(await shown(remnant(), id)).toBe('UP');
  await markHost(remnant(), { status: 'disabled' });
  expect(await shown(remnant(), id)).toBe('MAINTENANCE');
  await markHost(remnant(), { forced_down: true });
  expect(await shown(remnant(), id), 'forced down wins over disabled').toBe('DOWN');
  await markHost(remnant(), { status: 'enabled' });
  expect(await shown(remnant(), id)).toBe('DOWN');
  await markHost(remnant(), { forced_down: false });
  expect(await shown(remnant(), id)).toBe('UP');
});

test('a silent host is UNKNOWN, and in MAINTENANCE when disabled', async () => {
  const own = await openRemnant();
  try {
    const { id } = await own.addServer();
    await silenceHost(own);
    expect(await shown(own, id)).toBe('UNKNOWN');
    await markHost(own, { status: 'disabled' });
    expect(await shown(own, id)).toBe('MAINTENANCE');
  } finally {
    await own.close();
  }
});

test('without a host, or without a service on it, it is empty', async () => {
  const homeless = await remnant().addServer({ host: null });
  const elsewhere = await remnant().addServer({ host: asId('nowhere') });
  expect(await shown(remnant(), homeless.id)).toBe('');
  expect(await shown(remnant(), elsewhere.id)).toBe('');
});

test('it belongs to 2.16 and later, to one server and to details, never to the brief list', async () => {
  const { id } = await remnant().addServer();
  expect(await shown(remnant(), id, ADMIN, '2.15')).toBeUndefined();
  const brief = await remnant().ask({ path: '/v2.1/servers?all_tenants=1', token: ADMIN, version: '2.93' });
  expect(Object.keys(brief.body['servers']?.[0] ?? {})).toEqual(['id', 'name', 'links']);
});

test.each([
  ['by default', {}, undefined, undefined],
  ['who may see all', { [RULE]: '@' }, 'UP', 'UNKNOWN'],
  ['who may see UNKNOWN only', { [ONLY_UNKNOWN]: '@' }, undefined, 'UNKNOWN'],
  ['who may see neither', { [RULE]: '!', [ONLY_UNKNOWN]: '!' }, undefined, undefined],
  ['the owner alone', { [RULE]: 'user_id:%(user_id)s' }, 'UP', 'UNKNOWN'],
])('a member, %s', async (_who, policy: NonNullable<OpenOptions['policy']>, up, unknown) => {
  const own = await openRemnant({ policy });
  try {
    const { id } = await own.addServer();
    expect(await shown(own, id, MEMBER)).toBe(up);
    const { body } = await own.ask({ path: `/v2.1/servers/${id}`, token: MEMBER, version: '2.93' });
    expect('host_status' in (body['server'] ?? {}), 'the key is left out, not null').toBe(up !== undefined);
    await silenceHost(own);
    expect(await shown(own, id, MEMBER)).toBe(unknown);
  } finally {
    await own.close();
  }
});

test.each([1, 100])('over %i hosts it costs no query', async (count) => {
  const hosts = Array.from({ length: count }, (_, i) => `host-${i}`);
  const own = await openRemnant({ hosts });
  try {
    for (const host of hosts) await own.addServer({ host: asId(host) });
    await standStill(own);
    const costs = async (version: string) => {
      const before = own.store.queries();
      const { body } = await own.ask({ path: '/v2.1/servers/detail?all_tenants=1', token: ADMIN, version });
      expect(body['servers']).toHaveLength(count);
      expect(body['servers']?.every((server) => 'host_status' in server === (version === '2.16'))).toBe(true);
      return own.store.queries() - before;
    };
    expect(await costs('2.15'), 'the page, and the rows that were never shown so').toBe(2);
    expect(await costs('2.15'), 'and again: the page alone').toBe(1);
    expect(await costs('2.8'), 'without it: the page, and the rows that were never shown so').toBe(2);
    expect(await costs('2.16'), 'with it: the same').toBe(2);
    expect(await costs('2.16'), 'and again: the page alone').toBe(1);
  } finally {
    await own.close();
  }
});
