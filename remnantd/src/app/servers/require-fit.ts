// Whether an image can be a server of a flavor. Texts and order are Nova's (compute/api.py _validate_flavor_image).

import { fault } from '../../model/faults.ts';
import type { Flavor } from '../../model/flavor.ts';
import type { Image } from '../../model/image.ts';

const GIB = 1024 ** 3;

/** Faults image-needs-memory, image-too-big, image-needs-disk. A root disk of 0 is as large as its image. */
export function requireFit(image: Image, { ram, disk }: Pick<Flavor, 'ram' | 'disk'>): void {
  if (ram < image.minRam) throw fault('image-needs-memory');
  if (disk === 0) return;
  const bytes = disk * GIB;
  if (image.size > bytes) throw fault('image-too-big', { flavor: bytes, image: image.size });
  if (image.minDisk * GIB > bytes) throw fault('image-needs-disk', { flavor: bytes, least: image.minDisk * GIB });
}
