// Makes a server anew on its host, from the same image or another: its disk is replaced, its id, addresses and size stay. One that
// was on its host before Remnant is rebuilt like any other: its owner asks for it.

import { commandsOf } from '../../db/commands.ts';
import type { ServerPatch } from '../../db/servers.ts';
import { patchServer } from '../../db/servers.ts';
import type { Db } from '../../db/store.ts';
import { queueCommand } from '../../dispatch/queue-command.ts';
import { fault } from '../../model/faults.ts';
import type { ImageId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import type { Image } from '../../model/image.ts';
import { canBoot } from '../../model/image.ts';
import type { Server } from '../../model/server.ts';
import { SERVER_ACTIONS } from '../../model/server-states.ts';
import type { Images } from '../../ports/images.ts';
import type { RequestContext } from '../request-context.ts';
import { requireFewItems } from './change-metadata.ts';
import type { InjectedFile } from './create-spec.ts';
import { createSpecOf } from './create-spec.ts';
import { recordRebuildServer } from './move-records.ts';
import { findOpenImage } from './open-image.ts';
import { askedKey, keptKey } from './public-key.ts';
import { requireFiles } from './require-files.ts';
import { requireFit } from './require-fit.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { hostOf, recordAction, requireAllowed, requireSpoken } from './server-writes.ts';
import { allMakings } from './stale-makings.ts';

/** What rebuilding needs. */
export interface RebuildServerDeps extends ServerWriteDeps {
  readonly images: Images;
}

/** What is wanted. */
export interface RebuildWish {
  readonly imageRef: string;
  readonly files: readonly InjectedFile[];
  readonly changes: RebuildChanges;
}

/** What of the row changes with it; what is missing stays. */
export type RebuildChanges = Partial<
  Pick<
    Server,
    | 'name'
    | 'description'
    | 'hostname'
    | 'metadata'
    | 'keyName'
    | 'userData'
    | 'accessIpV4'
    | 'accessIpV6'
    | 'diskConfig'
  >
>;

/** Rebuilds it and gives it back as it is now. Faults, in Nova's order: not found, policy, lock, state, those of what is asked for. */
export async function rebuildServer(
  deps: RebuildServerDeps,
  context: RequestContext,
  id: string,
  wish: RebuildWish,
): Promise<Server> {
  const authorised = await deps.access.servers.one(context.caller, id, 'os_compute_api:servers:rebuild');
  const projects = [authorised.projectId, context.caller.projectId] as const;
  const image = await findOpenImage(deps.images, asId<ImageId>(wish.imageRef), ...projects);
  const { server, queued } = await deps.store.transaction(async (tx) => {
    const before = await deps.access.servers.again(tx, authorised);
    requireAllowed('rebuild', before, context.caller);
    const host = hostOf(before);
    const publicKey = await publicKeyFor(tx, context, before, wish);
    const found = await usableImage(tx, deps, before, wish, image);
    requireSpoken(deps.hosts, host, 'rebuild');
    const at = deps.clock.wall();
    const actionSeq = await recordAction(tx, deps.clock, context, before, 'rebuild', 'accepted', { image: found.id });
    await recordRebuildServer(tx, actionSeq, at, null);
    const patch: ServerPatch = {
      ...changesOf(before, wish, found),
      taskState: SERVER_ACTIONS.rebuild.during,
      progress: 0,
      updatedAt: at,
    };
    await patchServer(tx, before.id, patch);
    const now: Server = { ...before, ...patch, version: before.version + 1 };
    const { imageId, kernelId, ramdiskId, vmState } = before;
    return {
      server: now,
      queued: await queueCommand(tx, deps.clock, deps.bounds, {
        server: now.id,
        host,
        order: {
          kind: 'rebuild',
          spec: createSpecOf(now, found, { publicKey, files: wish.files }),
          stopped: vmState === 'stopped',
          was: { imageId, kernelId, ramdiskId },
          replaces: allMakings(await commandsOf(tx, now.id)),
        },
        actionSeq,
        event: 'compute_rebuild_instance',
      }),
    };
  });
  await deps.dispatcher.ring(queued);
  return server;
}

/** The key that the guest gets. */
function publicKeyFor(
  tx: Db,
  context: RequestContext,
  server: Server,
  { changes: { keyName } }: RebuildWish,
): Promise<string | null> {
  return keyName === undefined ? keptKey(tx, server) : askedKey(tx, context.caller.userId, keyName);
}

async function usableImage(
  tx: Db,
  deps: RebuildServerDeps,
  server: Server,
  wish: RebuildWish,
  image: Image | null,
): Promise<Image> {
  if (image === null || image.hidden) throw fault('rebuild-image-unknown');
  const { metadata } = wish.changes;
  if (metadata !== undefined) await requireFewItems(tx, deps.quotas, server, metadata);
  await requireFiles(tx, deps.quotas, server, wish.files);
  if (!canBoot(image)) throw fault('image-not-bootable', { id: image.id });
  requireFit(image, server.flavor);
  return image;
}

/** What of the row changes at once; what it is made of is taken back should the rebuild come to nothing. */
function changesOf(before: Server, { files, changes }: RebuildWish, image: Image): ServerPatch {
  const { keyName = before.keyName, userData = before.userData } = changes;
  return {
    ...changes,
    imageId: image.id,
    kernelId: image.properties['kernel_id'] ?? '',
    ramdiskId: image.properties['ramdisk_id'] ?? '',
    // There is no metadata service: what a guest is to read of its owner is on a drive.
    configDrive: before.configDrive || keyName !== null || userData !== null || files.length > 0,
  };
}
