// Puts the fixtures of the recorded answers into a database: their rows hold what Nova showed of them.

import { beginEvent, finishEvent, insertAction } from '../../src/db/instance-actions.ts';
import type { NewServer } from '../../src/db/servers.ts';
import { insertServer } from '../../src/db/servers.ts';
import type { Store } from '../../src/db/store.ts';
import type { SimWorld } from '../../src/drivers/sim/sim-world.ts';
import { asId } from '../../src/model/ids.ts';
import type { ServerAddress } from '../../src/model/server.ts';
import { serverRow } from '../harness/server-rows.ts';
import { guestOf } from '../harness/sim-parts.ts';
import type { GoldenFixtures, GoldenServer } from './golden-data.ts';

/** Hosts in the order of their services' numbers, which begin at 5. */
const HOSTS = ['10', '07', '01', '06', '09', '05', '03', '08', '04', '02'].map((n) => `compute-${n}`);
/** The hosts that have a nova-compute service. */
export const COMPUTE_HOSTS: readonly string[] = HOSTS.toSorted();
const BENCH_PER_HOST = 100;
const SEEDED_AT = Date.parse('2026-11-21T02:08:45Z');
/** The servers of the bench project that recorded lists begin with, of the last second, by their ids. */
const NEWEST_BENCH = new Map([
  ['bench-10-100', '1ce716f5-474e-4d08-955e-c67c39736a0d'],
  ['bench-10-83', '184ad885-a523-4c64-883e-61cc6b9ec9c1'],
]);

/** Adds everything. */
export async function seedGolden(store: Store, world: SimWorld, fixtures: GoldenFixtures): Promise<void> {
  const servers = goldenRows(fixtures);
  await store.transaction(async (tx) => {
    const services = [
      {
        seq: 1,
        id: 'c01a183d-5291-460d-a0b4-f6fb0de142c5',
        host: 'control',
        binary: 'nova-scheduler',
        zone: 'internal',
      },
      {
        seq: 2,
        id: '03ddc9fb-0981-4d67-9283-0bf1f472bc33',
        host: 'control',
        binary: 'nova-conductor',
        zone: 'internal',
      },
      ...HOSTS.map((host, i) => ({
        seq: 5 + i,
        id: fixtures.ids[`service_${host.replace('-', '_')}`] ?? '',
        host,
        binary: 'nova-compute',
        zone: 'nova',
      })),
    ];
    const state = { disabled: 0, disabled_reason: null, forced_down: 0 } as const;
    const at = { created_at: SEEDED_AT, updated_at: SEEDED_AT };
    await tx
      .insertInto('services')
      .values(services.map((service) => ({ ...service, ...state, ...at })))
      .execute();
    for (const row of [...servers, ...benchRows()]) await insertServer(tx, row);
    const active = servers.find((row) => row.name === 'golden-active');
    if (active === undefined) throw new Error('the fixtures lack golden-active');
    const actionSeq = await insertAction(tx, {
      serverId: active.id,
      requestId: asId(fixtures.ids['request_create'] ?? ''),
      action: 'create',
      userId: active.userId,
      projectId: active.projectId,
      startTime: SEEDED_AT,
    });
    const event = { actionSeq, event: 'compute__do_build_and_run_instance' };
    await beginEvent(tx, { ...event, host: active.host, at: SEEDED_AT + 3_000 });
    await finishEvent(tx, { ...event, at: SEEDED_AT + 8_000, result: 'Success', details: null });
  });
  // Guests that give no sign after an NMI: what they would do is not what was recorded.
  for (const row of servers) {
    if (row.host !== null && row.powerState === 1) world.plantGuest(row.host, guestOf(row, 'hangs'));
  }
}

function goldenRows(fixtures: GoldenFixtures): NewServer[] {
  return fixtures.states.map(([name, vmState, taskState, powerState, locked], i) => {
    const state: Partial<NewServer> = { vmState, taskState, powerState, lockedBy: locked === 1 ? 'owner' : null };
    const shown = fixtures.servers.find((server) => server.name === `golden-${name}`);
    if (shown !== undefined) return serverRow({ ...rowOf(shown), ...state });
    // Nova does not show the one that is deleted: of it only its place among the others matters.
    const createdAt = Date.parse('2024-03-01T10:00:00Z') + i * 60_000;
    return serverRow({
      id: asId(fixtures.ids[`server_${name}`] ?? ''),
      name: `golden-${name}`,
      projectId: asId('golden'),
      userId: asId('admin'),
      host: null,
      createdAt,
      updatedAt: createdAt + 3_600_000,
      deletedAt: createdAt + 3_600_000,
      ...state,
    });
  });
}

/** The row behind a server as Nova showed it. */
function rowOf(shown: GoldenServer): Partial<NewServer> {
  const { vcpus, ram, disk, ephemeral, swap } = shown.flavor;
  const host = shown['OS-EXT-SRV-ATTR:host'];
  return {
    id: asId(shown.id),
    name: shown.name,
    projectId: asId(shown.tenant_id),
    userId: asId(shown.user_id),
    metadata: shown.metadata,
    imageId: asId(shown.image.id),
    flavor: { id: '1', name: 'peer.small', vcpus, ram, disk, ephemeral, swap, extraSpecs: {} },
    addresses: addressesOf(shown),
    availabilityZone: shown['OS-EXT-AZ:availability_zone'],
    hostname: shown['OS-EXT-SRV-ATTR:hostname'],
    host: host === null ? null : asId(host),
    node: shown['OS-EXT-SRV-ATTR:hypervisor_hostname'],
    instanceName: shown['OS-EXT-SRV-ATTR:instance_name'],
    reservationId: shown['OS-EXT-SRV-ATTR:reservation_id'],
    rootDeviceName: shown['OS-EXT-SRV-ATTR:root_device_name'],
    createdAt: Date.parse(shown.created),
    updatedAt: Date.parse(shown.updated),
    launchedAt: Date.parse(`${shown['OS-SRV-USG:launched_at']}Z`),
  };
}

function addressesOf({ addresses }: GoldenServer): Record<string, ServerAddress[]> {
  return Object.fromEntries(
    Object.entries(addresses).map(([network, list]) => [
      network,
      list.map((one) => ({
        version: one.version,
        addr: one.addr,
        type: one['OS-EXT-IPS:type'],
        mac: one['OS-EXT-IPS-MAC:mac_addr'],
      })),
    ]),
  );
}

/** A thousand servers of another project, newer than all others. */
function benchRows(): NewServer[] {
  const rows: NewServer[] = [];
  for (const host of COMPUTE_HOSTS) {
    for (let n = 1; n <= BENCH_PER_HOST; n += 1) {
      const name = `bench-${host.slice(-2)}-${n}`;
      const id = NEWEST_BENCH.get(name);
      const createdAt = Date.parse(id === undefined ? '2024-03-02T00:00:00Z' : '2024-03-02T00:00:01Z');
      rows.push(
        serverRow({
          ...(id === undefined ? {} : { id: asId(id) }),
          name,
          projectId: asId('bench'),
          userId: asId('admin'),
          host: asId(host),
          createdAt,
          updatedAt: createdAt,
        }),
      );
    }
  }
  return rows;
}
