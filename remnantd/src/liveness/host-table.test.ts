// The host table: Nova's precedence, and freshness by the monotonic clock alone.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Service } from '../model/service.ts';
import type { Beat, Hello } from '../model/wire.ts';
import type { Clock } from '../ports/clock.ts';
import { HostTable } from './host-table.ts';

const H = asId<HostName>('h');
const BOUND = 3_000;
const beat: Beat = { host: H, life: 'l', connection: { up: true, reason: '' } };

/** A table, and a clock whose two faces are moved by hand. */
function setUp() {
  const time = { wall: 1_800_000_000_000, mono: 50_000 };
  const clock = { wall: () => time.wall, mono: () => time.mono } as Clock;
  return { time, table: new HostTable(clock, BOUND) };
}

function service(more: Partial<Service> = {}): Service {
  const plain = { seq: 1, id: asId<never>('i'), host: H, binary: 'nova-compute', zone: 'nova' };
  return { ...plain, disabled: false, disabledReason: null, forcedDown: false, createdAt: 0, updatedAt: 0, ...more };
}

describe('host_status', () => {
  // Nova: compute/api.py get_instance_host_status. Disabled wins over dead; forced down over everything.
  it.each([
    [{ forcedDown: true, disabled: true }, true, 'DOWN'],
    [{ forcedDown: true, disabled: false }, true, 'DOWN'],
    [{ forcedDown: true, disabled: false }, false, 'DOWN'],
    [{ forcedDown: false, disabled: true }, true, 'MAINTENANCE'],
    [{ forcedDown: false, disabled: true }, false, 'MAINTENANCE'],
    [{ forcedDown: false, disabled: false }, true, 'UP'],
    [{ forcedDown: false, disabled: false }, false, 'UNKNOWN'],
  ] as const)('of a service %j, heard %s, is %s', (row, heard, status) => {
    const { table } = setUp();
    if (heard) table.beat(beat);
    table.services([service(row)]);
    expect(table.status(H)).toBe(status);
  });

  it('is empty without a host, without a service, and when the service is gone', () => {
    const { table } = setUp();
    expect([table.status(null), table.status(H)]).toEqual(['', '']);
    table.beat(beat);
    expect(table.status(H)).toBe('');
    table.service(service());
    expect(table.status(H)).toBe('UP');
    table.services([]);
    expect(table.status(H)).toBe('');
  });

  it('is decided by nova-compute alone', () => {
    const { table } = setUp();
    table.services([service({ binary: 'nova-conductor' })]);
    table.service(service({ binary: 'nova-scheduler' }));
    expect(table.status(H)).toBe('');
  });
});

describe('freshness', () => {
  it('lasts to the bound and not beyond; one beat brings it back', () => {
    const { table, time } = setUp();
    table.services([service()]);
    table.beat(beat);
    time.mono += BOUND;
    expect([table.heard(H), table.isUp(H), table.status(H)]).toEqual([true, true, 'UP']);
    time.mono += 0.001;
    expect([table.heard(H), table.isUp(H), table.status(H)]).toEqual([false, false, 'UNKNOWN']);
    table.beat(beat);
    expect(table.status(H)).toBe('UP');
  });

  it('begins with a hello too', () => {
    const { table, time } = setUp();
    table.hello({ host: H, wire: 1, life: 'l', calls: ['pause'], offered: { driver: 'sim' } } as unknown as Hello);
    expect(table.heard(H)).toBe(true);
    expect(table.find(H)).toMatchObject({ life: 'l', calls: ['pause'], lastBeatAt: time.wall });
  });

  it('is never lost or won by a jump of the wall clock', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 2 * BOUND }), (jump, passed) => {
        const { table, time } = setUp();
        table.services([service()]);
        table.beat(beat);
        time.mono += passed;
        time.wall += jump;
        expect(table.status(H)).toBe(passed <= BOUND ? 'UP' : 'UNKNOWN');
      }),
    );
  });

  it('is up for os-services when heard and not forced down, disabled or not', () => {
    const { table } = setUp();
    table.beat(beat);
    expect(table.isUp(H)).toBe(true);
    table.service(service({ disabled: true }));
    expect(table.isUp(H)).toBe(true);
    table.service(service({ forcedDown: true }));
    expect(table.isUp(H)).toBe(false);
  });
});

it('lists hosts by name, and knows nothing of those it never heard of', () => {
  const { table } = setUp();
  for (const host of ['b', 'a', 'c']) table.beat({ ...beat, host: asId(host) });
  expect(table.all().map(([host]) => host)).toEqual(['a', 'b', 'c']);
  expect(table.find(asId('nobody'))).toBeNull();
});
