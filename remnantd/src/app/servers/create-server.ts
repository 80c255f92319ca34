// Makes servers: checks what was asked for, finds each a host, and orders it made, all in one transaction, so that two
// requests never get the same last room.

import { beginEvent, finishEvent } from '../../db/instance-actions.ts';
import { insertServer, patchServer, usageByHost } from '../../db/servers.ts';
import type { Db } from '../../db/store.ts';
import type { Queued } from '../../dispatch/queue-command.ts';
import { queueCommand } from '../../dispatch/queue-command.ts';
import type { HostTable } from '../../liveness/host-table.ts';
import { fault } from '../../model/faults.ts';
import type { Flavor } from '../../model/flavor.ts';
import type { ImageId, ServerId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import type { Image } from '../../model/image.ts';
import type { Place } from '../../model/placement.ts';
import { place } from '../../model/placement.ts';
import type { Server } from '../../model/server.ts';
import type { Images } from '../../ports/images.ts';
import type { RequestContext } from '../request-context.ts';
import { requireFewItems } from './change-metadata.ts';
import { tidyTags } from './change-tags.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { recordAction } from './server-writes.ts';

/** What creating needs. */
export interface CreateServerDeps extends ServerWriteDeps {
  readonly hosts: HostTable;
  readonly images: Images;
  /** The zone servers are shown in. */
  readonly zone: string;
}

/** What is asked for, already valid by its schema. */
export interface NewServerRequest {
  readonly name: string;
  readonly description: string | null;
  readonly hostname: string;
  readonly imageRef: string;
  readonly flavorRef: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly accessIpV4: string;
  readonly accessIpV6: string;
  readonly availabilityZone: string | null;
  readonly configDrive: boolean;
  readonly diskConfig: 'AUTO' | 'MANUAL';
  readonly userData: string | null;
  readonly securityGroups: readonly string[];
  readonly count: number;
}

/** What came of it: the reservation, and its servers. */
export interface Created {
  readonly reservationId: string;
  readonly servers: readonly Server[];
}

const RULE = 'os_compute_api:servers:create';
/** Servers of one request: it holds the one writer while it makes them. */
const MOST_AT_ONCE = 100;
const NO_HOST = 'No valid host was found. There are not enough hosts available.';

/** Makes `count` servers. Faults: policy-denied, flavor-unknown, image-unknown, image-not-bootable, image-too-big, too-many-servers, too-much-metadata. */
export async function createServers(
  deps: CreateServerDeps,
  context: RequestContext,
  wanted: NewServerRequest,
): Promise<Created> {
  deps.access.authorise(context.caller, RULE);
  requireFewItems(wanted.metadata);
  if (wanted.count > MOST_AT_ONCE) throw fault('too-many-servers', { count: wanted.count, most: MOST_AT_ONCE });
  if (context.caller.projectId === null) throw fault('policy-denied', { rule: RULE });
  const image = await deps.images.find(asId<ImageId>(wanted.imageRef));
  if (image === null || image.hidden) throw fault('image-unknown');
  if (image.properties['kernel_id'] === undefined) throw fault('image-not-bootable', { id: image.id });
  const reservationId = `r-${deps.clock.uuid().replaceAll('-', '').slice(0, 8)}`;
  const flavor = await deps.access.catalogue.usableFlavor(context.caller, wanted.flavorRef);
  if (flavor === null) throw fault('flavor-unknown', { id: wanted.flavorRef });
  if (flavor.ram < image.minRam) throw fault('image-too-big', { what: 'memory' });
  if (flavor.disk < image.minDisk) throw fault('image-too-big', { what: 'disk' });
  const { servers, queued } = await deps.store.transaction(async (tx) => {
    const made: { servers: Server[]; queued: Queued[] } = { servers: [], queued: [] };
    for (let index = 0; index < wanted.count; index += 1) {
      const one = await createOne(tx, deps, context, wanted, { flavor, image, reservationId, index });
      made.servers.push(one.server);
      if (one.queued !== null) made.queued.push(one.queued);
    }
    return made;
  });
  for (const command of queued) await deps.dispatcher.ring(command);
  return { reservationId, servers };
}

async function createOne(
  tx: Db,
  deps: CreateServerDeps,
  context: RequestContext,
  wanted: NewServerRequest,
  parts: { flavor: Flavor; image: Image; reservationId: string; index: number },
): Promise<{ server: Server; queued: Queued | null }> {
  const { flavor, image, index } = parts;
  const found = place(await places(tx, deps.hosts), flavor);
  const at = deps.clock.wall();
  const name = wanted.count > 1 ? `${wanted.name}-${index + 1}` : wanted.name;
  const server = await insertServer(tx, {
    id: asId<ServerId>(deps.clock.uuid()),
    projectId: asId(context.caller.projectId ?? ''),
    userId: context.caller.userId,
    name,
    description: wanted.description,
    hostname: wanted.count > 1 ? `${wanted.hostname}-${index + 1}` : wanted.hostname,
    host: found?.host ?? null,
    node: found?.node ?? null,
    vmState: found === null ? 'error' : 'building',
    taskState: found === null ? null : 'spawning',
    powerState: 0,
    progress: 0,
    lockedBy: null,
    lockedReason: null,
    imageId: image.id,
    flavor,
    metadata: wanted.metadata,
    tags: tidyTags(wanted.tags),
    addresses: {},
    accessIpV4: wanted.accessIpV4,
    accessIpV6: wanted.accessIpV6,
    availabilityZone: found === null ? wanted.availabilityZone : (wanted.availabilityZone ?? deps.zone),
    configDrive: wanted.configDrive,
    diskConfig: wanted.diskConfig,
    keyName: null,
    userData: wanted.userData,
    securityGroups: wanted.securityGroups,
    reservationId: parts.reservationId,
    launchIndex: index,
    kernelId: image.properties['kernel_id'] ?? '',
    ramdiskId: image.properties['ramdisk_id'] ?? '',
    rootDeviceName: null,
    instanceName: '',
    fault: found === null ? { code: 500, message: NO_HOST, details: null, created: at } : null,
    origin: 'created',
    createdAt: at,
    updatedAt: at,
    launchedAt: null,
    terminatedAt: null,
    deletedAt: null,
  });
  // Nova's instance_name_template: the row's number in hex.
  const instanceName = `instance-${server.seq.toString(16).padStart(8, '0')}`;
  await patchServer(tx, server.id, { instanceName });
  const actionSeq = await recordAction(tx, deps.clock, context, server, 'create');
  if (found === null) {
    const event = { actionSeq, event: 'conductor_schedule_and_build_instances' };
    await beginEvent(tx, { ...event, host: null, at });
    await finishEvent(tx, { ...event, at, result: 'Error', details: NO_HOST });
    return { server, queued: null };
  }
  const queued = await queueCommand(tx, deps.clock, deps.bounds, {
    server: server.id,
    host: found.host,
    actionSeq,
    event: 'compute__do_build_and_run_instance',
    order: {
      kind: 'create',
      spec: {
        id: server.id,
        name: instanceName,
        displayName: name,
        projectId: server.projectId,
        vcpus: flavor.vcpus,
        memoryMb: flavor.ram,
        image: image.id,
        boot: image.properties,
        metadata: wanted.metadata,
      },
    },
  });
  return { server, queued };
}

async function places(tx: Db, hosts: HostTable): Promise<Place[]> {
  const usage = await usageByHost(tx);
  return hosts.all().flatMap(([host, entry]) => {
    if (entry.offered === null) return [];
    const used = usage.get(host) ?? { vcpus: 0, memoryMb: 0 };
    return {
      host,
      node: entry.offered.hypervisorHostname,
      ready: hosts.status(host) === 'UP',
      vcpus: entry.offered.vcpus,
      memoryMb: entry.offered.memoryMb,
      usedVcpus: used.vcpus,
      usedMemoryMb: used.memoryMb,
    };
  });
}
