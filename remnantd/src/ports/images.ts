// Images: what the image API lists and what a host boots from. A folder of images answers, or a real Glance.

import type { ImageId } from '../model/ids.ts';
import type { Image } from '../model/image.ts';

/** The files of an image on this machine, as a driver needs them. */
export interface ImageFiles {
  readonly kernel: string;
  readonly initrd: string;
}

/** A store of images. Read-only. */
export interface Images {
  /** All images that are not hidden, newest first. */
  list(): Promise<readonly Image[]>;
  /** One image, hidden ones too; null if there is none. */
  find(id: ImageId): Promise<Image | null>;
  /** Where the image's files are for a host to read; null if the image is unknown or nothing to boot from. */
  files(id: ImageId): Promise<ImageFiles | null>;
}
