// A folder of images: one sub-folder each, with an `image.yaml` that describes it and the files it names. An image is a disk, or
// a kernel and its initial file system, or all three; a kernel and its file system also show as hidden images of their own,
// as Glance's kernel_id and ramdisk_id want.

import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ImageId } from '../model/ids.ts';
import { asId, isUuid } from '../model/ids.ts';
import type { DiskFormat, Image } from '../model/image.ts';
import { isDiskFormat } from '../model/image.ts';
import type { ImageFiles, Images } from '../ports/images.ts';

/** What `image.yaml` says: `kernel` and `initrd`, or `disk`, or all of them. */
interface Manifest {
  readonly id: string;
  readonly name: string;
  readonly kernel?: string;
  readonly initrd?: string;
  readonly disk?: string;
  readonly disk_format?: string;
  readonly min_ram?: number;
  readonly min_disk?: number;
  readonly properties?: Record<string, string | number | boolean>;
}

interface Entry {
  readonly image: Image;
  readonly files: ImageFiles | null;
}

/**
 * The images in `folder`, read anew when asked, so that one can be added while the daemon runs. A missing folder is empty;
 * an image that cannot be read is left out and told to `onError`, and hurts no other.
 */
export function imageFolder(folder: string, onError: (what: string, error: unknown) => void): Images {
  const load = async (): Promise<Map<string, Entry>> => {
    const entries = new Map<string, Entry>();
    for (const name of (await folders(folder)).toSorted()) {
      try {
        for (const entry of await readImage(join(folder, name))) {
          const { id } = entry.image;
          if (entries.has(id)) throw new Error(`${join(folder, name, 'image.yaml')}: id ${id} is another image's`);
          entries.set(id, entry);
        }
      } catch (error) {
        onError(`image ${name}`, error);
      }
    }
    return entries;
  };
  return {
    list: async () => {
      const images = [...(await load()).values()].map((entry) => entry.image).filter((image) => !image.hidden);
      return images.toSorted((a, b) => b.createdAt - a.createdAt || (a.name < b.name ? -1 : 1));
    },
    find: async (id) => (await load()).get(id)?.image ?? null,
    files: async (id) => (await load()).get(id)?.files ?? null,
  };
}

async function folders(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).filter((one) => one.isDirectory()).map((one) => one.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function readImage(folder: string): Promise<Entry[]> {
  const path = join(folder, 'image.yaml');
  const manifest = checked(path, parse(await readFile(path, 'utf8')));
  const about = await stat(path);
  const disk = await diskOf(folder, manifest);
  const kernel = await partOf(folder, manifest, 'aki', manifest.kernel);
  const initrd = await partOf(folder, manifest, 'ari', manifest.initrd);
  const boot = kernel === null || initrd === null ? null : { kernel: kernel.path, initrd: initrd.path };
  const parts = [kernel, initrd].filter((one) => one !== null).map(({ entry }) => entry);
  const image: Image = {
    id: asId<ImageId>(manifest.id),
    name: manifest.name,
    status: 'active',
    diskFormat: disk?.format ?? 'ami',
    containerFormat: disk === null ? 'ami' : 'bare',
    size: disk?.size ?? parts.reduce((all, one) => all + one.image.size, 0),
    hidden: false,
    createdAt: about.mtimeMs,
    updatedAt: about.mtimeMs,
    minDisk: manifest.min_disk ?? 0,
    minRam: manifest.min_ram ?? 0,
    properties: {
      // Glance's properties are texts; YAML reads `1` as a number.
      ...Object.fromEntries(Object.entries(manifest.properties ?? {}).map(([key, value]) => [key, String(value)])),
      ...(kernel === null ? {} : { kernel_id: kernel.entry.image.id }),
      ...(initrd === null ? {} : { ramdisk_id: initrd.entry.image.id }),
    },
  };
  const files = { boot, disk: disk === null ? null : { path: disk.path, format: disk.format } };
  return [{ image, files }, ...parts];
}

/** What the file at `path` says. Throws Error, which names the file and the key that is wrong. */
function checked(path: string, said: unknown): Manifest {
  const manifest = said as Manifest;
  const wrong = (what: string) => new Error(`${path}: ${what}`);
  if (typeof manifest?.id !== 'string' || !isUuid(manifest.id)) throw wrong('id must be a UUID');
  if (typeof manifest.name !== 'string') throw wrong('name is missing');
  for (const key of ['kernel', 'initrd', 'disk'] as const) {
    const file: unknown = manifest[key];
    if (file !== undefined && (typeof file !== 'string' || file === '')) throw wrong(`${key} must name a file`);
  }
  const { kernel, initrd, disk, disk_format: format } = manifest;
  if (kernel === undefined && initrd === undefined && disk === undefined) throw wrong('disk or kernel is missing');
  if (kernel === undefined && initrd !== undefined) throw wrong('kernel is missing');
  if (kernel !== undefined && initrd === undefined) throw wrong('initrd is missing');
  if (format !== undefined && disk === undefined) throw wrong('disk is missing, and there is a disk_format');
  if (format !== undefined && !isDiskFormat(format)) throw wrong('disk_format must be qcow2 or raw');
  for (const [key, unit] of [
    ['min_ram', 'MiB'],
    ['min_disk', 'GiB'],
  ] as const) {
    const least = manifest[key];
    if (least === undefined || (Number.isInteger(least) && least >= 0)) continue;
    throw wrong(`${key} must be a number of ${unit}`);
  }
  for (const [key, value] of Object.entries(manifest.properties ?? {})) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) throw wrong(`properties.${key} must be text`);
  }
  return manifest;
}

/** The disk; one whose format is not said is qcow2. */
async function diskOf(
  folder: string,
  { disk, disk_format: format }: Manifest,
): Promise<{ path: string; format: DiskFormat; size: number } | null> {
  if (disk === undefined) return null;
  const path = join(folder, disk);
  const { size } = await stat(path);
  return { path, format: format === 'raw' ? 'raw' : 'qcow2', size };
}

async function partOf(
  folder: string,
  manifest: Manifest,
  format: 'aki' | 'ari',
  file: string | undefined,
): Promise<{ path: string; entry: Entry } | null> {
  if (file === undefined) return null;
  const path = join(folder, file);
  return { path, entry: await part(manifest, format, path) };
}

async function part(manifest: Manifest, format: 'aki' | 'ari', path: string): Promise<Entry> {
  const about = await stat(path);
  const image: Image = {
    id: asId<ImageId>(partId(manifest.id, format)),
    name: `${manifest.name}-${format === 'aki' ? 'kernel' : 'ramdisk'}`,
    status: 'active',
    diskFormat: format,
    containerFormat: format,
    size: about.size,
    hidden: true,
    createdAt: about.mtimeMs,
    updatedAt: about.mtimeMs,
    minDisk: 0,
    minRam: 0,
    properties: {},
  };
  return { image, files: null };
}

/** A UUID that follows from the image's: the same at every start. */
function partId(id: string, format: string): string {
  const hex = createHash('sha256').update(`${id}/${format}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
