// POST /servers: makes servers. What this cloud has no service for (volumes, networks, key pairs) is refused as Nova
// refuses what is not there.

import { Type } from 'typebox';
import type { NewServerRequest } from '../../app/servers/create-server.ts';
import { createServers } from '../../app/servers/create-server.ts';
import type { JsonObject } from '../../lib/json.ts';
import { fault } from '../../model/faults.ts';
import { isUuidLike } from '../../model/ids.ts';
import type { VersionSpan } from '../../model/microversion.ts';
import { resourceLinks } from '../links.ts';
import type { CallerOperation, VersionedSchema } from '../operation.ts';
import { LINKS, listOf, objectOf, STRING, titled } from '../reply-schema.ts';
import {
  BOOLEAN,
  booleanOf,
  DESCRIPTION,
  DISK_CONFIG,
  FLAVOR_REF,
  HOSTNAME,
  METADATA,
  NAME,
  POSITIVE,
  TAGS,
} from '../schemas.ts';
import { canonicalIpv6 } from './canonical-ipv6.ts';
import * as rules from './rules.ts';

const networksList = (uuid: JsonObject): JsonObject => ({
  type: 'array',
  items: {
    type: 'object',
    properties: { uuid, port: { type: ['string', 'null'] }, fixed_ip: { type: 'string' }, tag: { type: 'string' } },
    additionalProperties: false,
  },
});
const BLOCK_DEVICE = {
  type: 'object',
  properties: {
    uuid: { type: 'string', format: 'uuid' },
    source_type: { type: 'string', enum: ['volume', 'image', 'snapshot', 'blank'] },
    destination_type: { type: 'string', enum: ['local', 'volume'] },
    boot_index: { type: ['integer', 'string', 'null'], pattern: '^-?[0-9]+$' },
    delete_on_termination: BOOLEAN,
  },
};

/** In Nova's order, in which what is wrong is told. */
const ALWAYS: JsonObject = {
  name: NAME,
  imageRef: {
    oneOf: [
      { type: 'string', format: 'uuid' },
      { type: 'string', maxLength: 0 },
    ],
  },
  flavorRef: FLAVOR_REF,
  adminPass: { type: 'string' },
  metadata: METADATA,
  networks: networksList({ type: 'string' }),
  'OS-DCF:diskConfig': DISK_CONFIG,
  accessIPv4: { type: 'string', format: 'ipv4' },
  accessIPv6: { type: 'string', format: 'ipv6' },
  availability_zone: { type: 'string', minLength: 1, maxLength: 255 },
  block_device_mapping_v2: { type: 'array', items: BLOCK_DEVICE },
  config_drive: BOOLEAN,
  key_name: NAME,
  min_count: POSITIVE,
  max_count: POSITIVE,
  return_reservation_id: BOOLEAN,
  security_groups: {
    type: 'array',
    items: {
      type: 'object',
      properties: { name: { type: 'string', minLength: 1, maxLength: 255 } },
      additionalProperties: false,
    },
  },
  user_data: { type: 'string', format: 'base64', maxLength: 65_535 },
};

const schemaFor = (span: VersionSpan, more: JsonObject, required: readonly string[]): VersionedSchema => ({
  ...span,
  schema: Type.Unsafe({
    type: 'object',
    properties: {
      server: {
        type: 'object',
        properties: { ...ALWAYS, ...more },
        required: ['name', 'flavorRef', ...required],
        additionalProperties: false,
      },
      'os:scheduler_hints': { type: 'object' },
      'OS-SCH-HNT:scheduler_hints': { type: 'object' },
    },
    required: ['server'],
    additionalProperties: false,
  }),
});

const description = { description: DESCRIPTION };
const networks = {
  networks: { oneOf: [networksList({ type: 'string', format: 'uuid' }), { type: 'string', enum: ['none', 'auto'] }] },
};
const SCHEMAS: readonly VersionedSchema[] = [
  schemaFor({ until: '2.18' }, {}, []),
  schemaFor({ since: '2.19', until: '2.36' }, description, []),
  schemaFor({ since: '2.37', until: '2.51' }, { ...networks, ...description }, ['networks']),
  schemaFor({ since: '2.52', until: '2.89' }, { ...networks, ...description, tags: TAGS }, ['networks']),
  schemaFor({ since: '2.90' }, { ...networks, ...description, tags: TAGS, hostname: HOSTNAME }, ['networks']),
];

const CREATED = titled(
  'CreatedServer',
  objectOf({
    id: STRING,
    links: LINKS,
    'OS-DCF:diskConfig': STRING,
    security_groups: listOf(objectOf({ name: STRING })),
  }),
);

