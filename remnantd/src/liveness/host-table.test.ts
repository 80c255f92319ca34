// The host table: Nova's precedence, causes, and freshness by the monotonic clock alone.

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
const HOLD = 60_000;
const RETURN = 4_500;
const beat: Beat = { host: H, life: 'l', connection: { up: true, reason: '' } };
const LAST: Beat = { ...beat, leaving: true };

/** A table, and a clock whose two faces are moved by hand. */
function setUp() {
  const time = { wall: 1_800_000_000_000, mono: 50_000 };
  const clock = { wall: () => time.wall, mono: () => time.mono } as Clock;
  const table = new HostTable(clock, BOUND, HOLD);
  const edges: string[] = [];
  table.onEdge(({ status, cause }) => edges.push(`${status} ${cause}`));
  /** Time passes, and everybody is judged at its end. */
  const pass = (ms: number) => {
    time.mono += ms;
    time.wall += ms;
    table.judge(time.mono);
  };
  const shown = () => `${table.status(H)} ${table.find(H)?.cause}`;
  return { time, table, pass, shown, edges };
}

let changes = 0;
function service(more: Partial<Service> = {}): Service {
  changes += 1;
  return {
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
    changed: changes,
    ...more,
  };
}

describe('host_status', () => {
  // Nova: compute/api.py get_instance_host_status. Disabled wins over dead; forced down over everything.
  it.each([
    [{ forcedDown: true, disabled: true }, true, 'DOWN forced-down'],
    [{ forcedDown: true, disabled: false }, true, 'DOWN forced-down'],
    [{ forcedDown: true, disabled: false }, false, 'DOWN forced-down'],
    [{ forcedDown: false, disabled: true }, true, 'MAINTENANCE disabled'],
    [{ forcedDown: false, disabled: true }, false, 'MAINTENANCE disabled-silent'],
    [{ forcedDown: false, disabled: true, disabledReason: 'AUTO: gone' }, true, 'MAINTENANCE hypervisor-lost'],
    [{ forcedDown: false, disabled: true, disabledReason: 'AUTO: gone' }, false, 'MAINTENANCE disabled-silent'],
    [{ forcedDown: false, disabled: false }, true, 'UP heard'],
    [{ forcedDown: false, disabled: false }, false, 'UNKNOWN silent'],
  ] as const)('of a service %j, heard %s, is %s', (row, heard, expected) => {
    const { table, pass, shown } = setUp();
    table.services([service(row)]);
    pass(BOUND + 1);
    if (heard) table.beat(beat);
    expect(shown()).toBe(expected);
    expect(table.isUp(H), 'os-services says the same').toBe(heard && !row.forcedDown);
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

describe('services', () => {
  it('are as the newest change has them, in whatever order they come', () => {
    const { table } = setUp();
    const [before, down] = [service(), service({ forcedDown: true })];
    table.service(down);
    table.service(before);
    table.services([before]);
    expect(table.status(H)).toBe('DOWN');
    table.removed(H, down.changed + 1);
    table.service(down);
    expect([table.status(H), table.serviceCount]).toEqual(['', 0]);
    table.service(service({ changed: down.changed + 2 }));
    expect([table.status(H), table.serviceCount]).toEqual(['UNKNOWN', 1]);
    changes += 2;
  });

  it('that were made after a reading are not taken for removed', () => {
    const { table } = setUp();
    const late = service();
    table.service(late);
    table.services([], late.changed - 1);
    expect(table.status(H)).toBe('UNKNOWN');
    table.services([], late.changed);
    expect(table.status(H)).toBe('');
  });
});

describe('freshness', () => {
  it('lasts to the bound and not beyond; one beat brings it back', () => {
    const { table, pass } = setUp();
    table.services([service()]);
    table.beat(beat);
    pass(BOUND);
    expect([table.heard(H), table.isUp(H), table.status(H)]).toEqual([true, true, 'UP']);
    pass(0.001);
    expect([table.heard(H), table.isUp(H), table.status(H)]).toEqual([false, false, 'UNKNOWN']);
    table.beat(beat);
    expect(table.status(H)).toBe('UP');
  });

  it('begins with a hello too', () => {
    const { table, time } = setUp();
    const offered = { driver: 'sim', guests: [{ id: 'g' }] };
    table.hello({ host: H, wire: 1, life: 'l', calls: ['pause'], offered } as unknown as Hello);
    expect(table.heard(H)).toBe(true);
    expect(table.find(H)).toMatchObject({ life: 'l', calls: ['pause'], lastBeatAt: time.wall });
    expect(table.find(H)?.offered?.guests, 'they are only looked at by who was told').toBeNull();
  });

  it('is never lost or won by a jump of the wall clock', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 2 * BOUND }), (jump, passed) => {
        const { table, time, pass } = setUp();
        table.services([service()]);
        table.beat(beat);
        time.wall += jump;
        pass(passed);
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
    expect([table.isUp(H), table.isReached(H), table.heard(H)]).toEqual([false, false, true]);
  });
});

describe('the beginning', () => {
  it('declares nobody dead before a host could have been heard', () => {
    const { table, pass, shown, edges } = setUp();
    table.services([service()]);
    expect(shown()).toBe('UNKNOWN not-heard-yet');
    pass(BOUND);
    expect(shown()).toBe('UNKNOWN not-heard-yet');
    pass(1);
    expect(shown()).toBe('UNKNOWN silent');
    expect(edges).toEqual(['UNKNOWN not-heard-yet', 'UNKNOWN silent']);
  });
});

describe('an agent that stops', () => {
  it('is UNKNOWN at once, whatever old beat comes after, and UP with its next life', () => {
    const { table, shown } = setUp();
    table.services([service()]);
    table.beat(beat);
    table.beat(LAST);
    table.beat(beat);
    expect(shown()).toBe('UNKNOWN stopped');
    expect(table.heard(H)).toBe(false);
    table.beat({ ...beat, life: 'next' });
    expect(shown()).toBe('UP heard');
  });

  it('does not count as one that comes and goes', () => {
    const { table, shown } = setUp();
    table.services([service()]);
    for (let n = 0; n < 5; n += 1) {
      table.beat({ ...beat, life: `${n}` });
      expect(shown()).toBe('UP heard');
      table.beat({ ...LAST, life: `${n}` });
    }
  });
});

describe('the bus', () => {
  it('takes every host along after the bound, and no host for dead; back, each has the time to return and its own', () => {
    const { table, pass, shown, edges } = setUp();
    table.services([service()]);
    table.beat(beat);
    table.busAway();
    pass(BOUND);
    expect(shown()).toBe('UP heard');
    pass(1);
    expect(shown()).toBe('UNKNOWN bus-lost');
    for (let n = 0; n < 10; n += 1) pass(BOUND);
    expect(shown()).toBe('UNKNOWN bus-lost');
    table.busBack(RETURN);
    pass(RETURN + BOUND);
    expect(shown()).toBe('UNKNOWN bus-lost');
    pass(1);
    expect(shown()).toBe('UNKNOWN silent');
    expect(edges).toEqual(['UNKNOWN not-heard-yet', 'UP heard', 'UNKNOWN bus-lost', 'UNKNOWN silent']);
  });

  it('that is away for less than the bound is not noticed', () => {
    const { table, pass, edges } = setUp();
    table.services([service()]);
    table.beat(beat);
    table.busAway();
    pass(BOUND - 1);
    table.busBack(RETURN);
    pass(BOUND - 1);
    table.beat(beat);
    pass(1);
    expect(edges).toEqual(['UNKNOWN not-heard-yet', 'UP heard']);
  });

  it('is not the host coming and going', () => {
    const { table, pass, shown } = setUp();
    table.services([service()]);
    table.beat(beat);
    for (let n = 0; n < 5; n += 1) {
      table.busAway();
      pass(BOUND + 1);
      table.busBack(RETURN);
      table.beat(beat);
      expect(shown()).toBe('UP heard');
    }
  });

  it('once it is back, gives a host that was heard since its own time and no more', () => {
    const { table, pass, shown, time } = setUp();
    const other = asId<HostName>('other');
    table.services([service()]);
    for (const host of [other, H]) table.beat({ ...beat, host });
    table.busAway();
    table.busBack(RETURN);
    table.beat(beat);
    pass(BOUND);
    expect(table.anyLate(time.mono)).toBe(false);
    pass(1);
    expect([shown(), table.find(other)?.hearing]).toEqual(['UNKNOWN silent', 'heard']);
    pass(RETURN - 1);
    expect(table.find(other)?.hearing).toBe('heard');
    expect(table.anyLate(time.mono + 1)).toBe(true);
    pass(1);
    expect(table.find(other)?.hearing).toBe('silent');
  });
});

describe('a host that comes and goes', () => {
  it('is back at once the first time, then when its time is over and it is heard', () => {
    const { table, pass, shown } = setUp();
    table.services([service()]);
    table.beat(beat);
    pass(BOUND + 1);
    table.beat(beat);
    expect(shown()).toBe('UP heard');
    pass(BOUND + 1);
    table.beat(beat);
    expect(shown()).toBe('UNKNOWN flapping');
    expect([table.isUp(H), table.isReached(H)], 'commands still reach it').toEqual([false, true]);
    for (let waited = BOUND + 1; waited < HOLD; waited += 1_000) {
      expect(shown()).toBe('UNKNOWN flapping');
      pass(1_000);
      table.beat(beat);
    }
    expect(shown()).toBe('UP heard');
  });

  it('goes on being held by the process that takes over', () => {
    const { table, pass, shown } = setUp();
    table.services([service()]);
    table.takeOver(H, { agoMs: 10_000, lost: true });
    table.beat(beat);
    expect(shown()).toBe('UNKNOWN flapping');
    pass(HOLD - 10_001);
    table.beat(beat);
    expect(shown()).toBe('UNKNOWN flapping');
    pass(1);
    table.beat(beat);
    expect(shown()).toBe('UP heard');
  });
});

type Step = { readonly wait: number; readonly jump: number; readonly beats: boolean };
const STEPS = fc.array(
  fc.record({ wait: fc.integer({ min: 1, max: 4_000 }), jump: fc.integer(), beats: fc.boolean() }),
  { maxLength: 200 },
);

describe('whatever comes when', () => {
  it('UP without a beat within the bound there never is, nor UNKNOWN for one that was always heard', () => {
    fc.assert(
      fc.property(STEPS, (steps: readonly Step[]) => {
        const { table, time, pass } = setUp();
        table.services([service()]);
        let last: number | null = null;
        let lost = false;
        for (const { wait, jump, beats } of steps) {
          time.wall += jump;
          pass(wait);
          const fresh = last !== null && time.mono - last <= BOUND;
          if (last !== null && !fresh) lost = true;
          if (table.status(H) === 'UP') expect(fresh).toBe(true);
          if (fresh && !lost) expect(table.status(H)).toBe('UP');
          expect(table.heard(H)).toBe(fresh);
          if (!beats) continue;
          table.beat(beat);
          last = time.mono;
        }
      }),
    );
  });

  it('a host comes back at most once in its time', () => {
    fc.assert(
      fc.property(STEPS, (steps: readonly Step[]) => {
        const { table, time, pass } = setUp();
        table.services([service()]);
        table.beat(beat);
        const returns: number[] = [];
        table.onEdge(({ status }) => {
          if (status === 'UP') returns.push(time.mono);
        });
        for (const { wait, beats } of steps) {
          pass(wait);
          if (beats) table.beat(beat);
        }
        for (const [n, at] of returns.entries()) expect(at - (returns[n - 1] ?? -HOLD)).toBeGreaterThanOrEqual(HOLD);
      }),
    );
  });

  it('of ten thousand hosts only those that are late are judged, each once', () => {
    const { table, time, pass } = setUp();
    const hosts = Array.from({ length: 10_000 }, (_, n) => asId<HostName>(`h${n}`));
    table.services(hosts.map((host) => service({ host })));
    for (const host of hosts) table.beat(beat, host);
    const dead = new Set(hosts.slice(0, 1_000));
    const edges: string[] = [];
    table.onEdge(({ host }) => edges.push(host));
    for (let second = 0; second < 5; second += 1) {
      pass(1_000);
      for (const host of hosts) if (!dead.has(host)) table.beat(beat, host);
    }
    expect(edges).toEqual([...dead]);
    expect(table.anyLate(time.mono)).toBe(false);
  });
});

it('lists hosts by name, and knows nothing of those it never heard of', () => {
  const { table } = setUp();
  for (const host of ['b', 'a', 'c']) table.beat({ ...beat, host: asId(host) });
  expect(table.all().map(([host]) => host)).toEqual(['a', 'b', 'c']);
  expect(table.find(asId('nobody'))).toBeNull();
});

it('has met a host when the agent that is heard now has told what it is, to whichever process', () => {
  const { table } = setUp();
  const told = { wire: 1, life: 'l', calls: [], offered: { driver: 'sim' } as never };
  table.beat(beat);
  expect(table.isMet(H)).toBe(false);
  table.service(service(), told);
  expect([table.isMet(H), table.find(H)?.offered?.driver]).toEqual([true, 'sim']);
  table.beat({ ...beat, life: 'next' });
  expect(table.isMet(H)).toBe(false);
});
