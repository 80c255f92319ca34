// A server's fields, one row each (nova/api/openstack/compute/views/servers.py; facts of 26.2.2, measured against recorded
// answers). The order is Nova's.

import { createHash } from 'node:crypto';
import type { HostStatus } from '../../model/host-status.ts';
import type { Server } from '../../model/server.ts';
import { serverStatus } from '../../model/server-status.ts';
import type { LinkBase } from '../links.ts';
import { bookmark, resourceLinks } from '../links.ts';
import {
  FLAG,
  INTEGER,
  LINKS,
  listOf,
  MOMENT,
  MOMENT_OR_NULL,
  objectOf,
  STRING,
  STRING_OR_NULL,
  STRINGS_BY_NAME,
  shownAs,
  titled,
} from '../reply-schema.ts';
import type { Field } from '../shape.ts';
import { shape } from '../shape.ts';
import { microTimeOrNull, zuluTime } from '../times.ts';
import { extendedAddresses } from './addresses.ts';
import { changedFields } from './changed-fields.ts';

/** What a server's fields need beside its row. */
export interface ServerContext {
  readonly links: LinkBase;
  /** True if the reader may see the details of a fault whatever its code. */
  readonly isAdmin: boolean;
  /** True if the reader may see the extra specs of flavors. */
  readonly flavorSpecs: boolean;
}

/** What is known of a server at this moment and stands in no row. */
export interface ServerNow {
  readonly hostStatus: HostStatus;
}

/** Where a server is shown. */
export type ServerView = 'brief' | 'show' | 'detail' | 'update' | 'rebuild';
/** What a policy may open: fields behind a closed gate are left out. */
export type ServerGate = 'extended' | 'host-status' | 'host-status-unknown';

/** A row of the table. */
export type ServerField = Field<Server, ServerContext, ServerView, ServerGate, [ServerNow]>;
const FULL = ['show', 'detail'] as const satisfies readonly ServerView[];

const PROGRESS = new Set(['ACTIVE', 'BUILD', 'REBUILD', 'RESIZE', 'VERIFY_RESIZE', 'MIGRATING']);
const FAULTY = new Set(['ERROR', 'DELETED']);

const NULL = { type: 'null' };
const HOST_STATUS = { type: 'string', enum: ['UP', 'DOWN', 'MAINTENANCE', 'UNKNOWN', ''] };
const IMAGE = { oneOf: [objectOf({ id: STRING, links: LINKS }), { type: 'string', maxLength: 0 }] };
const FLAVOR_LINK = objectOf({ id: STRING, links: LINKS });
const SIZES = { vcpus: INTEGER, ram: INTEGER, disk: INTEGER, ephemeral: INTEGER, swap: INTEGER };
const FLAVOR = titled('ServerFlavor', objectOf({ ...SIZES, original_name: STRING }, { extra_specs: STRINGS_BY_NAME }));
const ADDRESS = { version: INTEGER, addr: STRING, 'OS-EXT-IPS:type': STRING, 'OS-EXT-IPS-MAC:mac_addr': STRING };
const ADDRESSES = { type: 'object', additionalProperties: listOf(titled('Address', objectOf(ADDRESS))) };
const FAULT = titled('ServerFault', objectOf({ code: INTEGER, created: MOMENT, message: STRING }, { details: STRING }));

