// Hellos and beats on a real database: a service for each host, and Nova's AUTO disable, which never undoes an admin's.

import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { testBus } from '../../test/harness/test-bus.ts';
import { testClock } from '../../test/harness/test-clock.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import { allServices, findServiceOn, patchService } from '../db/services.ts';
import { openStore } from '../db/store.ts';
import type { JsonValue } from '../lib/json.ts';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Beat } from '../model/wire.ts';
import { SUBJECT } from '../model/wire.ts';
import { HostTable } from './host-table.ts';
import { listenToHosts } from './inbox.ts';
import { ServiceBook } from './service-book.ts';

const H = asId<HostName>('h');

async function setUp() {
  const clock = testClock();
  const store = await openStore(`sqlite:${join(tempDir(), 'remnant.db')}`);
  const bus = testBus(clock);
  const hosts = new HostTable(clock, 3_000);
  const errors: unknown[] = [];
  const met: string[] = [];
  const onError = (_what: string, error: unknown) => errors.push(error);
  const book = new ServiceBook({ store, bus, clock, hosts, onTransitions: async () => {}, onError });
  const stop = listenToHosts({
    store,
    bus,
    clock,
    hosts,
    book,
    zone: 'nova',
    onHello: async (hello) => {
      // Its row is there before anybody is told.
      met.push(`${hello.host}:${(await findServiceOn(store.read, hello.host, 'nova-compute'))?.zone ?? 'no row'}`);
    },
    onError,
  });
  onTestFinished(async () => {
    stop();
    clock.stop();
    await store.close();
    expect(errors).toEqual([]);
  });
  const service = async () => {
    const row = await findServiceOn(store.read, H, 'nova-compute');
    if (row === null) throw new Error('there is no service');
    return row;
  };
  const beat = (connection: Beat['connection'], more: Partial<Beat> = {}) => {
    const message: Beat = { host: H, life: 'l', connection, ...more };
    bus.publish(SUBJECT.from(H, 'beat'), message as unknown as JsonValue);
  };
  const hello = (host = H, life = 'l') =>
    bus.request(SUBJECT.from(host, 'hello'), { host, wire: 1, life, calls: [], offered: { guests: [] } }, 1_000);
  /** Does what an admin does. */
  const admin = async (patch: { disabled: boolean; disabledReason: string | null }) => {
    const { id } = await service();
    hosts.service(await store.transaction((tx) => patchService(tx, id, patch, clock.wall())));
  };
  /** Beats until the table says so. */
  const beatUntil = (connection: Beat['connection'], status: string) =>
    waitFor(`host_status ${status}`, () => {
      beat(connection);
      return hosts.status(H) === status;
    });
  /** Beats, and waits until that beat and all before it were taken. */
  const settled = async (connection: Beat['connection']) => {
    for (let n = 0; n < 3; n += 1) {
      beat(connection);
      await hello();
    }
  };
  return { store, bus, clock, hosts, book, met, service, beat, hello, admin, beatUntil, settled };
}

const UP = { up: true, reason: '' };
const GONE = { up: false, reason: 'Connection to libvirt lost' };

describe('a host that says hello', () => {
  it('gets one service, enabled, and the number commands are at', async () => {
    const { store, hosts, met, hello } = await setUp();
    expect(await hello()).toEqual({ commandSeq: 0 });
    await Promise.all([hello(), hello()]);
    expect(await allServices(store.read)).toMatchObject([{ host: 'h', binary: 'nova-compute', disabled: false }]);
    expect(met).toEqual(['h:nova', 'h:nova', 'h:nova']);
    expect(hosts.status(H)).toBe('UP');
  });

  it('is known from its beats alone once its row is there', async () => {
    const { hosts, beat, book, hello } = await setUp();
    await hello();
    beat(UP);
    await book.refresh();
    expect(hosts.status(H)).toBe('UP');
  });
});

