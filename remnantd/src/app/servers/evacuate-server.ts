// Makes a server on another host: its own is lost. Its disk is kept where the new host finds it, on storage that both share, else made
// anew from its image. Its row stays with the old host until the new one has it, but whatever the old one has not taken yet of what was
// asked for this server, it never takes.

import { commandsOf } from '../../db/commands.ts';
import { findServerGroup } from '../../db/server-groups.ts';
import { insertMigration, migrationOf, patchMigration } from '../../db/server-migrations.ts';
import { groupMembers } from '../../db/server-places.ts';
import { findServer, patchServer } from '../../db/servers.ts';
import type { Db } from '../../db/store.ts';
import type { Queued } from '../../dispatch/queue-command.ts';
import { queueCommand } from '../../dispatch/queue-command.ts';
import { fault } from '../../model/faults.ts';
import type { HostName } from '../../model/ids.ts';
import type { Image } from '../../model/image.ts';
import type { GroupWish, Place, Wishes } from '../../model/placement.ts';
import { place, whyNoPlace } from '../../model/placement.ts';
import type { Server } from '../../model/server.ts';
import { SERVER_ACTIONS } from '../../model/server-states.ts';
import type { Images } from '../../ports/images.ts';
import type { RequestContext } from '../request-context.ts';
import { createSpecOf } from './create-spec.ts';
import { closeLeftovers, NO_HOST, recordRebuildServer } from './move-records.ts';
import { placesNow, sizeOf } from './places.ts';
import { keptKey } from './public-key.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { hostOf, isSpoken, recordAction, requireAllowed, requireSpoken } from './server-writes.ts';
import { allMakings, supersededMakings } from './stale-makings.ts';

/** What evacuating needs. */
export interface EvacuateServerDeps extends ServerWriteDeps {
  readonly images: Images;
  /** The zone of hosts whose service says none. */
  readonly zone: string;
}

/** What is wanted. */
export interface EvacuationWish {
  /** Null: any. */
  readonly host: string | null;
  /** The named host whatever its zone, its group and its being disabled say; it must be there and have room all the same. */
  readonly force: boolean;
  /** It is off afterwards, whatever it was. */
  readonly leaveOff: boolean;
  /** Whether its disk is on storage that both hosts share, in the words of whoever asks; null: nothing is said, the new host looks. */
  readonly sharedDisk: boolean | null;
  /** What is wrong with the request by itself, which is told to those who may evacuate the server; null for nothing. */
  readonly wrong: string | null;
}

/**
 * Evacuates it. Faults, in Nova's order: not found, policy, compute-host-not-found, same-host, state, host-still-in-use,
 * bad-request for a request that contradicts itself, or for a server that was made from no image that is known.
 */
export async function evacuateServer(
  deps: EvacuateServerDeps,
  context: RequestContext,
  id: string,
  wish: EvacuationWish,
): Promise<void> {
  const authorised = await deps.access.servers.one(context.caller, id, 'os_compute_api:os-evacuate');
  if (wish.wrong !== null) throw fault('bad-request', { message: wish.wrong });
  if (wish.host !== null) {
    if (deps.hosts.find(wish.host as HostName)?.service == null)
      throw fault('compute-host-not-found', { host: wish.host });
    if (wish.host === authorised.host) throw fault('same-host');
  }
  const image = authorised.imageId === null ? null : await deps.images.find(authorised.imageId);
  const queued = await deps.store.transaction(async (tx): Promise<Queued | null> => {
    const server = await deps.access.servers.again(tx, authorised);
    requireAllowed('evacuate', server, context.caller);
    const source = hostOf(server);
    if (wish.host === source) throw fault('same-host');
    if (deps.hosts.isUp(source)) throw fault('host-still-in-use', { host: source });
    const madeFrom = requireSource(server, image, wish);
    return order(tx, deps, context, { server, source, wish, image: madeFrom });
  });
  if (queued !== null) await deps.dispatcher.ring(queued);
}

/** What a server is made from. Without a format: what it has is its disk. */
type Source = Pick<Image, 'id' | 'properties'> & Partial<Pick<Image, 'diskFormat'>>;

/**
 * Its image; or, where that is not there any more and it boots from its disk alone, what its disk needs should the new host find it: an
 * image that no host has.
 */
function requireSource({ imageId, kernelId }: Server, image: Image | null, { sharedDisk }: EvacuationWish): Source {
  if (image !== null) return image;
  if (imageId === null) {
    const message = 'The server cannot be evacuated: no image is known that it was made from.';
    throw fault('bad-request', { message });
  }
  if (kernelId === '' && sharedDisk !== false) return { id: imageId, properties: {} };
  throw fault('bad-request', {
    message: `The server cannot be evacuated: its image ${imageId} is not there any more.`,
  });
}

