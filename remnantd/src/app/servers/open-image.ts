// The image a server is made of: one that its project may use. Another project's own image is not there, as in Glance.

import type { ImageId } from '../../model/ids.ts';
import type { Image } from '../../model/image.ts';
import { isOpenTo } from '../../model/image.ts';
import type { Images } from '../../ports/images.ts';

/** The image if it is open to one of `projects`: the server's, and the caller's. Null for any other. */
export async function findOpenImage(
  images: Images,
  id: ImageId,
  ...projects: readonly (string | null)[]
): Promise<Image | null> {
  const image = await images.find(id);
  return image !== null && projects.some((project) => isOpenTo(image, project)) ? image : null;
}
