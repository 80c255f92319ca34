// A host whose agent is heard and cannot reach what it speaks for: nothing is known of its servers, and nothing is held against
// it once that is over.

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Service } from '../model/service.ts';
import type { Beat } from '../model/wire.ts';
import type { Clock } from '../ports/clock.ts';
import { HostTable } from './host-table.ts';

const H = asId<HostName>('h');
const BOUND = 3_000;
const HOLD = 60_000;
const WELL: Beat = { host: H, life: 'l', connection: { up: true, reason: '' } };
const AWAY: Beat = { ...WELL, connection: { up: false, reason: 'Ironic does not answer', unknown: true } };
const LOST: Beat = { ...WELL, connection: { up: false, reason: 'libvirt is gone' } };
const LAST: Beat = { ...AWAY, leaving: true };

function setUp(more: Partial<Service> = {}) {
  const time = { wall: 1_800_000_000_000, mono: 50_000 };
  const clock = { wall: () => time.wall, mono: () => time.mono } as Clock;
  const table = new HostTable(clock, BOUND, HOLD);
  table.services([
    {
      seq: 1,
      id: asId<never>('i'),
      host: H,
      binary: 'nova-compute',
      zone: 'nova',
      disabled: false,
      disabledReason: null,
      forcedDown: false,
      forcedBy: null,
      forcedAt: null,
      createdAt: 0,
      updatedAt: 0,
      changed: 1,
      ...more,
    },
  ]);
  const edges: string[] = [];
  table.onEdge(({ status, cause }) => edges.push(`${status} ${cause}`));
  const pass = (ms: number) => {
    time.mono += ms;
    time.wall += ms;
    table.judge(time.mono);
  };
  const shown = () => `${table.status(H)} ${table.find(H)?.cause}`;
  return { table, edges, pass, shown, time };
}

it('is UNKNOWN and not up, is heard, and commands reach it', () => {
  const { table, shown } = setUp();
  table.beat(AWAY);
  expect(shown()).toBe('UNKNOWN out-of-reach');
  expect([table.isUp(H), table.heard(H), table.isReached(H)]).toEqual([false, true, true]);
});

it('is UP at once when it is back, however often it was away: its agent was there all along', () => {
  const { table, edges, pass } = setUp();
  for (let n = 0; n < 3; n += 1) {
    table.beat(WELL);
    table.beat(AWAY);
    pass(1_000);
    table.beat(AWAY);
  }
  table.beat(WELL);
  const both = ['UP heard', 'UNKNOWN out-of-reach'];
  expect(edges).toEqual([...both, ...both, ...both, 'UP heard']);
  expect(table.find(H)?.lost).toBe(false);
});

it.each([
  [{ forcedDown: true }, 'DOWN forced-down'],
  [{ forcedDown: true, disabled: true }, 'DOWN forced-down'],
  [{ disabled: true, disabledReason: 'new disks' }, 'MAINTENANCE disabled'],
  [{ disabled: true, disabledReason: 'AUTO: gone' }, 'MAINTENANCE hypervisor-lost'],
] as const)('what an operator says goes before it: %j', (row, expected) => {
  const { table, shown } = setUp(row);
  table.beat(AWAY);
  expect(shown()).toBe(expected);
  expect([table.isUp(H), table.isReached(H)]).toEqual([false, !('forcedDown' in row)]);
});

it('is another thing than a hypervisor that is lost, which is the host that cannot be worked with', () => {
  const { table, shown } = setUp();
  table.beat(LOST);
  expect([shown(), table.isUp(H)]).toEqual(['UP heard', true]);
});

it('gives way to silence, and to an agent that stops, each in one edge', () => {
  const { table, edges, pass, shown } = setUp();
  table.beat(AWAY);
  pass(BOUND + 1);
  expect(shown()).toBe('UNKNOWN silent');
  table.beat(AWAY);
  table.beat(LAST);
  expect(edges).toEqual(['UNKNOWN out-of-reach', 'UNKNOWN silent', 'UNKNOWN out-of-reach', 'UNKNOWN stopped']);
});

it('holds for a host that comes and goes too, and ends in that', () => {
  const { table, pass, shown } = setUp();
  table.beat(WELL);
  for (const beat of [WELL, AWAY]) {
    pass(BOUND + 1);
    table.beat(beat);
  }
  expect([shown(), table.isReached(H)]).toEqual(['UNKNOWN out-of-reach', true]);
  table.beat(WELL);
  expect(shown()).toBe('UNKNOWN flapping');
});

it('never differs between host_status and os-services, whatever comes when', () => {
  const steps = fc.array(fc.oneof(fc.constantFrom(WELL, AWAY, LOST), fc.integer({ min: 1, max: BOUND * 2 })));
  fc.assert(
    fc.property(steps, (all) => {
      const { table, pass } = setUp();
      for (const step of all) {
        if (typeof step === 'number') pass(step);
        else table.beat(step);
        expect(table.isUp(H)).toBe(table.status(H) === 'UP');
      }
    }),
  );
});
