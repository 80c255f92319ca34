// A server's addresses: all, or those on one network, without what only the server itself shows of them.

import { expect, test } from 'vitest';
import { MEMBER, STRANGER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();
const address = (addr: string, version: 4 | 6 = 4) => ({
  version,
  addr,
  type: 'fixed' as const,
  mac: 'fa:16:3e:00:00:01',
});
const ADDRESSES = { private: [address('10.0.0.3'), address('fe80::1', 6)], 'a net': [] };
const PRIVATE = [
  { version: 4, addr: '10.0.0.3' },
  { version: 6, addr: 'fe80::1' },
];

const ask = (id: string, path = '', token = MEMBER) => remnant().ask({ path: `/v2.1/servers/${id}/ips${path}`, token });

test('are listed by network', async () => {
  const { id } = await remnant().addServer({ addresses: ADDRESSES, lockedBy: 'admin' });
  expect((await ask(id)).body).toEqual({ addresses: { private: PRIVATE, 'a net': [] } });
  expect((await ask(id, '/private')).body).toEqual({ private: PRIVATE });
  expect((await ask(id, '/a%20net')).body).toEqual({ 'a net': [] });
});

test.each(['public', 'Private', 'toString', '__proto__'])('on the network %s it has none', async (network) => {
  const { id } = await remnant().addServer({ addresses: ADDRESSES });
  const answer = await ask(id, `/${network}`);
  expect([answer.status, answer.message]).toEqual([404, 'Instance is not a member of specified network']);
});

test('are not told of a server that is still made', async () => {
  const { id } = await remnant().addServer({ addresses: ADDRESSES, vmState: 'building' });
  expect((await ask(id)).body).toEqual({ addresses: {} });
  expect((await ask(id, '/private')).status).toBe(404);
});

test("of another project's server, or a deleted one, are not found", async () => {
  const { id } = await remnant().addServer({ addresses: ADDRESSES });
  const gone = await remnant().addServer({ addresses: ADDRESSES, deletedAt: 5, vmState: 'deleted' });
  for (const path of ['', '/private']) {
    expect((await ask(id, path, STRANGER)).message).toBe(`Instance ${id} could not be found.`);
    expect((await ask(gone.id, path)).message).toBe(`Instance ${gone.id} could not be found.`);
  }
});