export const serversCreate: CallerOperation = {
  id: 'servers.create',
  root: 'compute',
  method: 'POST',
  path: '/servers',
  summary: 'Create servers',
  success: 202,
  errors: [400, 401, 403],
  rules: [rules.CREATE],
  body: SCHEMAS,
  reply: objectOf({}, { server: CREATED, reservation_id: STRING }),
  handle: async (request, deps) => {
    const { server: asked } = request.body as unknown as { server: ServerBody };
    const { servers, reservationId } = await createServers(deps.servers, request, wantedOf(asked));
    if (booleanOf(asked.return_reservation_id)) return { body: { reservation_id: reservationId } };
    const server = servers[0];
    if (server === undefined) throw new Error('a request for at least one server made none');
    const links = resourceLinks(request.links, `servers/${server.id}`);
    return {
      body: {
        server: {
          id: server.id,
          links,
          'OS-DCF:diskConfig': server.diskConfig,
          security_groups: server.securityGroups.map((name) => ({ name })),
        },
      },
      headers: { location: links[0]?.href ?? '' },
    };
  },
};

/** A `server` object as the schemas let it through. */
interface ServerBody {
  readonly name: string;
  readonly flavorRef: string | number;
  readonly imageRef?: string;
  readonly description?: string | null;
  readonly hostname?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly accessIPv4?: string;
  readonly accessIPv6?: string;
  readonly availability_zone?: string;
  readonly config_drive?: boolean | string;
  readonly 'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
  readonly key_name?: string;
  readonly user_data?: string;
  readonly min_count?: number | string;
  readonly max_count?: number | string;
  readonly return_reservation_id?: boolean | string;
  readonly security_groups?: readonly { readonly name?: string }[];
  readonly networks?: 'none' | 'auto' | readonly { readonly uuid?: string; readonly port?: string | null }[];
  readonly block_device_mapping_v2?: readonly {
    readonly uuid?: string;
    readonly source_type?: string;
    readonly destination_type?: string;
  }[];
}

function wantedOf(asked: ServerBody): NewServerRequest {
  const minCount = Number(asked.min_count ?? 1);
  const maxCount = Number(asked.max_count ?? minCount);
  if (minCount > maxCount) throw fault('bad-request', { message: 'min_count must be <= max_count' });
  // There is no key pair service yet: every name is unknown.
  if (asked.key_name !== undefined) throw fault('bad-request', { message: 'Invalid key_name provided.' });
  requireNoNetwork(asked);
  const name = asked.name.trim();
  return {
    name,
    description: asked.description ?? null,
    hostname: asked.hostname ?? hostnameOf(name),
    imageRef: imageOf(asked),
    flavorRef: lastSegment(String(asked.flavorRef)),
    metadata: asked.metadata ?? {},
    tags: asked.tags ?? [],
    accessIpV4: asked.accessIPv4 ?? '',
    accessIpV6: canonicalIpv6(asked.accessIPv6 ?? ''),
    availabilityZone: asked.availability_zone ?? null,
    configDrive: booleanOf(asked.config_drive),
    diskConfig: asked['OS-DCF:diskConfig'] ?? 'MANUAL',
    userData: asked.user_data ?? null,
    securityGroups: securityGroupsOf(asked),
    count: maxCount,
  };
}

/** There is no network service: a network asked for by id is one that does not exist. */
function requireNoNetwork({ networks: wanted }: ServerBody): void {
  const one = typeof wanted === 'object' ? wanted[0] : undefined;
  if (one === undefined) return;
  if (one.uuid !== undefined && one.port == null && !isUuidLike(one.uuid)) {
    throw fault('bad-request', { message: `Bad networks format: network uuid is not in proper format (${one.uuid})` });
  }
  throw fault('bad-request', { message: `Network ${one.uuid ?? one.port ?? ''} could not be found.` });
}

function securityGroupsOf({ security_groups: groups = [] }: ServerBody): string[] {
  const names = new Set(groups.flatMap(({ name }) => name ?? []));
  return names.size === 0 ? ['default'] : [...names];
}

/** The image: by imageRef, or by the one block device that clients write for "boot from this image". */
function imageOf({ imageRef = '', block_device_mapping_v2: devices = [] }: ServerBody): string {
  if (devices.some((device) => device.source_type !== 'blank' && device.uuid === undefined)) {
    throw fault('bad-request', { message: 'Block Device Mapping is Invalid: Missing device UUID.' });
  }
  const local = devices.filter(
    (device) => device.source_type === 'image' && (device.destination_type ?? 'local') === 'local',
  );
  if (devices.length > local.length || local.length > 1) {
    throw fault('bad-request', { message: 'Block Device Mapping is Invalid: there is no volume service' });
  }
  const ref = imageRef === '' ? local[0]?.uuid : imageRef;
  if (ref === undefined) throw fault('bad-request', { message: 'Missing imageRef attribute' });
  return ref;
}

/** Nova takes a whole URL where an id is meant. */
function lastSegment(ref: string): string {
  return ref.split('/').at(-1) ?? ref;
}

/** A host name out of a display name, as Nova's sanitize_hostname makes it. */
function hostnameOf(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[ _]/g, '-')
    .replaceAll(/[^a-z0-9.-]/g, '')
    .replaceAll(/^[.-]+|[.-]+$/g, '');
  return plain === '' ? 'server' : plain.slice(0, 63);
}
