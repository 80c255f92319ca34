// Value types that several operations take (nova/api/validation/parameter_types.py).

import type { TSchema } from 'typebox';
import { Type } from 'typebox';

/** Of a text without a NUL: databases keep none. */
export const NO_NUL = '^[^\\u0000]*$';

const TRUES = [true, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes'] as const;
const FALSES = [false, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no'] as const;
/** Nova's loose boolean, in its order, which its error text lists. */
export const BOOLEAN = { type: ['boolean', 'string'], enum: [...TRUES, ...FALSES] } as const;

/** What a value of BOOLEAN means. */
export function booleanOf(value: unknown): boolean {
  return (TRUES as readonly unknown[]).includes(value);
}

/** Some words, at least one. */
export const WORDS = { type: 'string', minLength: 1, maxLength: 255, pattern: NO_NUL } as const;
/** A display name: 1-255 printable characters, none of them space at an end. */
export const NAME = { type: 'string', minLength: 1, maxLength: 255, format: 'name' } as const;
/** The same on /v2, where other names may have spaces at their ends. */
export const STRICT_NAME = { ...NAME, format: 'strict-name' } as const;
/** The same, for a name whose outer spaces are taken off. */
export const NAME_TO_TRIM = { type: 'string', minLength: 1, maxLength: 255, format: 'name-to-trim' } as const;
/** An availability zone's name, or none. */
export const ZONE_OR_NULL = {
  oneOf: [{ type: 'string', minLength: 1, maxLength: 255, format: 'zone-name' }, { type: 'null' }],
} as const;
/** A host's name. */
export const HOST = { type: 'string', minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9-._]*$' } as const;
/** Free text or null. */
export const DESCRIPTION = { type: ['string', 'null'], minLength: 0, maxLength: 255, format: 'description' } as const;
/** A server's own host name. */
export const HOSTNAME = {
  type: 'string',
  minLength: 2,
  maxLength: 63,
  pattern: '^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$',
} as const;
/** The same with its domain. */
export const FQDN = HOST;
/** A number from 1 on, or its digits. */
export const POSITIVE = { type: ['integer', 'string'], pattern: '^[0-9]*$', minimum: 1, minLength: 1 } as const;
/** Key and value pairs of a server's owner. */
export const METADATA = {
  type: 'object',
  patternProperties: { '^[a-zA-Z0-9-_:. ]{1,255}$': { type: 'string', maxLength: 255 } },
  additionalProperties: false,
} as const;
/** The same, where null takes a key away. */
export const METADATA_WITH_NULL = {
  ...METADATA,
  patternProperties: { '^[a-zA-Z0-9-_:. ]{1,255}$': { type: ['string', 'null'], maxLength: 255 } },
} as const;
/** A flavor's id, or a URL that ends in it. */
export const FLAVOR_REF = { type: ['string', 'integer'], minLength: 1, pattern: NO_NUL } as const;
/** AUTO or MANUAL. */
export const DISK_CONFIG = { type: 'string', enum: ['AUTO', 'MANUAL'] } as const;
/** One tag of a server. */
export const TAG = {
  type: 'string',
  minLength: 1,
  maxLength: 60,
  pattern: '^[^,/]*$',
  // What a database takes as text in JSON: no half of a letter either.
  allOf: [{ pattern: '^[^\\u0000\\ud800-\\udfff]*$' }],
} as const;
/** The tags of a server. */
export const TAGS = { type: 'array', items: TAG, maxItems: 50 } as const;

/**
 * A body that has nothing but what stands under `key`, which is an object of `inner` and of nothing else. What is wrong is told in
 * the order of the words; where `inner` has `additionalProperties` itself, that keeps its place.
 */
export function under(key: string, inner: object): TSchema {
  return Type.Unsafe({
    type: 'object',
    properties: { [key]: { type: 'object', ...inner, additionalProperties: false } },
    required: [key],
    additionalProperties: false,
  });
}
