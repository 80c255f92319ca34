// Rescues a server: it boots from another image, its own disk beside that one. The image is the one that is asked for, else the
// one the server was made from.

import { fault } from '../../model/faults.ts';
import type { ImageId } from '../../model/ids.ts';
import { canBoot } from '../../model/image.ts';
import type { Server } from '../../model/server.ts';
import type { Images } from '../../ports/images.ts';
import type { RequestContext } from '../request-context.ts';
import { findOpenImage } from './open-image.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { orderOnServer, requireAllowed } from './server-writes.ts';

/** What rescuing needs. */
export interface RescueServerDeps extends ServerWriteDeps {
  readonly images: Images;
}

/** Rescues it from `wanted`, or null for its own image. Faults: not found, policy, lock, state, not-rescuable, rescue-image-unsupported. */
export async function rescueServer(
  deps: RescueServerDeps,
  context: RequestContext,
  id: string,
  wanted: ImageId | null,
): Promise<void> {
  const server = await deps.access.servers.one(context.caller, id, 'os_compute_api:os-rescue');
  // In Nova's order: what is wrong with the server is told before what is wrong with the image.
  requireAllowed('rescue', server, context.caller);
  const image = wanted ?? imageOf(server);
  const found = await findOpenImage(deps.images, image, server.projectId, context.caller.projectId);
  if (found === null || found.hidden || !canBoot(found)) throw fault('rescue-image-unsupported', { image });
  await orderOnServer(deps, context, server, {
    action: 'rescue',
    event: 'compute_rescue_instance',
    order: { kind: 'rescue', from: { image, boot: found.properties } },
  });
}

/** One that was on its host before Remnant was made from no image that is known. */
function imageOf({ id, imageId }: Server): ImageId {
  if (imageId === null) throw fault('not-rescuable', { id, reason: 'No image is known that it was made from' });
  return imageId;
}