describe('a hello that comes late', () => {
  const toldIn = async (hosts: HostTable, book: ServiceBook) => {
    await book.refresh();
    return hosts.find(H)?.life;
  };

  it('of an agent that stopped replaces nothing of what a newer one told', async () => {
    const { bus, hosts, book, met, hello, beat } = await setUp();
    await hello(H, 'old');
    beat(UP, { life: 'old', leaving: true });
    await bus.settle(1_000);
    await hello(H, 'new');
    await expect(hello(H, 'old')).rejects.toMatchObject({ code: 'refused' });
    expect([await toldIn(hosts, book), hosts.isMet(H), met.length]).toEqual(['new', true, 2]);
  });

  it('of one that was killed does, until the one that beats is asked, and told, to say it again', async () => {
    const { bus, clock, hosts, book, hello, beat } = await setUp();
    const rings: JsonValue[] = [];
    bus.subscribe(SUBJECT.ring(H), (ring) => rings.push(ring));
    const beatFor = async (seconds: number) => {
      for (let n = 0; n < seconds; n += 1) {
        beat(UP, { life: 'new' });
        await bus.settle(1_000);
        clock.advance(1_000);
      }
      await bus.settle(1_000);
    };
    await hello(H, 'old');
    await hello(H, 'new');
    await beatFor(20);
    expect(rings).toEqual([]);
    await hello(H, 'old');
    await beatFor(5);
    expect([rings, await toldIn(hosts, book), hosts.isMet(H)]).toEqual([[], 'old', false]);
    await beatFor(1);
    expect(rings).toEqual([{ greet: true }]);
    // One that does not is asked again, not at each beat.
    await beatFor(5);
    expect(rings).toHaveLength(2);
    await hello(H, 'new');
    await beatFor(20);
    expect([rings.length, await toldIn(hosts, book), hosts.isMet(H)]).toEqual([2, 'new', true]);
  });

  it('is not looked for where nothing is known of a host, or it stopped', async () => {
    const { bus, clock, hosts, hello, beat } = await setUp();
    const rings: JsonValue[] = [];
    bus.subscribe(SUBJECT.ring(H), (ring) => rings.push(ring));
    // Beats alone, of a host that nothing is known of.
    for (let n = 0; n < 10; n += 1) {
      beat(UP);
      await bus.settle(1_000);
      clock.advance(1_000);
    }
    await hello(H, 'old');
    for (let n = 0; n < 10; n += 1) {
      beat(UP, { life: 'new', leaving: true });
      await bus.settle(1_000);
      clock.advance(1_000);
    }
    expect([rings, hosts.find(H)?.hearing]).toEqual([[], 'stopped']);
  });
});

describe('a hypervisor that is lost', () => {
  it('disables its service with AUTO and the cause, and enables it when it is back', async () => {
    const { hello, service, beatUntil } = await setUp();
    await hello();
    await beatUntil(GONE, 'MAINTENANCE');
    expect(await service()).toMatchObject({ disabled: true, disabledReason: 'AUTO: Connection to libvirt lost' });
    await beatUntil(UP, 'UP');
    expect(await service()).toMatchObject({ disabled: false, disabledReason: null });
  });

  it('has its cause cut to what fits the column', async () => {
    const { hello, service, beatUntil } = await setUp();
    await hello();
    await beatUntil({ up: false, reason: 'x'.repeat(400) }, 'MAINTENANCE');
    expect((await service()).disabledReason).toHaveLength(255);
  });

  it('is not concluded from a driver that has not told yet', async () => {
    const { hello, service, settled } = await setUp();
    await hello();
    await settled(null);
    expect((await service()).disabled).toBe(false);
  });
});

describe('what an agent speaks for and cannot reach', () => {
  const AWAY = { up: false, reason: 'Ironic does not answer', unknown: true } as const;

  it('disables nothing: the host is UNKNOWN, and UP at once when it is back', async () => {
    const { hello, service, hosts, beatUntil, settled } = await setUp();
    await hello();
    const before = await service();
    await beatUntil(AWAY, 'UNKNOWN');
    await settled(AWAY);
    expect(hosts.find(H)).toMatchObject({ cause: 'out-of-reach', connection: { reason: 'Ironic does not answer' } });
    await beatUntil(UP, 'UP');
    expect(await service()).toEqual(before);
  });

  it('neither undoes nor begins an AUTO disable', async () => {
    const { hello, service, beatUntil, settled } = await setUp();
    await hello();
    await beatUntil(GONE, 'MAINTENANCE');
    await settled(AWAY);
    expect(await service()).toMatchObject({ disabled: true, disabledReason: 'AUTO: Connection to libvirt lost' });
    await beatUntil(UP, 'UP');
    expect((await service()).disabled).toBe(false);
  });
});

describe("an admin's disable", () => {
  it.each(['broken fan', null])('with reason %j is left alone, hypervisor lost or back', async (disabledReason) => {
    const { hello, admin, service, settled } = await setUp();
    await hello();
    await admin({ disabled: true, disabledReason });
    await settled(GONE);
    expect(await service()).toMatchObject({ disabled: true, disabledReason });
    await settled(UP);
    expect(await service()).toMatchObject({ disabled: true, disabledReason });
  });

  it.each(['broken fan', null])(
    'with reason %j made while it was AUTO stays when the hypervisor is back',
    async (why) => {
      const { hello, admin, service, beatUntil, settled } = await setUp();
      await hello();
      await beatUntil(GONE, 'MAINTENANCE');
      await admin({ disabled: true, disabledReason: why });
      await settled(UP);
      expect(await service()).toMatchObject({ disabled: true, disabledReason: why });
    },
  );
});
