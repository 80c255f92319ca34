// A real Glance behind the images port. What it says of an image is used again for a while, within a bound; a Glance that
// does not answer is ImagesUnavailable, never "no such image".

import { isObject, type JsonValue } from '../../lib/json.ts';
import { LruMap } from '../../lib/lru-map.ts';
import type { ImageId } from '../../model/ids.ts';
import { asId, isUuid } from '../../model/ids.ts';
import { isDiskFormat } from '../../model/image.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ImageFiles, Images } from '../../ports/images.ts';
import { ImagesUnavailable } from '../../ports/images.ts';
import type { GlanceClientDeps } from './glance-client.ts';
import { GlanceClient } from './glance-client.ts';
import { ImageCache } from './image-cache.ts';
import type { GlanceImage } from './read-image.ts';
import { readGlanceImage } from './read-image.ts';

/** How Glance is used. */
export interface GlanceOptions extends Omit<GlanceClientDeps, 'clock'> {
  readonly clock: Clock;
  /** How long what Glance said of an image is used again, ms. */
  readonly cacheMs: number;
  /** Where data is kept for hosts of this machine, and how much of it, bytes. */
  readonly folder: string;
  readonly mostBytes: number;
}

/** Glance as images. */
export interface GlanceImages extends Images {
  /** Ends what runs. */
  close(): void;
}

const REMEMBERED = 1_000;
const PAGE = 200;
/** More images than that are no list for anybody. */
const MOST_PAGES = 50;

/** Opens it; nothing is asked yet. */
export function glanceImages(options: GlanceOptions): GlanceImages {
  const { clock, cacheMs } = options;
  const client = new GlanceClient(options);
  const cache = new ImageCache(options.folder, options.mostBytes, clock);
  const known = new LruMap<string, { readonly found: GlanceImage; readonly until: number }>(REMEMBERED);
  const asking = new Map<string, Promise<GlanceImage | null>>();

  const remember = (found: GlanceImage) => known.set(found.image.id, { found, until: clock.mono() + cacheMs });

  const ask = async (id: string): Promise<GlanceImage | null> => {
    const found = readGlanceImage(await client.json(`/v2/images/${id}`));
    if (found !== null) remember(found);
    return found;
  };

  const find = (text: string): Promise<GlanceImage | null> => {
    // What is no UUID would be another path.
    if (!isUuid(text)) return Promise.resolve(null);
    const id = text.toLowerCase();
    const remembered = known.get(id);
    if (remembered !== undefined && clock.mono() < remembered.until) return Promise.resolve(remembered.found);
    let answer = asking.get(id);
    if (answer === undefined) {
      answer = ask(id).finally(() => asking.delete(id));
      asking.set(id, answer);
    }
    return answer;
  };

  /** The file of an image's data on this machine; null for one without any. */
  const dataOf = ({ image, digest }: GlanceImage, removable: boolean): Promise<string | null> =>
    cache.path({ id: image.id, size: image.size, digest, removable, fetch: () => client.data(image.id) });

  const part = async (id: string): Promise<string> => {
    const found = await find(id);
    const path = found === null ? null : await dataOf(found, false);
    if (path === null) throw new ImagesUnavailable(`Glance has no image ${id}, which another one boots with`);
    return path;
  };

  const files = async (id: ImageId): Promise<ImageFiles | null> => {
    const found = await find(id);
    if (found === null) return null;
    const { diskFormat, properties } = found.image;
    const { kernel_id: kernel, ramdisk_id: ramdisk } = properties;
    const boot =
      kernel === undefined || ramdisk === undefined
        ? null
        : { kernel: await part(kernel), initrd: await part(ramdisk) };
    const path = isDiskFormat(diskFormat) ? await dataOf(found, true) : null;
    const disk = path === null || !isDiskFormat(diskFormat) ? null : { path, format: diskFormat };
    return boot === null && disk === null ? null : { boot, disk };
  };

  return {
    list: async () => {
      const all: GlanceImage[] = [];
      let next: string | null = `/v2/images?limit=${PAGE}&sort=created_at:desc`;
      for (let page = 0; next !== null && page < MOST_PAGES; page += 1) {
        const answer: JsonValue = await client.json(next);
        const images = isObject(answer) && Array.isArray(answer['images']) ? (answer['images'] as JsonValue[]) : [];
        all.push(...images.map(readGlanceImage).filter((one) => one !== null));
        const link = isObject(answer) ? answer['next'] : undefined;
        // A link that leads elsewhere is none of Glance's.
        next = typeof link === 'string' && link.startsWith('/v2/images?') ? link : null;
      }
      all.forEach(remember);
      return all.map(({ image }) => image).filter(({ hidden }) => !hidden);
    },
    find: async (id) => (await find(id))?.image ?? null,
    files: (id) => files(asId(id)),
    close: () => client.close(),
  };
}