const rows: readonly ServerField[] = [
  { name: 'id', type: STRING, doc: 'UUID', from: (s) => s.id },
  { name: 'name', type: STRING, doc: 'Its name', from: (s) => s.name },
  {
    name: 'links',
    in: ['brief'],
    type: LINKS,
    doc: 'self and bookmark',
    from: (s, c) => resourceLinks(c.links, `servers/${s.id}`),
  },
  { name: 'status', in: FULL, type: STRING, doc: 'ACTIVE, BUILD, ERROR, ...', from: serverStatus },
  { name: 'tenant_id', in: FULL, type: STRING, doc: "Its project's id", from: (s) => s.projectId },
  { name: 'user_id', in: FULL, type: STRING, doc: 'Who made it', from: (s) => s.userId },
  {
    name: 'metadata',
    in: FULL,
    type: STRINGS_BY_NAME,
    doc: 'Key and value pairs of its owner',
    from: (s) => s.metadata,
  },
  {
    name: 'hostId',
    in: FULL,
    type: STRING,
    doc: 'Tells servers on one host apart without naming it; empty without a host',
    from: hostIdOf,
  },
  { name: 'image', in: FULL, type: IMAGE, doc: 'What it was made from; empty when nothing', from: image },
  { name: 'flavor', in: FULL, until: '2.46', type: FLAVOR_LINK, doc: 'Its flavor, by link', from: flavorLink },
  {
    name: 'flavor',
    in: FULL,
    since: '2.47',
    type: FLAVOR,
    doc: 'Its flavor as it was made; extra specs by policy',
    from: flavor,
  },
  { name: 'created', in: FULL, type: MOMENT, doc: 'When', from: (s) => zuluTime(s.createdAt) },
  { name: 'updated', in: FULL, type: MOMENT, doc: 'When it last changed', from: (s) => zuluTime(s.updatedAt) },
  { name: 'addresses', in: FULL, type: ADDRESSES, doc: 'Addresses by network', from: extendedAddresses },
  { name: 'accessIPv4', in: FULL, type: STRING, doc: 'Set by its owner', from: (s) => s.accessIpV4 },
  { name: 'accessIPv6', in: FULL, type: STRING, doc: 'Set by its owner', from: (s) => s.accessIpV6 },
  {
    name: 'links',
    in: FULL,
    type: LINKS,
    doc: 'self and bookmark',
    from: (s, c) => resourceLinks(c.links, `servers/${s.id}`),
  },
  { name: 'OS-DCF:diskConfig', in: FULL, type: STRING, doc: 'AUTO or MANUAL', from: (s) => s.diskConfig },
  {
    name: 'progress',
    in: FULL,
    type: INTEGER,
    sometimes: true,
    doc: 'Per cent; only in states that make progress',
    from: (s) => (PROGRESS.has(serverStatus(s)) ? s.progress : undefined),
  },
  {
    name: 'fault',
    in: FULL,
    type: FAULT,
    sometimes: true,
    doc: 'Why it failed; only in ERROR and DELETED',
    from: fault,
  },
  {
    name: 'OS-EXT-AZ:availability_zone',
    in: FULL,
    type: STRING,
    doc: 'Its zone',
    from: (s) => s.availabilityZone ?? '',
  },
  { name: 'config_drive', in: FULL, type: STRING, doc: '"True" or empty', from: (s) => (s.configDrive ? 'True' : '') },
  { name: 'key_name', in: FULL, type: STRING_OR_NULL, doc: 'Its key pair', from: (s) => s.keyName },
  {
    name: 'OS-SRV-USG:launched_at',
    in: FULL,
    type: MOMENT_OR_NULL,
    doc: 'When it first ran',
    from: (s) => microTimeOrNull(s.launchedAt),
  },
  {
    name: 'OS-SRV-USG:terminated_at',
    in: FULL,
    type: MOMENT_OR_NULL,
    doc: 'When it was deleted',
    from: (s) => microTimeOrNull(s.terminatedAt),
  },
  {
    name: 'security_groups',
    in: FULL,
    type: listOf(objectOf({ name: STRING })),
    sometimes: true,
    doc: 'By name; absent when it has none',
    from: (s) => (s.securityGroups.length > 0 ? s.securityGroups.map((name) => ({ name })) : undefined),
  },
  {
    name: 'OS-EXT-SRV-ATTR:host',
    in: FULL,
    gate: 'extended',
    type: STRING_OR_NULL,
    doc: 'Its host',
    from: (s) => s.host,
  },
  {
    name: 'OS-EXT-SRV-ATTR:instance_name',
    in: FULL,
    gate: 'extended',
    type: STRING,
    doc: "The hypervisor's name for it",
    from: (s) => s.instanceName,
  },
  {
    name: 'OS-EXT-SRV-ATTR:hypervisor_hostname',
    in: FULL,
    gate: 'extended',
    type: STRING_OR_NULL,
    doc: 'Its hypervisor',
    from: (s) => s.node,
  },
  {
    name: 'OS-EXT-SRV-ATTR:reservation_id',
    in: FULL,
    since: '2.3',
    gate: 'extended',
    type: STRING_OR_NULL,
    doc: 'Of the request that made it',
    from: (s) => s.reservationId,
  },
  {
    name: 'OS-EXT-SRV-ATTR:launch_index',
    in: FULL,
    since: '2.3',
    gate: 'extended',
    type: INTEGER,
    doc: 'Its place in that request',
    from: (s) => s.launchIndex,
  },
  {
    name: 'OS-EXT-SRV-ATTR:hostname',
    in: FULL,
    since: '2.3',
    until: '2.89',
    gate: 'extended',
    type: STRING_OR_NULL,
    doc: 'Its own host name',
    from: (s) => s.hostname,
  },
  {
    name: 'OS-EXT-SRV-ATTR:hostname',
    in: FULL,
    since: '2.90',
    type: STRING_OR_NULL,
    doc: 'Its own host name',
    from: (s) => s.hostname,
  },
  {
    name: 'OS-EXT-SRV-ATTR:kernel_id',
    in: FULL,
    since: '2.3',
    gate: 'extended',
    type: STRING,
    doc: 'Its kernel image',
    from: (s) => s.kernelId,
  },
  {
    name: 'OS-EXT-SRV-ATTR:ramdisk_id',
    in: FULL,
    since: '2.3',
    gate: 'extended',
    type: STRING,
    doc: 'Its ramdisk image',
    from: (s) => s.ramdiskId,
  },
  {
    name: 'OS-EXT-SRV-ATTR:root_device_name',
    in: FULL,
    since: '2.3',
    gate: 'extended',
    type: STRING_OR_NULL,
    doc: 'Its root device',
    from: (s) => s.rootDeviceName,
  },
  {
    name: 'OS-EXT-SRV-ATTR:user_data',
    in: FULL,
    since: '2.3',
    gate: 'extended',
    type: STRING_OR_NULL,
    doc: 'Base64, as given',
    from: (s) => s.userData,
  },
  {
    name: 'OS-EXT-STS:task_state',
    in: FULL,
    type: STRING_OR_NULL,
    doc: 'What is being done with it',
    from: (s) => s.taskState,
  },
  { name: 'OS-EXT-STS:vm_state', in: FULL, type: STRING, doc: 'What it should be', from: (s) => s.vmState },
  {
    name: 'OS-EXT-STS:power_state',
    in: FULL,
    type: INTEGER,
    doc: '0 none, 1 running, 3 paused, 4 shutdown, 6 crashed, 7 suspended',
    from: (s) => s.powerState,
  },
  {
    name: 'os-extended-volumes:volumes_attached',
    in: FULL,
    type: listOf(objectOf({})),
    doc: 'Always empty: there is no volume service',
    from: () => [],
  },
  {
    name: 'host_status',
    in: FULL,
    since: '2.16',
    gate: 'host-status',
    type: HOST_STATUS,
    doc: 'UP, DOWN, MAINTENANCE, UNKNOWN or empty',
    live: (now) => now.hostStatus,
  },
  {
    name: 'host_status',
    in: FULL,
    since: '2.16',
    gate: 'host-status-unknown',
    type: HOST_STATUS,
    sometimes: true,
    doc: 'Shown only while UNKNOWN',
    live: (now) => (now.hostStatus === 'UNKNOWN' ? 'UNKNOWN' : undefined),
  },
  { name: 'locked', in: FULL, since: '2.9', type: FLAG, doc: 'True when locked', from: (s) => s.lockedBy !== null },
  {
    name: 'locked_reason',
    in: FULL,
    since: '2.73',
    type: STRING_OR_NULL,
    doc: 'Why it was locked',
    from: (s) => s.lockedReason,
  },
  { name: 'description', in: FULL, since: '2.19', type: STRING_OR_NULL, doc: 'Free text', from: (s) => s.description },
  { name: 'tags', in: FULL, since: '2.26', type: listOf(STRING), doc: 'Its tags', from: (s) => s.tags },
  { name: 'trusted_image_certificates', in: FULL, since: '2.63', type: NULL, doc: 'Always null', from: () => null },
  {
    name: 'server_groups',
    in: ['show'],
    since: '2.71',
    type: listOf(STRING),
    doc: 'The groups it is in',
    from: (s) => (s.groupId === null ? [] : [s.groupId]),
  },
  {
    name: 'pinned_availability_zone',
    in: FULL,
    since: '2.96',
    type: STRING_OR_NULL,
    doc: 'The zone it was asked for in; null when any would do',
    from: (s) => s.pinnedZone,
  },
];

