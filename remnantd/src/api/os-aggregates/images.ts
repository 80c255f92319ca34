// POST /os-aggregates/{id}/images: asks that the hosts of an aggregate have images at hand.

import { Type } from 'typebox';
import { NOBODYS } from '../../access/authorise.ts';
import { cacheImages } from '../../app/aggregates/cache-images.ts';
import { fault } from '../../model/faults.ts';
import type { CallerOperation } from '../operation.ts';
import { idNumber } from '../query.ts';
import * as rules from './rules.ts';

const IMAGE = {
  type: 'object',
  properties: { id: { type: 'string', format: 'uuid' } },
  additionalProperties: false,
  required: ['id'],
};

export const aggregatesCacheImages: CallerOperation = {
  id: 'os-aggregates.cache-images',
  since: '2.81',
  root: 'compute',
  method: 'POST',
  path: '/os-aggregates/{aggregate_id}/images',
  summary: 'Ask for images to be cached on the hosts of an aggregate',
  description:
    'Accepted and written down, as by a Nova whose hosts keep no cache: a host fetches an image when it first needs it.',
  success: 202,
  errors: [400, 401, 403, 404],
  rules: [rules.IMAGES],
  body: [
    {
      schema: Type.Unsafe({
        type: 'object',
        properties: { cache: { type: ['array'], minItems: 1, items: IMAGE } },
        required: ['cache'],
        additionalProperties: false,
      }),
    },
  ],
  handle: async (request, deps) => {
    const { caller, params } = request;
    const { name } = rules.IMAGES;
    deps.access.authorise(caller, name, NOBODYS);
    const seq = idNumber(params['aggregate_id'] ?? '');
    const images = (request.body as { cache: { id: string }[] }).cache.map(({ id }) => id);
    if (new Set(images).size < images.length) throw fault('bad-request', { message: 'Duplicate images in request' });
    await cacheImages(deps.aggregates, request, await deps.access.aggregates.one(caller, name, seq), images);
    return {};
  },
};
