// An image as Glance's API v2 describes it, read into ours. What is not active, or cannot be understood, is no image.

import { isObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import type { ImageId } from '../../model/ids.ts';
import { asId, isUuid } from '../../model/ids.ts';
import type { Image } from '../../model/image.ts';

/** How the data of an image can be proved to be whole. */
export interface Digest {
  /** A name that OpenSSL knows, e.g. `sha512`. */
  readonly algorithm: string;
  /** Lower-case hexadecimal. */
  readonly value: string;
}

/** An image of Glance. */
export interface GlanceImage {
  readonly image: Image;
  /** Null for an image that Glance has no digest of. */
  readonly digest: Digest | null;
}

/** What Glance says of every image; the rest are its properties. */
const BASE = new Set([
  'id',
  'name',
  'status',
  'visibility',
  'protected',
  'os_hidden',
  'os_hash_algo',
  'os_hash_value',
  'container_format',
  'disk_format',
  'size',
  'virtual_size',
  'min_disk',
  'min_ram',
  'created_at',
  'updated_at',
  'owner',
  'checksum',
  'tags',
  'self',
  'file',
  'schema',
  'locations',
  'direct_url',
  'stores',
]);
/** Images of these are everybody's; others are their owner's. */
const OPEN = new Set(['public', 'community']);

/** The image in `value`; null for one that is not active, or is none. */
export function readGlanceImage(value: JsonValue): GlanceImage | null {
  if (!isObject(value) || typeof value['id'] !== 'string' || !isUuid(value['id'])) return null;
  if (value['status'] !== 'active') return null;
  const visibility = textOf(value['visibility']) ?? 'private';
  const owner = textOf(value['owner']);
  if (!OPEN.has(visibility) && owner === null) return null;
  const properties = Object.entries(value).flatMap(([key, one]) =>
    BASE.has(key) || typeof one !== 'string' ? [] : [[key, one] as const],
  );
  return {
    image: {
      id: asId<ImageId>(value['id'].toLowerCase()),
      name: textOf(value['name']) ?? '',
      status: 'active',
      diskFormat: textOf(value['disk_format']) ?? '',
      containerFormat: textOf(value['container_format']) ?? '',
      size: numberOf(value['size']),
      hidden: value['os_hidden'] === true,
      createdAt: timeOf(value['created_at']),
      updatedAt: timeOf(value['updated_at']),
      minDisk: numberOf(value['min_disk']),
      minRam: numberOf(value['min_ram']),
      properties: Object.fromEntries(properties),
      ...(OPEN.has(visibility) ? {} : { owner: asId(owner ?? '') }),
    },
    digest: digestOf(value),
  };
}

function digestOf(value: JsonObject): Digest | null {
  const [algorithm, hash] = [textOf(value['os_hash_algo']), textOf(value['os_hash_value'])];
  if (algorithm !== null && hash !== null) return { algorithm, value: hash.toLowerCase() };
  const md5 = textOf(value['checksum']);
  return md5 === null ? null : { algorithm: 'md5', value: md5.toLowerCase() };
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

function timeOf(value: JsonValue | undefined): number {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? 0 : ms;
}
