// Gives a server another flavor, on the host it is on. Its owner confirms or reverts it then; until that it takes the room of the
// larger of both. One that finds no room is accepted all the same, as by Nova, and its action tells.

import { insertMigration } from '../../db/server-migrations.ts';
import { holdSize } from '../../db/server-usage.ts';
import { patchServer } from '../../db/servers.ts';
import type { Db } from '../../db/store.ts';
import type { Queued } from '../../dispatch/queue-command.ts';
import { queueCommand } from '../../dispatch/queue-command.ts';
import { fault } from '../../model/faults.ts';
import type { EmbeddedFlavor, Flavor } from '../../model/flavor.ts';
import type { HostName } from '../../model/ids.ts';
import { place, whyNoPlace } from '../../model/placement.ts';
import type { Server } from '../../model/server.ts';
import { SERVER_ACTIONS } from '../../model/server-states.ts';
import type { Images } from '../../ports/images.ts';
import { requireQuota } from '../quotas/require-quota.ts';
import type { RequestContext } from '../request-context.ts';
import { recordAtOnce } from './move-records.ts';
import { placesNow } from './places.ts';
import { requireFit } from './require-fit.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { hostOf, recordAction, requireAllowed, requireSpoken } from './server-writes.ts';

/** What resizing needs. */
export interface ResizeServerDeps extends ServerWriteDeps {
  readonly images: Images;
  /** The zone of hosts whose service says none. */
  readonly zone: string;
}

/** What is wanted. */
export interface ResizeWish {
  readonly flavorRef: string;
  readonly diskConfig: 'AUTO' | 'MANUAL';
}

/** The events in which Nova's conductor looks for room. */
const SCHEDULING = ['conductor_migrate_server', 'cold_migrate'] as const;
const NO_ROOM = 'No valid host was found. No valid host found for resize';

/** Resizes it. Faults: not found, policy, lock, state, service-unavailable, flavor-unknown, bad-request, quota-exceeded, image-too-big. */
export async function resizeServer(
  deps: ResizeServerDeps,
  context: RequestContext,
  id: string,
  wish: ResizeWish,
): Promise<void> {
  const authorised = await deps.access.servers.one(context.caller, id, 'os_compute_api:servers:resize');
  const image = authorised.imageId === null ? null : await deps.images.find(authorised.imageId);
  const queued = await deps.store.transaction(async (tx): Promise<Queued | null> => {
    const server = await deps.access.servers.again(tx, authorised);
    requireAllowed('resize', server, context.caller);
    const host = hostOf(server);
    if (!deps.hosts.isUp(host)) throw fault('service-unavailable');
    const flavor = flavorFor(
      server,
      await deps.access.catalogue.visibleFlavor(tx, context.caller, wish.flavorRef),
      wish,
    );
    await requireQuota(tx, deps.quotas, server, { instances: 0, ...growth(server.flavor, flavor) });
    if (image !== null) requireFit(image, flavor);
    if (flavor.disk < server.flavor.disk) throw fault('resize-failed', { reason: 'Unable to resize disk down.' });
    requireSpoken(deps.hosts, host, 'resize');
    return order(tx, deps, context, { server, host, flavor, wish });
  });
  if (queued !== null) await deps.dispatcher.ring(queued);
}

/** The flavor, with what Nova finds wrong with it in the order in which Nova does. */
function flavorFor({ flavor: now }: Server, flavor: Flavor | null, { flavorRef: ref }: ResizeWish): Flavor {
  if (flavor === null) throw fault('flavor-unknown', { id: ref });
  if (flavor.disk === 0 && now.disk !== 0) throw fault('disk-not-resizable');
  if (flavor.id === now.id) throw fault('same-flavor');
  if (flavor.disabled) throw fault('flavor-unknown', { id: ref });
  return flavor;
}

async function order(
  tx: Db,
  deps: ResizeServerDeps,
  context: RequestContext,
  { server, host, flavor, wish }: { server: Server; host: HostName; flavor: Flavor; wish: ResizeWish },
): Promise<Queued | null> {
  const { clock } = deps;
  const at = clock.wall();
  const noRoom = await whyNoRoom(tx, deps, server, host, flavor);
  const hasRoom = noRoom === null;
  const actionSeq = await recordAction(tx, clock, context, server, 'resize', hasRoom ? 'accepted' : 'done', {
    flavor: flavor.id,
  });
  await insertMigration(tx, {
    id: clock.uuid(),
    serverId: server.id,
    projectId: context.caller.projectId ?? server.projectId,
    userId: context.caller.userId,
    kind: 'resize',
    status: hasRoom ? 'migrating' : 'error',
    sourceHost: host,
    sourceNode: server.node,
    destHost: hasRoom ? host : null,
    destNode: hasRoom ? server.node : null,
    oldFlavor: server.flavor,
    newFlavor: embedded(flavor),
    actionSeq,
    createdAt: at,
  });
  if (!hasRoom) {
    for (const event of SCHEDULING) await recordAtOnce(tx, { actionSeq, event, host: null, at }, NO_ROOM);
    await patchServer(tx, server.id, {
      fault: { code: 500, message: NO_ROOM, details: noRoom, created: at },
      diskConfig: wish.diskConfig,
      updatedAt: at,
    });
    return null;
  }
  for (const event of SCHEDULING) await recordAtOnce(tx, { actionSeq, event, host: null, at }, null);
  await recordAtOnce(tx, { actionSeq, event: 'compute_prep_resize', host, at }, null);
  await patchServer(tx, server.id, {
    taskState: SERVER_ACTIONS.resize.during,
    progress: 0,
    diskConfig: wish.diskConfig,
    updatedAt: at,
  });
  await holdSize(tx, server.id, [server.flavor, flavor]);
  return queueCommand(tx, clock, deps.bounds, {
    server: server.id,
    host,
    order: { kind: 'resize', size: { vcpus: flavor.vcpus, memoryMb: flavor.ram, diskGb: flavor.disk } },
    actionSeq,
    event: 'compute_resize_instance',
  });
}

/** Why its host has no room for the larger of both sizes, null where it has; a host that takes no new servers still has what it has. */
async function whyNoRoom(
  tx: Db,
  deps: ResizeServerDeps,
  server: Server,
  host: HostName,
  flavor: Flavor,
): Promise<string | null> {
  const places = await placesNow(tx, deps.hosts, deps.zone);
  const here = places.filter((one) => one.host === host).map((one) => ({ ...one, away: null }));
  const { cores: vcpus, ram } = growth(server.flavor, flavor);
  const [disk, ephemeral] = [more(server.flavor.disk, flavor.disk), more(server.flavor.ephemeral, flavor.ephemeral)];
  const size = { vcpus, ram, disk, ephemeral };
  return place(here, size) === null ? whyNoPlace(here, size) : null;
}

function growth(from: EmbeddedFlavor, to: EmbeddedFlavor): { readonly cores: number; readonly ram: number } {
  return { cores: more(from.vcpus, to.vcpus), ram: more(from.ram, to.ram) };
}

function more(from: number, to: number): number {
  return Math.max(0, to - from);
}

function embedded({ id, name, vcpus, ram, disk, ephemeral, swap, extraSpecs }: Flavor): EmbeddedFlavor {
  return { id, name, vcpus, ram, disk, ephemeral, swap, extraSpecs };
}
