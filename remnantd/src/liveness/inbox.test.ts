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
import { listenToHosts, refreshServices } from './inbox.ts';

const H = asId<HostName>('h');

async function setUp() {
  const clock = testClock();
  const store = await openStore(`sqlite:${join(tempDir(), 'remnant.db')}`);
  const bus = testBus(clock);
  const hosts = new HostTable(clock, 3_000);
  const errors: unknown[] = [];
  const met: string[] = [];
  const stop = listenToHosts({
    store,
    bus,
    clock,
    hosts,
    zone: 'nova',
    onHello: async (hello) => {
      // Its row is there before anybody is told.
      met.push(`${hello.host}:${(await findServiceOn(store.read, hello.host, 'nova-compute'))?.zone ?? 'no row'}`);
    },
    onError: (_what, error) => errors.push(error),
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
  const beat = (connection: Beat['connection']) => {
    const message: Beat = { host: H, life: 'l', connection };
    bus.publish(SUBJECT.beat, message as unknown as JsonValue);
  };
  const hello = (host = H) =>
    bus.request(SUBJECT.hello, { host, wire: 1, life: 'l', calls: [], offered: { guests: [] } }, 1_000);
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
  return { store, hosts, met, service, beat, hello, admin, beatUntil, settled };
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
    const { hosts, beat, store, hello } = await setUp();
    await hello();
    beat(UP);
    await refreshServices(store, hosts);
    expect(hosts.status(H)).toBe('UP');
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
