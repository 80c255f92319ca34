// Makes servers: checks what was asked for, finds each a host, and orders it made, all in one transaction, so that two
// requests never get the same last room, of a host or of a quota.

import { countMembers } from '../../db/server-places.ts';
import type { Db } from '../../db/store.ts';
import type { Queued } from '../../dispatch/queue-command.ts';
import { fault } from '../../model/faults.ts';
import type { Flavor } from '../../model/flavor.ts';
import type { ImageId, ProjectId, UserId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import type { Image } from '../../model/image.ts';
import { canBoot } from '../../model/image.ts';
import { place, whyNoPlace, withMember, withTaken } from '../../model/placement.ts';
import type { Server } from '../../model/server.ts';
import type { Images } from '../../ports/images.ts';
import { countInQuota, limitOf } from '../quotas/require-quota.ts';
import type { RequestContext } from '../request-context.ts';
import { requireFewItems } from './change-metadata.ts';
import type { InjectedFile } from './create-spec.ts';
import { addServer, needsDrive } from './new-server.ts';
import { findOpenImage } from './open-image.ts';
import { placesNow, sizeOf } from './places.ts';
import { askedKey } from './public-key.ts';
import { requireFiles } from './require-files.ts';
import { requireFit } from './require-fit.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import type { FoundGroup, WantedPlace } from './where-to.ts';
import { groupOf, requireHost, requireZone, wishesOf } from './where-to.ts';

/** What creating needs. */
export interface CreateServerDeps extends ServerWriteDeps {
  readonly images: Images;
  /** The zone of hosts that are in no other. */
  readonly zone: string;
}

/** What is asked for, already valid by its schema. */
export interface NewServerRequest {
  readonly name: string;
  readonly description: string | null;
  /** Null: made of the name. */
  readonly hostname: string | null;
  readonly imageRef: string;
  readonly flavorRef: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly accessIpV4: string;
  readonly accessIpV6: string;
  readonly place: WantedPlace;
  readonly networks: 'none' | 'auto';
  readonly configDrive: boolean;
  readonly diskConfig: 'AUTO' | 'MANUAL';
  readonly keyName: string | null;
  readonly userData: string | null;
  readonly files: readonly InjectedFile[];
  readonly securityGroups: readonly string[];
  /** As many as the quota leaves room for, from `min` to `max`. */
  readonly count: { readonly min: number; readonly max: number };
}

/** What came of it: the reservation, and its servers. */
export interface Created {
  readonly reservationId: string;
  readonly servers: readonly Server[];
}

/** What servers are made of, found. */
interface Parts {
  readonly flavor: Flavor;
  readonly image: Image;
  readonly publicKey: string | null;
  readonly owner: { readonly projectId: ProjectId; readonly userId: UserId };
}

const RULE = 'os_compute_api:servers:create';
/** Servers of one request: it holds the one writer while it makes them. */
const MOST_AT_ONCE = 100;

/**
 * Makes servers. Faults, in Nova's order: policy-denied, flavor-unknown, bad-request, image-unknown, those of metadata and files,
 * image-not-bootable, those of requireFit, quota-exceeded, too-many-servers, group-full.
 */
export async function createServers(
  deps: CreateServerDeps,
  context: RequestContext,
  wanted: NewServerRequest,
): Promise<Created> {
  const { caller } = context;
  deps.access.authorise(caller, RULE);
  if (caller.projectId === null) throw fault('policy-denied', { rule: RULE });
  const owner = { projectId: caller.projectId, userId: caller.userId };
  const flavor = await deps.access.catalogue.usableFlavor(caller, wanted.flavorRef);
  if (flavor === null) throw fault('flavor-unknown', { id: wanted.flavorRef });
  if (wanted.hostname !== null && wanted.count.max > 1) {
    throw fault('bad-request', { message: 'Unable to allocate a single hostname to multiple instances' });
  }
  requireZone(deps.hosts, wanted.place);
  const image = await findOpenImage(deps.images, asId<ImageId>(wanted.imageRef), context.caller.projectId);
  if (image === null || image.hidden) throw fault('image-unknown');
  const reservationId = `r-${deps.clock.uuid().replaceAll('-', '').slice(0, 8)}`;
  const { servers, queued } = await deps.store.transaction(async (tx) => {
    const publicKey = await askedKey(tx, owner.userId, wanted.keyName);
    await requireRoomInside(tx, deps, owner, wanted);
    if (!canBoot(image)) throw fault('image-not-bootable', { id: image.id });
    requireFit(image, flavor);
    const group = await groupOf(tx, wanted.place, caller);
    requireHost(deps.hosts, wanted.place);
    const count = await countOf(tx, deps, { owner, flavor, group, range: wanted.count });
    return addAll(tx, deps, context, wanted, { flavor, image, publicKey, owner, group, reservationId, count });
  });
  for (const command of queued) await deps.dispatcher.ring(command);
  return { reservationId, servers };
}

async function addAll(
  tx: Db,
  deps: CreateServerDeps,
  context: RequestContext,
  wanted: NewServerRequest,
  parts: Parts & { readonly group: FoundGroup | null; readonly reservationId: string; readonly count: number },
): Promise<{ servers: Server[]; queued: Queued[] }> {
  const { flavor, count } = parts;
  const made: { servers: Server[]; queued: Queued[] } = { servers: [], queued: [] };
  const wishes = await wishesOf(tx, wanted.place, parts.owner.projectId);
  let places = await placesNow(tx, deps.hosts, deps.zone);
  let group = parts.group?.wish ?? null;
  const size = sizeOf(flavor, parts.image, needsDrive(wanted, parts.image));
  for (let index = 0; index < count; index += 1) {
    const wished = { ...wishes, group };
    const found = place(places, size, wished);
    const noPlace = found === null ? whyNoPlace(places, size, wished) : null;
    if (found !== null) {
      places = withTaken(places, found, size);
      if (group !== null) group = withMember(group, found.host);
    }
    const groupId = parts.group?.group.id ?? null;
    const one = await addServer(tx, deps, context, wanted, { ...parts, groupId, index, place: found, noPlace });
    made.servers.push(one.server);
    if (one.queued !== null) made.queued.push(one.queued);
  }
  return made;
}

/** What is limited of each server by itself. */
async function requireRoomInside(
  tx: Db,
  deps: CreateServerDeps,
  owner: Parts['owner'],
  { metadata, files }: NewServerRequest,
): Promise<void> {
  await requireFewItems(tx, deps.quotas, owner, metadata);
  await requireFiles(tx, deps.quotas, owner, files);
}

/** How many servers are made. Faults quota-exceeded, too-many-servers, group-full. */
async function countOf(
  tx: Db,
  deps: CreateServerDeps,
  what: {
    readonly owner: Parts['owner'];
    readonly flavor: Flavor;
    readonly group: FoundGroup | null;
    readonly range: NewServerRequest['count'];
  },
): Promise<number> {
  const { owner, flavor, group, range } = what;
  const allowed = await countInQuota(tx, deps.quotas, owner, flavor, range);
  if (range.min > MOST_AT_ONCE) throw fault('too-many-servers', { count: range.min, most: MOST_AT_ONCE });
  const count = Math.min(allowed, MOST_AT_ONCE);
  if (group === null) return count;
  const most = await limitOf(tx, deps.quotas, owner, 'server_group_members');
  if (most >= 0 && (await countMembers(tx, group.group.id, owner.userId)) + count > most) throw fault('group-full');
  return count;
}
