// Value types that several operations take (nova/api/validation/parameter_types.py).

const TRUES = [true, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes'] as const;
const FALSES = [false, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no'] as const;
/** Nova's loose boolean, in its order, which its error text lists. */
export const BOOLEAN = { type: ['boolean', 'string'], enum: [...TRUES, ...FALSES] } as const;

/** What a value of BOOLEAN means. */
export function booleanOf(value: unknown): boolean {
  return (TRUES as readonly unknown[]).includes(value);
}

/** A display name: 1-255 printable characters, none of them space at an end. */
export const NAME = { type: 'string', minLength: 1, maxLength: 255, format: 'name' } as const;
/** A host's name. */
export const HOST = { type: 'string', minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9-._]*$' } as const;
/** Free text or null. */
export const DESCRIPTION = {
  type: ['string', 'null'],
  minLength: 0,
  maxLength: 255,
  pattern: '^[^\\u0000-\\u001f]*$',
} as const;
/** A server's own host name. */
export const HOSTNAME = {
  type: 'string',
  minLength: 2,
  maxLength: 63,
  pattern: '^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$',
} as const;
/** A number from 1 on, or its digits. */
export const POSITIVE = { type: ['integer', 'string'], pattern: '^[0-9]*$', minimum: 1, minLength: 1 } as const;
/** Key and value pairs of a server's owner. */
export const METADATA = {
  type: 'object',
  patternProperties: { '^[a-zA-Z0-9-_:. ]{1,255}$': { type: 'string', maxLength: 255 } },
  additionalProperties: false,
} as const;
/** A flavor's id, or a URL that ends in it. */
export const FLAVOR_REF = { type: ['string', 'integer'], minLength: 1 } as const;
/** AUTO or MANUAL. */
export const DISK_CONFIG = { type: 'string', enum: ['AUTO', 'MANUAL'] } as const;
/** One tag of a server. */
export const TAG = { type: 'string', minLength: 1, maxLength: 60, pattern: '^[^,/]*$' } as const;
/** The tags of a server. */
export const TAGS = { type: 'array', items: TAG, maxItems: 50 } as const;
