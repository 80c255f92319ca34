// Servers: rows in, rows out. Who may see which row is not decided here but in access/.

import type { Insertable, Selectable, Updateable } from 'kysely';
import type { EmbeddedFlavor } from '../model/flavor.ts';
import type { HostName, ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { PowerState } from '../model/power-state.ts';
import type { Server, ServerAddress, ServerFault } from '../model/server.ts';
import type { TaskState, VmState } from '../model/server-states.ts';
import { serverWords } from './dialects/server-words.ts';
import { sizeColumns } from './server-usage.ts';
import type { Db } from './store.ts';
import type { ServersTable } from './tables.ts';

/** A server that is not in the database yet: everything but its number. */
export type NewServer = Omit<Server, 'seq' | 'version'>;

/** What of a server may change. */
export type ServerPatch = Partial<Omit<Server, 'id' | 'seq' | 'version' | 'projectId' | 'createdAt' | 'origin'>>;

/** The row's JSON columns hold only what this file wrote into them. */
const parse = <T>(text: string): T => JSON.parse(text) as T;

/** A row as the model's server. */
export function toServer(row: Selectable<ServersTable>): Server {
  return {
    id: asId(row.id),
    seq: row.seq,
    version: row.version,
    projectId: asId(row.project_id),
    userId: asId(row.user_id),
    name: row.name,
    description: row.description,
    hostname: row.hostname,
    host: row.host === null ? null : asId(row.host),
    node: row.node,
    vmState: row.vm_state as VmState,
    taskState: row.task_state as TaskState | null,
    powerState: row.power_state as PowerState,
    progress: row.progress,
    lockedBy: row.locked_by as Server['lockedBy'],
    lockedReason: row.locked_reason,
    imageId: row.image_id === null ? null : asId(row.image_id),
    flavor: parse<EmbeddedFlavor>(row.flavor),
    metadata: parse<Record<string, string>>(row.metadata),
    tags: parse<string[]>(row.tags),
    addresses: parse<Record<string, ServerAddress[]>>(row.addresses),
    accessIpV4: row.access_ip_v4,
    accessIpV6: row.access_ip_v6,
    availabilityZone: row.availability_zone,
    configDrive: row.config_drive === 1,
    diskConfig: row.disk_config as Server['diskConfig'],
    keyName: row.key_name,
    userData: row.user_data,
    securityGroups: parse<string[]>(row.security_groups),
    networks: row.networks as Server['networks'],
    hints: parse<Record<string, unknown>>(row.hints),
    groupId: row.group_id,
    pinnedZone: row.pinned_zone,
    oldFlavor: row.old_flavor === null ? null : parse<EmbeddedFlavor>(row.old_flavor),
    oldVmState: row.old_vm_state as VmState | null,
    reservationId: row.reservation_id,
    launchIndex: row.launch_index,
    kernelId: row.kernel_id,
    ramdiskId: row.ramdisk_id,
    rootDeviceName: row.root_device_name,
    instanceName: row.instance_name,
    fault: row.fault === null ? null : parse<ServerFault>(row.fault),
    origin: row.origin as Server['origin'],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    launchedAt: row.launched_at,
    terminatedAt: row.terminated_at,
    deletedAt: row.deleted_at,
  };
}

const COLUMN = {
  userId: 'user_id',
  name: 'name',
  description: 'description',
  hostname: 'hostname',
  host: 'host',
  node: 'node',
  vmState: 'vm_state',
  taskState: 'task_state',
  powerState: 'power_state',
  progress: 'progress',
  lockedBy: 'locked_by',
  lockedReason: 'locked_reason',
  imageId: 'image_id',
  accessIpV4: 'access_ip_v4',
  accessIpV6: 'access_ip_v6',
  availabilityZone: 'availability_zone',
  diskConfig: 'disk_config',
  keyName: 'key_name',
  userData: 'user_data',
  networks: 'networks',
  groupId: 'group_id',
  pinnedZone: 'pinned_zone',
  oldVmState: 'old_vm_state',
  reservationId: 'reservation_id',
  launchIndex: 'launch_index',
  kernelId: 'kernel_id',
  ramdiskId: 'ramdisk_id',
  rootDeviceName: 'root_device_name',
  instanceName: 'instance_name',
  updatedAt: 'updated_at',
  launchedAt: 'launched_at',
  terminatedAt: 'terminated_at',
  deletedAt: 'deleted_at',
} as const satisfies Partial<Record<keyof ServerPatch, keyof ServersTable>>;

/** The columns of `patch`; JSON ones are written as text. */
function toColumns(patch: ServerPatch): Updateable<ServersTable> {
  const columns: Record<string, unknown> = {};
  for (const [key, column] of Object.entries(COLUMN)) {
    const value = patch[key as keyof typeof COLUMN];
    if (value !== undefined) columns[column] = value;
  }
  if (patch.configDrive !== undefined) columns['config_drive'] = patch.configDrive ? 1 : 0;
  if (patch.metadata !== undefined) columns['metadata'] = JSON.stringify(patch.metadata);
  if (patch.tags !== undefined) columns['tags'] = JSON.stringify(patch.tags);
  if (patch.addresses !== undefined) columns['addresses'] = JSON.stringify(patch.addresses);
  if (patch.securityGroups !== undefined) columns['security_groups'] = JSON.stringify(patch.securityGroups);
  if (patch.fault !== undefined) columns['fault'] = patch.fault === null ? null : JSON.stringify(patch.fault);
  if (patch.hints !== undefined) columns['hints'] = JSON.stringify(patch.hints);
  if (patch.oldFlavor !== undefined) {
    columns['old_flavor'] = patch.oldFlavor === null ? null : JSON.stringify(patch.oldFlavor);
  }
  if (patch.flavor !== undefined) {
    columns['flavor'] = JSON.stringify(patch.flavor);
    columns['flavor_id'] = patch.flavor.id;
    Object.assign(columns, sizeColumns(patch.flavor));
  }
  return columns;
}

/** Adds a server and gives it back with its number. */
export async function insertServer(db: Db, server: NewServer): Promise<Server> {
  const row = await db
    .insertInto('servers')
    .values({
      ...(toColumns(server) as Insertable<ServersTable>),
      id: server.id,
      project_id: server.projectId,
      origin: server.origin,
      created_at: server.createdAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toServer(row);
}

/** Which servers a change is for: those with this value in a column; `living`: none that were deleted. */
export interface ServerPick {
  readonly column: 'id' | 'seq' | 'host' | 'group_id';
  readonly is: string | number;
  readonly living?: true;
}

/** Changes columns of servers. All that changes rows of servers goes through here, where their versions are counted. */
export async function changeServers(db: Db, pick: ServerPick, columns: Updateable<ServersTable>): Promise<void> {
  const change = db
    .updateTable('servers')
    .set((e) => ({ ...columns, version: e('version', '+', 1) }))
    .where(pick.column, '=', pick.is);
  await (pick.living ? change.where('deleted_at', 'is', null) : change).execute();
}

/** Changes a server. */
export async function patchServer(db: Db, id: ServerId, patch: ServerPatch): Promise<void> {
  await changeServers(db, { column: 'id', is: id }, toColumns(patch));
}

/** One server, deleted ones too; null if there never was one. An id may be in capitals, as for Nova's database. */
export async function findServer(db: Db, id: string): Promise<Server | null> {
  const row = await db.selectFrom('servers').selectAll().where('id', '=', id.toLowerCase()).executeTakeFirst();
  return row === undefined ? null : toServer(row);
}

/** Where a server is or was, and whether it was deleted. */
export type ServerPlace = Pick<Server, 'host' | 'node' | 'deletedAt'>;

/** The places of those of `ids` that are or were servers, deleted ones too, in one query; by the id as it was given. */
export async function serverPlaces(db: Db, ids: readonly ServerId[]): Promise<ReadonlyMap<ServerId, ServerPlace>> {
  if (ids.length === 0) return new Map();
  const wanted = Array.from(new Set(ids), (id) => id.toLowerCase());
  const rows = await db
    .selectFrom('servers')
    .select(['id', 'host', 'node', 'deleted_at'])
    .where((e) => serverWords(db).isOneOf(e, 'id', wanted))
    .execute();
  const found = new Map(rows.map((row) => [row.id, row] as const));
  return new Map(
    ids.flatMap((id) => {
      const row = found.get(id.toLowerCase());
      if (row === undefined) return [];
      const host = row.host === null ? null : asId<HostName>(row.host);
      return [[id, { host, node: row.node, deletedAt: row.deleted_at }] as const];
    }),
  );
}

/** How many servers that are not deleted are on `host`. */
export async function countServersOn(db: Db, host: HostName): Promise<number> {
  const row = await db
    .selectFrom('servers')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('host', '=', host)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return row.n;
}

/** How many servers that are not deleted are on each host that has any. */
export async function countServersByHost(db: Db): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('servers')
    .select((e) => ['host', e.fn.countAll<number>().as('n')])
    .where('host', 'is not', null)
    .where('deleted_at', 'is', null)
    .groupBy('host')
    .execute();
  return new Map(rows.map((row) => [row.host ?? '', row.n]));
}
