// An image: what a server boots from, as the image API shows it and as a host can read it.

import type { ImageId } from './ids.ts';

/** An image as Glance describes it. */
export interface Image {
  readonly id: ImageId;
  readonly name: string;
  readonly status: 'active';
  readonly diskFormat: string;
  readonly containerFormat: string;
  /** Bytes. */
  readonly size: number;
  /** Hidden images (a kernel, a ramdisk) can be asked for by id but stay out of lists, as Glance's os_hidden. */
  readonly hidden: boolean;
  /** Wall clock, ms. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** GiB and MiB a server needs at least. */
  readonly minDisk: number;
  readonly minRam: number;
  /** Further properties by Glance's names, e.g. `kernel_id`, `ramdisk_id`, `os_command_line`. */
  readonly properties: Readonly<Record<string, string>>;
}
