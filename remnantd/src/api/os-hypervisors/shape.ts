// A hypervisor's fields, one row each (nova/api/openstack/compute/hypervisors.py).

import type { HostTable } from '../../liveness/host-table.ts';
import type { HostHypervisor, Taken } from '../../model/hypervisor.ts';
import type { ServerId } from '../../model/ids.ts';
import type { Service } from '../../model/service.ts';
import { stateOf } from '../os-services/shape.ts';
import type { ReplySchema } from '../reply-schema.ts';
import {
  INTEGER,
  INTEGER_OR_NULL,
  listOf,
  objectOf,
  STRING,
  STRING_OR_NULL,
  shownAs,
  titled,
} from '../reply-schema.ts';
import type { Field } from '../shape.ts';
import { shape } from '../shape.ts';

/** A hypervisor: the one of its service's host, or one of that host's nodes. */
export interface Hypervisor extends HostHypervisor {
  readonly service: Service;
  /** How it is named before 2.53, and from then on. */
  readonly number: number;
  readonly id: string;
}

/** What servers take of a hypervisor. */
export interface HypervisorUse extends Taken {
  readonly servers: number;
  /** Those of them that something is being done with. */
  readonly busy: number;
}

/** A hypervisor with what is shown of it. */
export interface ShownHypervisor extends Hypervisor {
  readonly use: HypervisorUse;
  /** As uptime(1) prints it; null when that cannot be had. */
  readonly uptime: string | null;
  /** Null: they were not asked for. */
  readonly servers: readonly { readonly id: ServerId; readonly instanceName: string }[] | null;
}

/** What the fields need beside. */
export interface HypervisorContext {
  readonly hosts: HostTable;
  /** True where servers that were asked for are shown even if there are none. */
  readonly emptyServers: boolean;
}

/** Where a hypervisor is shown. */
export type HypervisorView = 'brief' | 'full' | 'uptime';

type Row = Field<ShownHypervisor, HypervisorContext, HypervisorView, never>;

const amount = (name: string, doc: string, from: (h: ShownHypervisor) => number | null, type = INTEGER): Row => ({
  name,
  until: '2.87',
  in: ['full'],
  type,
  doc,
  from,
});

const SERVICE = titled('HypervisorService', objectOf({ id: STRING, host: STRING, disabled_reason: STRING_OR_NULL }));
const service = (idOf: (s: Service) => number | string) => (h: Hypervisor) => ({
  id: idOf(h.service),
  host: h.service.host,
  disabled_reason: h.service.disabledReason,
});
const serviceType = (id: ReplySchema): ReplySchema => ({ ...objectOf({ ...(SERVICE['properties'] as object), id }) });

