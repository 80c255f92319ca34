// One new server inside the transaction that makes it: its row, the recorded action, and the order to its host; without a
// host, an ERROR that says so.

import { insertServer, patchServer } from '../../db/servers.ts';
import type { Db } from '../../db/store.ts';
import type { Queued } from '../../dispatch/queue-command.ts';
import { queueCommand } from '../../dispatch/queue-command.ts';
import type { Flavor } from '../../model/flavor.ts';
import { hostnameFor } from '../../model/host-name.ts';
import type { ProjectId, ServerId, UserId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import type { Image } from '../../model/image.ts';
import type { Place } from '../../model/placement.ts';
import type { Server } from '../../model/server.ts';
import type { RequestContext } from '../request-context.ts';
import { tidyTags } from './change-tags.ts';
import type { NewServerRequest } from './create-server.ts';
import { createSpecOf } from './create-spec.ts';
import { NO_HOST, recordAtOnce } from './move-records.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { recordAction } from './server-writes.ts';

/** What a new server is made of. */
export interface NewServerParts {
  readonly owner: { readonly projectId: ProjectId; readonly userId: UserId };
  readonly flavor: Flavor;
  readonly image: Image;
  /** The text of its public key; null without one. */
  readonly publicKey: string | null;
  readonly groupId: string | null;
  readonly reservationId: string;
  /** Its place among those of one request, and how many those are. */
  readonly index: number;
  readonly count: number;
  /** Null: there is none for it. */
  readonly place: Place | null;
  /** Why there is none, for those who run the hosts. */
  readonly noPlace: string | null;
}

/** Adds it. The command is to be rung after the commit; null for a server without a host. */
export async function addServer(
  tx: Db,
  deps: Pick<ServerWriteDeps, 'clock' | 'bounds'>,
  context: RequestContext,
  wanted: NewServerRequest,
  parts: NewServerParts,
): Promise<{ server: Server; queued: Queued | null }> {
  const at = deps.clock.wall();
  const row = await insertServer(tx, {
    ...rowOf(wanted, parts, asId<ServerId>(deps.clock.uuid())),
    ...times(at, parts),
  });
  // Nova's instance_name_template: the row's number in hex.
  const server = { ...row, instanceName: `instance-${row.seq.toString(16).padStart(8, '0')}` };
  await patchServer(tx, server.id, { instanceName: server.instanceName });
  const left = parts.place === null ? 'done' : 'accepted';
  const actionSeq = await recordAction(tx, deps.clock, context, server, 'create', left);
  if (parts.place === null) {
    const event = 'conductor_schedule_and_build_instances';
    await recordAtOnce(tx, { actionSeq, event, host: null, at }, NO_HOST);
    return { server, queued: null };
  }
  const queued = await queueCommand(tx, deps.clock, deps.bounds, {
    server: server.id,
    host: parts.place.host,
    actionSeq,
    event: 'compute__do_build_and_run_instance',
    order: { kind: 'create', spec: createSpecOf(server, parts.image, { ...parts, files: wanted.files }) },
  });
  return { server, queued };
}

function times(at: number, { place, noPlace }: NewServerParts) {
  return {
    fault: place === null ? { code: 500, message: NO_HOST, details: noPlace, created: at } : null,
    createdAt: at,
    updatedAt: at,
    launchedAt: null,
    terminatedAt: null,
    deletedAt: null,
  };
}

function rowOf(wanted: NewServerRequest, parts: NewServerParts, id: ServerId) {
  const { flavor, image, place } = parts;
  const asked = wanted.place.zone;
  return {
    id,
    ...parts.owner,
    ...namesOf(wanted, parts, id),
    description: wanted.description,
    host: place?.host ?? null,
    node: place?.node ?? null,
    vmState: place === null ? ('error' as const) : ('building' as const),
    taskState: place === null ? null : ('scheduling' as const),
    powerState: 0 as const,
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
    availabilityZone: place?.zone ?? asked,
    configDrive: needsDrive(wanted, image),
    diskConfig: wanted.diskConfig,
    keyName: wanted.keyName,
    userData: wanted.userData,
    securityGroups: wanted.securityGroups,
    networks: wanted.networks,
    hints: wanted.place.hints,
    groupId: parts.groupId,
    // A zone that gave way to a host's own was no wish.
    pinnedZone: place === null || place.zone === asked ? asked : null,
    oldFlavor: null,
    oldVmState: null,
    reservationId: parts.reservationId,
    launchIndex: parts.index,
    kernelId: image.properties['kernel_id'] ?? '',
    ramdiskId: image.properties['ramdisk_id'] ?? '',
    rootDeviceName: image.properties['kernel_id'] === undefined ? '/dev/vda' : null,
    instanceName: '',
    origin: 'created' as const,
  };
}

/** True if it gets a config drive. There is no metadata service: what a guest is to read of its owner is on a drive, asked for or not. */
export function needsDrive({ configDrive, keyName, userData, files }: NewServerRequest, image: Image): boolean {
  const isMandatory = image.properties['img_config_drive'] === 'mandatory';
  return configDrive || isMandatory || keyName !== null || userData !== null || files.length > 0;
}

/** Nova's `_populate_instance_names`: several servers of one request are numbered, but not a name made of an id. */
function namesOf(wanted: NewServerRequest, { index, count }: NewServerParts, id: ServerId) {
  const number = count > 1 ? `-${index + 1}` : '';
  const made = hostnameFor(wanted.name);
  return {
    name: `${wanted.name}${number}`,
    hostname: wanted.hostname ?? (made === '' ? `Server-${id}` : `${made}${number}`),
  };
}
