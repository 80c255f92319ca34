// What POST /servers may say, by microversion (nova/api/openstack/compute/schemas/servers.py). The order of the properties is
// Nova's, in which what is wrong is told.

import { Type } from 'typebox';
import type { JsonObject } from '../../lib/json.ts';
import type { VersionSpan } from '../../model/microversion.ts';
import type { VersionedSchema } from '../operation.ts';
import {
  BOOLEAN,
  DESCRIPTION,
  DISK_CONFIG,
  FLAVOR_REF,
  FQDN,
  HOST,
  HOSTNAME,
  METADATA,
  NAME,
  POSITIVE,
  STRICT_NAME,
  TAG,
  TAGS,
} from '../schemas.ts';

const UUID = { type: 'string', format: 'uuid' } as const;
const upTo = (maxLength: number): JsonObject => ({ type: 'string', maxLength });

const network = (more: JsonObject): JsonObject => ({
  type: 'array',
  items: {
    type: 'object',
    properties: {
      fixed_ip: { type: 'string', oneOf: [{ format: 'ipv4' }, { format: 'ipv6' }] },
      port: { oneOf: [UUID, { type: 'null' }] },
      ...more,
    },
    additionalProperties: false,
  },
});
const ANY_NETWORK = { uuid: { type: 'string' } } as const;
const namedNetworks = (more: JsonObject): JsonObject => ({
  oneOf: [network({ uuid: UUID, ...more }), { type: 'string', enum: ['none', 'auto'] }],
});

const LEGACY_DEVICE: JsonObject = {
  virtual_name: upTo(255),
  volume_id: UUID,
  snapshot_id: UUID,
  volume_size: { type: ['integer', 'string'], pattern: '^[0-9]+$', minimum: 1, maximum: 0x7f_ff_ff_ff },
  device_name: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9._-r/]*$' },
  delete_on_termination: BOOLEAN,
  no_device: {},
  connection_info: upTo(16_777_215),
};
const devices = (more: JsonObject): JsonObject => ({
  type: 'array',
  items: {
    type: 'object',
    properties: {
      ...LEGACY_DEVICE,
      source_type: { type: 'string', enum: ['volume', 'image', 'snapshot', 'blank'] },
      uuid: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9._-]*$' },
      image_id: UUID,
      destination_type: { type: 'string', enum: ['local', 'volume'] },
      guest_format: upTo(255),
      device_type: upTo(255),
      disk_bus: upTo(255),
      boot_index: { type: ['integer', 'string', 'null'], pattern: '^-?[0-9]+$' },
      ...more,
    },
    additionalProperties: false,
  },
});
const tagged = { tag: TAG };

const ALWAYS: JsonObject = {
  name: NAME,
  imageRef: { oneOf: [UUID, { type: 'string', maxLength: 0 }] },
  flavorRef: FLAVOR_REF,
  adminPass: { type: 'string' },
  metadata: METADATA,
  networks: network(ANY_NETWORK),
  'OS-DCF:diskConfig': DISK_CONFIG,
  accessIPv4: { type: 'string', format: 'ipv4' },
  accessIPv6: { type: 'string', format: 'ipv6' },
};
/** Files for a server, until 2.56. */
export const FILES: JsonObject = {
  personality: {
    type: 'array',
    items: {
      type: 'object',
      properties: { path: { type: 'string' }, contents: { type: 'string', format: 'base64' } },
      additionalProperties: false,
    },
  },
};
/** What an image is to be checked by, from 2.63. */
export const CERTIFICATES: JsonObject = {
  trusted_image_certificates: {
    type: ['array', 'null'],
    minItems: 1,
    maxItems: 50,
    uniqueItems: true,
    items: { type: 'string', minLength: 1 },
  },
};
const USER_DATA: JsonObject = { type: 'string', format: 'base64', maxLength: 65_535 };
const REST: JsonObject = {
  availability_zone: NAME,
  block_device_mapping: {
    type: 'array',
    items: { type: 'object', properties: LEGACY_DEVICE, additionalProperties: false },
  },
  block_device_mapping_v2: devices({}),
  config_drive: BOOLEAN,
  key_name: NAME,
  min_count: POSITIVE,
  max_count: POSITIVE,
  return_reservation_id: BOOLEAN,
  security_groups: {
    type: 'array',
    items: { type: 'object', properties: { name: NAME }, additionalProperties: false },
  },
  user_data: USER_DATA,
};

