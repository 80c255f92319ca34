// Limits as requests write them (nova/api/openstack/compute/schemas/quota_sets.py): whole numbers or their digits, -1 for none.

import { Type } from 'typebox';
import type { JsonObject } from '../lib/json.ts';
import type { QuotaResource, SomeQuotaNumbers } from '../model/quota.ts';
import { QUOTA_RESOURCES } from '../model/quota.ts';
import type { VersionedSchema } from './operation.ts';

const LIMIT = { type: ['integer', 'string'], pattern: '^-?[0-9]+$', minimum: -1, maximum: 0x7f_ff_ff_ff } as const;

/** What went with the network service. */
const PROXIED: readonly string[] = ['floating_ips', 'fixed_ips', 'security_groups', 'security_group_rules', 'networks'];
const FILES: readonly string[] = ['injected_files', 'injected_file_content_bytes', 'injected_file_path_bytes'];
/** In Nova's order, in which what is wrong is told. */
const NAMES: readonly string[] = [
  'instances',
  'cores',
  'ram',
  'floating_ips',
  'fixed_ips',
  'metadata_items',
  'key_pairs',
  'security_groups',
  'security_group_rules',
  ...FILES,
  'server_groups',
  'server_group_members',
  'networks',
];

/** Limits under `key`, by the microversion that took the network service's away; `more`: what may stand beside them. */
export function limitSchemas(
  key: string,
  [before, since]: readonly [VersionedSchema['until'] & string, VersionedSchema['since'] & string],
  more: JsonObject = {},
): readonly VersionedSchema[] {
  const schema = (names: readonly string[]) =>
    Type.Unsafe({
      type: 'object',
      properties: {
        [key]: {
          type: 'object',
          properties: { ...Object.fromEntries(names.map((name) => [name, LIMIT])), ...more },
          additionalProperties: false,
        },
      },
      required: [key],
      additionalProperties: false,
    });
  const own = NAMES.filter((name) => !PROXIED.includes(name));
  return [
    { until: before, schema: schema(NAMES) },
    { since, until: '2.56', schema: schema(own) },
    { since: '2.57', schema: schema(own.filter((name) => !FILES.includes(name))) },
  ];
}

/** The limits of a body that its schema let through. */
export function limitsIn(body: Readonly<Record<string, unknown>>): SomeQuotaNumbers {
  const given = QUOTA_RESOURCES.filter((resource) => body[resource] !== undefined);
  return Object.fromEntries(given.map((resource): [QuotaResource, number] => [resource, Number(body[resource])]));
}
