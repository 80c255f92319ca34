// Images: what the image API lists and what a host boots from. A folder of images answers, or a real Glance.

import type { ImageId } from '../model/ids.ts';
import type { Image } from '../model/image.ts';

/** The files of an image on this machine, as a driver needs them. */
export interface ImageFiles {
  /** A kernel and its initial file system; null for an image that boots from its disk. */
  readonly boot: { readonly kernel: string; readonly initrd: string } | null;
  /** What a server's own disk begins as; null for an image without one. At least one of the two is there. */
  readonly disk: { readonly path: string; readonly format: 'qcow2' | 'raw' } | null;
}

/** The images cannot be asked for now, which says nothing of whether one is there. Its message is for operators. */
export class ImagesUnavailable extends Error {
  override readonly name = 'ImagesUnavailable';
}

/** A store of images. Read-only. All of it may throw ImagesUnavailable. */
export interface Images {
  /** All images that are not hidden, newest first. */
  list(): Promise<readonly Image[]>;
  /** One image, hidden ones too; null if there is none. */
  find(id: ImageId): Promise<Image | null>;
  /** Where the image's files are for a host to read; null if the image is unknown or nothing to boot from. */
  files(id: ImageId): Promise<ImageFiles | null>;
}