/** The hints Nova knows; others are let through. */
const HINTS: JsonObject = {
  type: 'object',
  properties: {
    group: UUID,
    different_host: { oneOf: [UUID, { type: 'array', items: UUID }] },
    same_host: { type: ['string', 'array'], items: UUID },
    query: { type: ['string', 'object'] },
    target_cell: STRICT_NAME,
    different_cell: { type: ['string', 'array'], items: { type: 'string' } },
    build_near_host_ip: { type: 'string', oneOf: [{ format: 'ipv4' }, { format: 'ipv6' }] },
    cidr: { type: 'string', pattern: '^/[0-9a-f.:]+$' },
  },
  additionalProperties: true,
};

/** Everything a span knows beside the first one: what is named again stands in the place it had. */
function schemaFor(
  span: VersionSpan,
  more: JsonObject,
  options: { files?: true; networks?: true } = {},
): VersionedSchema {
  const properties = { ...ALWAYS, ...(options.files === true ? FILES : {}), ...REST, ...more };
  return {
    ...span,
    schema: Type.Unsafe({
      type: 'object',
      properties: {
        server: {
          type: 'object',
          properties,
          required: ['name', 'flavorRef', ...(options.networks === true ? ['networks'] : [])],
          additionalProperties: false,
        },
        'os:scheduler_hints': HINTS,
        'OS-SCH-HNT:scheduler_hints': HINTS,
      },
      required: ['server'],
      additionalProperties: false,
    }),
  };
}

const described = { description: DESCRIPTION };
const v232 = {
  ...described,
  networks: network({ ...ANY_NETWORK, ...tagged }),
  block_device_mapping_v2: devices(tagged),
};
// Tags of devices were meant to stay, and were lost again until 2.42.
const v233 = { ...described, networks: v232.networks };
const v237 = { ...described, networks: namedNetworks({}) };
const v242 = { ...described, networks: namedNetworks(tagged), block_device_mapping_v2: devices(tagged) };
const v252 = { ...v242, tags: TAGS };
const v263 = { ...v252, ...CERTIFICATES };
const v267 = {
  ...v263,
  block_device_mapping_v2: devices({
    ...tagged,
    volume_type: { type: ['string', 'null'], minLength: 0, maxLength: 255 },
  }),
};
const v274 = { ...v267, host: HOST, hypervisor_hostname: HOST };

/** By microversion. */
export const CREATE_SCHEMAS: readonly VersionedSchema[] = [
  schemaFor({ until: '2.18' }, {}, { files: true }),
  schemaFor({ since: '2.19', until: '2.31' }, described, { files: true }),
  schemaFor({ since: '2.32', until: '2.32' }, v232, { files: true }),
  schemaFor({ since: '2.33', until: '2.36' }, v233, { files: true }),
  schemaFor({ since: '2.37', until: '2.41' }, v237, { files: true, networks: true }),
  schemaFor({ since: '2.42', until: '2.51' }, v242, { files: true, networks: true }),
  schemaFor({ since: '2.52', until: '2.56' }, v252, { files: true, networks: true }),
  schemaFor({ since: '2.57', until: '2.62' }, v252, { networks: true }),
  schemaFor({ since: '2.63', until: '2.66' }, v263, { networks: true }),
  schemaFor({ since: '2.67', until: '2.73' }, v267, { networks: true }),
  schemaFor({ since: '2.74', until: '2.89' }, v274, { networks: true }),
  schemaFor({ since: '2.90', until: '2.93' }, { ...v274, hostname: HOSTNAME }, { networks: true }),
  schemaFor({ since: '2.94' }, { ...v274, hostname: FQDN }, { networks: true }),
];

/** On /v2, where `user_data` may be null. */
export const LEGACY_CREATE_SCHEMA = schemaFor(
  {},
  { user_data: { oneOf: [USER_DATA, { type: 'null' }] } },
  { files: true },
).schema;
