// An image: what a server boots from, as the image API shows it and as a host can read it.

import type { ImageId, ProjectId } from './ids.ts';

/** How a disk lies in a file, as far as hosts can boot from it. */
export type DiskFormat = 'qcow2' | 'raw';

/** True for such a format. */
export function isDiskFormat(format: string): format is DiskFormat {
  return format === 'qcow2' || format === 'raw';
}

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
  /** Whose project alone may use it; absent: everybody's. */
  readonly owner?: ProjectId;
  /** Further properties by Glance's names, e.g. `kernel_id`, `ramdisk_id`, `os_command_line`. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Whether a server can boot from it: it has a kernel with its initial file system, or a disk. */
export function canBoot({ diskFormat, properties }: Image): boolean {
  return isDiskFormat(diskFormat) || (properties['kernel_id'] !== undefined && properties['ramdisk_id'] !== undefined);
}

/** Whether a project may use it. */
export function isOpenTo({ owner }: Image, projectId: string | null): boolean {
  return owner === undefined || owner === projectId;
}
