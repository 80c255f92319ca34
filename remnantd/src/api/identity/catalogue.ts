// The catalogue of this cloud, as Keystone lists one.

import { listOf, objectOf, STRING, titled } from '../reply-schema.ts';

const ENDPOINT = titled(
  'Endpoint',
  objectOf({ id: STRING, interface: STRING, region: STRING, region_id: STRING, url: STRING }),
);

/** A service of a catalogue, for the OpenAPI document. */
export const CATALOG_SERVICE_REPLY = titled(
  'CatalogService',
  objectOf({ id: STRING, name: STRING, type: STRING, endpoints: listOf(ENDPOINT) }),
);

const FACES = ['public', 'internal', 'admin'] as const;
const SERVICES = [
  { type: 'compute', name: 'nova', path: '/v2.1' },
  { type: 'identity', name: 'keystone', path: '/identity' },
  { type: 'image', name: 'glance', path: '/image' },
  { type: 'crash-dump', name: 'remnant', path: '/remnant/v1' },
] as const;

/** The endpoints of this cloud under `origin` (scheme, host and port). */
export function catalogue(origin: string, region: string): object[] {
  return SERVICES.map(({ type, name, path }) => ({
    id: name,
    type,
    name,
    endpoints: FACES.map((face) => ({
      id: `${name}-${face}`,
      interface: face,
      region,
      region_id: region,
      url: `${origin}${path}`,
    })),
  }));
}