/** A server's shape. */
export const SERVER_SHAPE = shape<Server, ServerContext, ServerView, ServerGate, [ServerNow]>([
  ...rows,
  ...changedFields(rows, 'update'),
  ...changedFields(rows, 'rebuild'),
]);

/** The views of a server, for the OpenAPI document. */
export const SERVER_REPLY = {
  brief: shownAs('ServerBrief', SERVER_SHAPE, 'brief'),
  show: shownAs('Server', SERVER_SHAPE, 'show'),
  detail: shownAs('ServerDetail', SERVER_SHAPE, 'detail'),
  update: shownAs('ServerUpdated', SERVER_SHAPE, 'update'),
  rebuild: shownAs('ServerRebuilt', SERVER_SHAPE, 'rebuild'),
};

/** Nova's hostId: the same for one project's servers on one host, and says nothing else. */
export function hostId(projectId: string, host: string | null): string {
  return host === null
    ? ''
    : createHash('sha224')
        .update(projectId + host)
        .digest('hex');
}

function hostIdOf(server: Server): string {
  return hostId(server.projectId, server.host);
}

function image(server: Server, context: ServerContext): unknown {
  if (server.imageId === null) return '';
  return {
    id: server.imageId,
    links: [{ rel: 'bookmark', href: bookmark(context.links, `images/${server.imageId}`) }],
  };
}

function flavorLink(server: Server, context: ServerContext): unknown {
  const { id } = server.flavor;
  return { id, links: [{ rel: 'bookmark', href: bookmark(context.links, `flavors/${id}`) }] };
}

function flavor(server: Server, context: ServerContext): unknown {
  const { vcpus, ram, disk, ephemeral, swap, name, extraSpecs } = server.flavor;
  const specs = context.flavorSpecs ? { extra_specs: extraSpecs } : {};
  return { vcpus, ram, disk, ephemeral, swap, original_name: name, ...specs };
}

function fault(server: Server, context: ServerContext): unknown {
  if (server.fault === null || !FAULTY.has(serverStatus(server))) return undefined;
  const { code, created, message, details } = server.fault;
  const shown = details !== null && (context.isAdmin || code !== 500);
  return { code, created: zuluTime(created), message, ...(shown ? { details } : {}) };
}