async function order(
  tx: Db,
  deps: EvacuateServerDeps,
  context: RequestContext,
  what: { server: Server; source: HostName; wish: EvacuationWish; image: Source },
): Promise<Queued | null> {
  const { server, source, wish, image } = what;
  const { clock } = deps;
  const at = clock.wall();
  await giveUpEarlier(tx, deps, server, source, at);
  // A rebuild that is given up has taken its image back.
  const { imageId, kernelId, ramdiskId } = (await findServer(tx, server.id)) ?? server;
  const { dest, noPlace } = await findPlace(tx, deps, server, source, wish, image);
  const actionSeq = await recordAction(tx, clock, context, server, 'evacuate', dest === null ? 'done' : 'accepted', {
    host: dest?.host ?? wish.host,
    force: wish.force,
  });
  await insertMigration(tx, {
    id: clock.uuid(),
    serverId: server.id,
    projectId: context.caller.projectId ?? server.projectId,
    userId: context.caller.userId,
    kind: 'evacuation',
    status: dest === null ? 'error' : 'pre-migrating',
    sourceHost: source,
    sourceNode: server.node,
    destHost: dest?.host ?? (wish.host as HostName | null),
    destNode: dest?.node ?? null,
    oldFlavor: server.flavor,
    newFlavor: server.flavor,
    actionSeq,
    createdAt: at,
  });
  await recordRebuildServer(tx, actionSeq, at, dest === null ? NO_HOST : null);
  if (dest === null) {
    const noHost = { code: 500, message: NO_HOST, details: noPlace, created: at };
    await patchServer(tx, server.id, { vmState: 'error', taskState: null, fault: noHost, updatedAt: at });
    return null;
  }
  requireSpoken(deps.hosts, dest.host, 'rebuild');
  // A guest that is still there of an earlier move is replaced now.
  await closeLeftovers(tx, { server: server.id, host: dest.host }, at);
  // Its addresses were those of the guest that is lost.
  await patchServer(tx, server.id, {
    taskState: SERVER_ACTIONS.evacuate.during,
    progress: 0,
    addresses: {},
    imageId: image.id,
    kernelId: server.kernelId,
    ramdiskId: server.ramdiskId,
    updatedAt: at,
  });
  const publicKey = await keptKey(tx, server);
  const expected = wish.sharedDisk;
  const commands = await commandsOf(tx, server.id);
  const replaces = allMakings(commands);
  // A rebuild from another image that was given up is done now: what is on its disk is what its owner wanted to be rid of.
  const isRebuilt = imageId !== image.id;
  const stale = isRebuilt ? replaces : supersededMakings(commands, server);
  return queueCommand(tx, clock, deps.bounds, {
    server: server.id,
    host: dest.host,
    order: {
      kind: 'rebuild',
      spec: createSpecOf({ ...server, availabilityZone: dest.zone }, image, { publicKey, files: [] }),
      stopped: wish.leaveOff || server.vmState === 'stopped',
      was: { imageId, kernelId, ramdiskId },
      disk: { stale, ...(expected === null || isRebuilt ? {} : { expected }) },
      replaces,
    },
    actionSeq,
    event: 'compute_rebuild_instance',
  });
}

/** What its host has not taken, and an earlier evacuation that is not over: neither shall be done any more. */
async function giveUpEarlier(
  tx: Db,
  deps: EvacuateServerDeps,
  server: Server,
  source: HostName,
  at: number,
): Promise<void> {
  await deps.dispatcher.endQueuedIn(tx, server.id, source, 'the server is evacuated');
  const under = () => migrationOf(tx, server.id, ['pre-migrating']);
  const dest = (await under())?.destHost ?? null;
  if (dest === null) return;
  await deps.dispatcher.endQueuedIn(tx, server.id, dest, 'the server is evacuated anew');
  const taken = await under();
  // Its host is at work on it, or has done it: that guest is nobody's.
  if (taken !== null) await patchMigration(tx, taken.seq, { status: 'failed', leftoverOn: dest }, at);
}

/** Where it goes; or why there is no place for it. */
async function findPlace(
  tx: Db,
  deps: EvacuateServerDeps,
  server: Server,
  source: HostName,
  wish: EvacuationWish,
  { diskFormat }: Source,
): Promise<{ dest: Place | null; noPlace: string | null }> {
  const size = sizeOf(server.flavor, diskFormat === undefined ? null : { diskFormat }, server.configDrive);
  const elsewhere = { host: wish.host, never: new Set([source]) };
  const wishes: Wishes = wish.force
    ? elsewhere
    : { ...elsewhere, zone: server.pinnedZone, group: await groupWish(tx, server, source) };
  const places = (await placesNow(tx, deps.hosts, deps.zone)).map((one) => {
    const there = { ...one, disks: disksToFind(one) };
    if (wish.force) return { ...there, away: deps.hosts.isUp(one.host) ? null : 'it is not up' };
    // A host that nobody named is none for it where its agent cannot be asked.
    const able = wish.host !== null || isSpoken(deps.hosts, one.host, 'rebuild');
    return able ? there : { ...there, away: 'its agent does not speak the call rebuild' };
  });
  const dest = place(places, size, wishes);
  return { dest, noPlace: dest === null ? whyNoPlace(places, size, wishes) : null };
}

/** On storage that hosts share its disk may lie already, and takes no more room there than it does. */
function disksToFind({ disks }: Place): Place['disks'] {
  return disks?.shared === true ? { ...disks, totalGb: Number.POSITIVE_INFINITY } : disks;
}

/** What its group wishes of its place, itself left out. */
async function groupWish(tx: Db, { groupId }: Server, source: HostName): Promise<GroupWish | null> {
  const group = groupId === null ? null : await findServerGroup(tx, groupId);
  if (group === null) return null;
  const members = await groupMembers(tx, group.id);
  const others = (members.get(source) ?? 1) - 1;
  if (others > 0) members.set(source, others);
  else members.delete(source);
  return { policy: group.policy, mostPerHost: group.maxServerPerHost ?? 1, members };
}
