// A folder of images: one sub-folder each, with an `image.yaml` that describes it and the files it names. An image here is
// a kernel and its initial file system; both also show as hidden images of their own, as Glance's kernel_id and ramdisk_id want.

import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ImageId } from '../model/ids.ts';
import { asId, isUuid } from '../model/ids.ts';
import type { Image } from '../model/image.ts';
import type { ImageFiles, Images } from '../ports/images.ts';

/** What `image.yaml` says. */
interface Manifest {
  readonly id: string;
  readonly name: string;
  readonly kernel: string;
  readonly initrd: string;
  readonly min_ram?: number;
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
  const manifest = parse(await readFile(path, 'utf8')) as Manifest;
  if (typeof manifest?.id !== 'string' || !isUuid(manifest.id)) throw new Error(`${path}: id must be a UUID`);
  for (const key of ['name', 'kernel', 'initrd'] as const) {
    if (typeof manifest[key] !== 'string') throw new Error(`${path}: ${key} is missing`);
  }
  if (manifest.min_ram !== undefined && !Number.isInteger(manifest.min_ram)) {
    throw new Error(`${path}: min_ram must be a number of MiB`);
  }
  const properties = Object.entries(manifest.properties ?? {}).map(([key, value]) => {
    if (!['string', 'number', 'boolean'].includes(typeof value))
      throw new Error(`${path}: properties.${key} must be text`);
    // Glance's properties are texts; YAML reads `1` as a number.
    return [key, String(value)] as const;
  });
  const kernel = join(folder, manifest.kernel);
  const initrd = join(folder, manifest.initrd);
  const kernelEntry = await part(manifest, 'aki', kernel);
  const initrdEntry = await part(manifest, 'ari', initrd);
  const about = await stat(path);
  return [
    {
      image: {
        id: asId<ImageId>(manifest.id),
        name: manifest.name,
        status: 'active',
        diskFormat: 'ami',
        containerFormat: 'ami',
        size: kernelEntry.image.size + initrdEntry.image.size,
        hidden: false,
        createdAt: about.mtimeMs,
        updatedAt: about.mtimeMs,
        minDisk: 0,
        minRam: manifest.min_ram ?? 0,
        properties: {
          ...Object.fromEntries(properties),
          kernel_id: kernelEntry.image.id,
          ramdisk_id: initrdEntry.image.id,
        },
      },
      files: { kernel, initrd },
    },
    kernelEntry,
    initrdEntry,
  ];
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
