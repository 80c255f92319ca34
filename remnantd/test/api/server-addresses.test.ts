// Where a server can be reached, from the host that made it to who asked for it: there when the server is, or when its host
// knows it.

import { expect, test } from 'vitest';
import type { Body } from '../harness/http-client.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { act, MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const remnant = useRemnant();

async function create(more: object): Promise<string> {
  const server = { name: 'web', flavorRef: '1', imageRef: IMAGE, ...more };
  const request = { method: 'POST', path: '/v2.1/servers', token: MEMBER, version: '2.93', body: { server } } as const;
  const { status, body } = await remnant().ask(request);
  expect(status).toBe(202);
  return body['server']?.['id'] ?? '';
}

/** The server as its owner sees it when it has this status. */
function shown(id: string, status: string): Promise<Body> {
  return waitFor(`${id} to be ${status}`, async () => {
    const { body } = await remnant().ask({ path: `/v2.1/servers/${id}`, token: MEMBER, version: '2.93' });
    return body['server']?.['status'] === status && body['server'];
  });
}

const ONE = {
  private: [
    {
      version: 4,
      addr: expect.stringMatching(/^10\./),
      'OS-EXT-IPS:type': 'fixed',
      'OS-EXT-IPS-MAC:mac_addr': expect.stringMatching(/^52:54:00:/),
    },
  ],
};

test('a server that is ACTIVE says where it is, and goes on saying so while it is off', async () => {
  const id = await create({ networks: 'auto' });
  const { addresses } = await shown(id, 'ACTIVE');
  expect(addresses).toEqual(ONE);
  await act(remnant(), id, { 'os-stop': null });
  expect((await shown(id, 'SHUTOFF'))['addresses']).toEqual(addresses);
});

test('one whose network takes its time says so later; one without a network says nothing', async () => {
  const late = await create({ networks: 'auto', metadata: { sim_address_ms: '30000' } });
  const none = await create({ networks: 'none' });
  expect((await shown(late, 'ACTIVE'))['addresses']).toEqual({});
  expect((await shown(none, 'ACTIVE'))['addresses']).toEqual({});
  await waitFor('its address', async () => {
    remnant().clock.advance(1_000);
    return JSON.stringify((await shown(late, 'ACTIVE'))['addresses']) !== '{}';
  });
  expect((await shown(late, 'ACTIVE'))['addresses']).toEqual(ONE);
  expect((await shown(none, 'ACTIVE'))['addresses']).toEqual({});
});