const fields: readonly Row[] = [
  { name: 'id', until: '2.52', type: INTEGER, doc: 'Its number', from: (h) => h.number },
  { name: 'id', since: '2.53', type: STRING, doc: "Its UUID; of a node, the node's own", from: (h) => h.id },
  {
    name: 'hypervisor_hostname',
    type: STRING,
    doc: "The hypervisor's own name for its host; a node's UUID",
    from: (h) => h.hostname,
  },
  {
    name: 'state',
    type: { type: 'string', enum: ['up', 'down'] },
    doc: 'up when it was heard lately and is not forced down',
    from: (h, c) => stateOf(h.service, c.hosts),
  },
  {
    name: 'status',
    type: { type: 'string', enum: ['enabled', 'disabled'] },
    doc: 'enabled or disabled',
    from: (h) => (h.service.disabled ? 'disabled' : 'enabled'),
  },
  {
    name: 'hypervisor_type',
    in: ['full'],
    type: STRING,
    doc: 'As the hypervisor calls itself; empty for a host that never told',
    from: (h) => h.room.hypervisorType,
  },
  {
    name: 'hypervisor_version',
    in: ['full'],
    type: INTEGER,
    doc: 'Its version: 8002001 is 8.2.1',
    from: (h) => h.room.hypervisorVersion,
  },
  {
    name: 'host_ip',
    in: ['full'],
    type: STRING_OR_NULL,
    doc: 'Always null: hosts have no word for it',
    from: () => null,
  },
  {
    name: 'service',
    until: '2.52',
    in: ['full'],
    type: serviceType(INTEGER),
    doc: 'The compute service on it',
    from: service(({ seq }) => seq),
  },
  {
    name: 'service',
    since: '2.53',
    in: ['full'],
    type: SERVICE,
    doc: 'The compute service on it',
    from: service(({ id }) => id),
  },
  amount('vcpus', 'Processors it has', (h) => h.room.vcpus),
  amount('memory_mb', 'Memory it has, MiB', (h) => h.room.memoryMb),
  amount('local_gb', 'Disk it has, GiB; 0 while no disk can be made there', (h) => h.room.diskGb),
  amount('vcpus_used', 'Processors its servers have', (h) => h.use.vcpus),
  amount('memory_mb_used', 'Memory its servers have, MiB', (h) => h.use.memoryMb),
  amount('local_gb_used', 'Disk its servers have, GiB', (h) => h.use.diskGb),
  amount('free_ram_mb', 'Memory that no server has, MiB', (h) => h.room.memoryMb - h.use.memoryMb),
  amount('free_disk_gb', 'Disk that no server has, GiB', (h) => h.room.diskGb - h.use.diskGb),
  amount('current_workload', 'Servers that something is being done with', (h) => h.use.busy),
  amount('running_vms', 'Servers on it', (h) => h.use.servers),
  amount(
    'disk_available_least',
    'Of a node, as `free_disk_gb`; null else: what guests may still write is not known',
    (h) => (h.node === null ? null : h.room.diskGb - h.use.diskGb),
    INTEGER_OR_NULL,
  ),
  {
    name: 'cpu_info',
    until: '2.27',
    in: ['full'],
    type: STRING,
    doc: 'JSON: what is known of its processors',
    from: (h) => (h.room.arch === '' ? '' : JSON.stringify({ arch: h.room.arch })),
  },
  {
    name: 'cpu_info',
    since: '2.28',
    until: '2.87',
    in: ['full'],
    type: { type: 'object', additionalProperties: true },
    doc: 'What is known of its processors',
    from: (h) => (h.room.arch === '' ? {} : { arch: h.room.arch }),
  },
  { name: 'uptime', until: '2.87', in: ['uptime'], type: STRING, doc: 'As uptime(1) prints it', from: (h) => h.uptime },
  {
    name: 'uptime',
    since: '2.88',
    in: ['full'],
    type: STRING_OR_NULL,
    doc: 'As uptime(1) prints it; null when that cannot be had',
    from: (h) => h.uptime,
  },
  {
    name: 'servers',
    sometimes: true,
    type: listOf(titled('HypervisorServer', objectOf({ name: STRING, uuid: STRING }))),
    doc: 'The servers on it, by the names the hypervisor has for them, where they were asked for',
    from: (h, c) =>
      h.servers === null || (h.servers.length === 0 && !c.emptyServers)
        ? undefined
        : h.servers.map(({ id, instanceName }) => ({ name: instanceName, uuid: id })),
  },
];

/** A hypervisor's shape. */
export const HYPERVISOR_SHAPE = shape<ShownHypervisor, HypervisorContext, HypervisorView, never>(fields);

/** A hypervisor, for the OpenAPI document. */
export const HYPERVISOR_REPLY = shownAs('Hypervisor', HYPERVISOR_SHAPE, 'full');
/** One in a list without details. */
export const BRIEF_HYPERVISOR_REPLY = shownAs('BriefHypervisor', HYPERVISOR_SHAPE, 'brief');
/** One with its uptime. */
export const HYPERVISOR_UPTIME_REPLY = titled('HypervisorUptime', {
  type: 'object',
  allOf: [BRIEF_HYPERVISOR_REPLY],
  properties: { uptime: STRING },
  required: ['uptime'],
});
