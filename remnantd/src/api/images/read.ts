// The Image API v2, read only: GET /images and /images/{id}.

import type { Image } from '../../model/image.ts';
import type { CallerOperation } from '../operation.ts';
import { first, pageLimit } from '../query.ts';
import { zuluTime } from '../times.ts';

function body(image: Image): object {
  return {
    ...image.properties,
    id: image.id,
    name: image.name,
    status: image.status,
    visibility: 'public',
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
    owner: null,
    checksum: null,
    tags: [],
    self: `/v2/images/${image.id}`,
    file: `/v2/images/${image.id}/file`,
    schema: '/v2/schemas/image',
  };
}

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
  errors: [401],
  rules: [],
  handle: async ({ query }, deps) => {
    const all = (await deps.access.catalogue.images())
      .filter((image) => matches(first(query, 'name'), image.name))
      .filter((image) => matches(first(query, 'id'), image.id));
    const marker = first(query, 'marker');
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
  handle: async (request, deps) => ({
    body: body(await deps.access.catalogue.image(request.params['image_id'] ?? '')),
  }),
};
