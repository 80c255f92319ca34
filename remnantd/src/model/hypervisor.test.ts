// The hypervisors of a host: its own, or one a node; and that a node is there as a whole or not at all.

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { HostFactsOffered, HostNode } from './host.ts';
import { hasHypervisor, hypervisorsOf, takenOfNode } from './hypervisor.ts';
import { asId } from './ids.ts';

const node = (id: string, more: Partial<HostNode> = {}): HostNode => ({
  id: asId(id),
  name: id,
  powerState: 1,
  arch: 'aarch64',
  vcpus: 8,
  memoryMb: 1_024,
  diskGb: 10,
  provision: 'available',
  maintenance: null,
  lastError: null,
  guest: null,
  ...more,
});
const offered = (more: Partial<HostFactsOffered>): HostFactsOffered => ({
  driver: 'x',
  abilities: [],
  nmiBoundMs: null,
  hypervisorType: 'ironic',
  hypervisorVersion: 1,
  hypervisorHostname: 'own-name',
  arch: 'x86_64',
  vcpus: 64,
  memoryMb: 4_096,
  diskGb: 100,
  guests: null,
  ...more,
});

it('is one, by the name it gives its host, or by the name of a host that never told', () => {
  const own = offered({});
  expect(hypervisorsOf(asId('h'), own)).toEqual([{ hostname: 'own-name', room: own, node: null }]);
  expect(hypervisorsOf(asId('h'), null)).toMatchObject([{ hostname: 'h', room: { vcpus: 0, hypervisorType: '' } }]);
  expect([hasHypervisor(own, null), hasHypervisor(own, 'own-name'), hasHypervisor(own, 'h')]).toEqual([
    true,
    true,
    false,
  ]);
});

it('is one a node, in the order of their ids, whatever order they are told in', () => {
  const host = offered({ nodes: [node('b', { vcpus: 2 }), node('c'), node('a')] });
  expect(hypervisorsOf(asId('h'), host).map((one) => [one.hostname, one.room.vcpus, one.room.arch])).toEqual([
    ['a', 8, 'aarch64'],
    ['b', 2, 'aarch64'],
    ['c', 8, 'aarch64'],
  ]);
  expect(hypervisorsOf(asId('h'), host)[0]?.room).toMatchObject({ hypervisorType: 'ironic', hypervisorVersion: 1 });
  expect(['a', null, 'own-name', 'd'].map((name) => hasHypervisor(host, name))).toEqual([true, true, false, false]);
});

it('is none of a host whose list of nodes is empty', () => {
  const host = offered({ nodes: [] });
  expect([hypervisorsOf(asId('h'), host), hasHypervisor(host, null)]).toEqual([[], false]);
});

it.each([
  ['available, with nothing on it', {}, false],
  ['off', { powerState: 4 }, false],
  ['used', { guest: asId<never>('g') }, true],
  ['in maintenance', { maintenance: 'new disks' }, true],
  ['in maintenance, nobody says why', { maintenance: '' }, true],
  ['being cleaned', { provision: 'cleaning' }, true],
  ['of unknown power', { powerState: 0 }, true],
] as const)('of a node that is %s, all or nothing is taken', (_, more, taken) => {
  const all = { vcpus: 8, memoryMb: 1_024, diskGb: 10 };
  expect(takenOfNode(node('a', more))).toMatchObject(taken ? all : { vcpus: 0, memoryMb: 0, diskGb: 0 });
});

it('never takes more of a node than it has', () => {
  const sizes = fc.record({ vcpus: fc.nat(), memoryMb: fc.nat(), diskGb: fc.nat() });
  const states = fc.record({
    provision: fc.constantFrom('available', 'active'),
    maintenance: fc.constantFrom(null, ''),
  });
  fc.assert(
    fc.property(sizes, states, (size, state) => {
      const taken = takenOfNode(node('a', { ...size, ...state }));
      expect([0, size.memoryMb]).toContain(taken.memoryMb);
      expect(taken.vcpus).toBeLessThanOrEqual(size.vcpus);
    }),
  );
});
