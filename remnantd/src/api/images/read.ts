// The Image API v2, read only: GET /images and /images/{id}.

import type { Image } from '../../model/image.ts';
import type { CallerOperation } from '../operation.ts';
import { last, pageLimit, querySchema, TEXT } from '../query.ts';
import { FLAG, INTEGER, listOf, MOMENT, objectOf, STRING, STRING_OR_NULL, titled } from '../reply-schema.ts';
import { zuluTime } from '../times.ts';

function body(image: Image): object {
  return {
    ...image.properties,
    id: image.id,
    name: image.name,
    status: image.status,
    visibility: image.owner === undefined ? 'public' : 'private',
    protected: true,
    os_hidden: image.hidden,
    container_format: image.containerFormat,
    disk_format: image.diskFormat,
    size: image.size,
    virtual_size: null,
    min_disk: image.minDisk,
    min_ram: image.minRam,
    created_at: zuluTime(image.createdAt),
    updated_at: zuluTime(image.updatedAt),
    owner: image.owner ?? null,
    checksum: null,
    tags: [],
    self: `/v2/images/${image.id}`,
    file: `/v2/images/${image.id}/file`,
    schema: '/v2/schemas/image',
  };
}

const IMAGE = titled('Image', {
  ...objectOf({
    id: STRING,
    name: STRING,
    status: STRING,
    visibility: STRING,
    protected: FLAG,
    os_hidden: FLAG,
    container_format: STRING,
    disk_format: STRING,
    size: INTEGER,
    virtual_size: { type: ['integer', 'null'] },
    min_disk: INTEGER,
    min_ram: INTEGER,
    created_at: MOMENT,
    updated_at: MOMENT,
    owner: STRING_OR_NULL,
    checksum: STRING_OR_NULL,
    tags: listOf(STRING),
    self: STRING,
    file: STRING,
    schema: STRING,
  }),
  description: 'An image; its own properties stand beside these.',
});

/** Glance's `in:` operator, and plain values. */
function matches(wanted: string | null, value: string): boolean {
  if (wanted === null) return true;
  const list = wanted.startsWith('in:') ? wanted.slice(3).split(',') : [wanted];
  return list.map((text) => text.replaceAll(/^"|"$/g, '')).includes(value);
}

export const imagesList: CallerOperation = {
  id: 'images.list',
  root: 'image',
  method: 'GET',
  path: '/images',
  summary: 'List images',
  success: 200,
  errors: [400, 401],
  rules: [],
  query: [{ schema: querySchema({ name: TEXT, id: TEXT, limit: TEXT, marker: TEXT }) }],
  reply: objectOf({ images: listOf(IMAGE), first: STRING, schema: STRING }),
  handle: async ({ query, caller }, deps) => {
    const all = (await deps.access.catalogue.images(caller))
      .filter((image) => matches(last(query, 'name'), image.name))
      .filter((image) => matches(last(query, 'id'), image.id));
    const marker = last(query, 'marker');
    const from = marker === null ? 0 : all.findIndex((image) => image.id === marker) + 1;
    const images = all.slice(from, from + (pageLimit(query, deps.maxLimit) || deps.maxLimit));
    return { body: { images: images.map(body), first: '/v2/images', schema: '/v2/schemas/images' } };
  },
};

export const imagesShow: CallerOperation = {
  id: 'images.show',
  root: 'image',
  method: 'GET',
  path: '/images/{image_id}',
  summary: 'Show an image',
  success: 200,
  errors: [401, 404],
  rules: [],
  reply: IMAGE,
  handle: async (request, deps) => ({
    body: body(await deps.access.catalogue.image(request.caller, request.params['image_id'] ?? '')),
  }),
};
