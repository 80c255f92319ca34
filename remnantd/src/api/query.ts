// Query parameters as Nova takes them: each name may come more than once; what a schema says is about every value. Before
// the microversion that made it strict, unknown parameters were dropped in silence.

import type { TSchema } from 'typebox';
import { Type } from 'typebox';
import { fault } from '../model/faults.ts';
import { NO_NUL } from './schemas.ts';
import { parseTime } from './times.ts';

/** A query's values by name. */
export type Query = Readonly<Record<string, readonly string[]>>;

/** A schema for a query: the parameters it knows, each a list of values; others allowed or not. */
export function querySchema(parameters: Readonly<Record<string, object>>, more: object = {}): TSchema {
  return Type.Unsafe({
    type: 'object',
    properties: Object.fromEntries(Object.entries(parameters).map(([name, items]) => [name, { type: 'array', items }])),
    ...more,
  });
}

/** The same, where each parameter may come only once (Nova's `single_param`). */
export function onceSchema(parameters: Readonly<Record<string, object>>, more: object = {}): TSchema {
  const once = Object.entries(parameters).map(([name, items]) => [name, { type: 'array', items, maxItems: 1 }]);
  return Type.Unsafe({ type: 'object', properties: Object.fromEntries(once), ...more });
}

/** Any text. */
export const TEXT = { type: 'string', pattern: NO_NUL } as const;
/** A non-negative number, as Nova's pattern has it. */
export const NUMBER = { type: 'string', pattern: '^[0-9]*$', minLength: 1 } as const;
/** An ISO 8601 time. */
export const TIME = { type: 'string', format: 'date-time' } as const;

/** The value of a parameter, the last where it comes more than once; null without one. */
export function last(query: Query, name: string): string | null {
  return query[name]?.at(-1) ?? null;
}

const TRUE = new Set(['1', 'on', 't', 'true', 'y', 'yes']);
const FALSE = new Set(['0', 'f', 'false', 'n', 'no', 'off']);

/** A boolean as oslo's strict bool_from_string reads it; null for what is none. */
export function booleanOf(text: string): boolean | null {
  const word = text.trim().toLowerCase();
  return TRUE.has(word) ? true : FALSE.has(word) ? false : null;
}

/** The same. Fault bad-request. */
export function strictBoolean(text: string): boolean {
  const read = booleanOf(text);
  if (read !== null) return read;
  const words = [...TRUE, ...FALSE].toSorted().map((w) => `'${w}'`);
  throw fault('bad-request', { message: `Unrecognized value '${text}', acceptable values are: ${words.join(', ')}` });
}

/** A time that the schema has seen already, in ms; null when the parameter is missing. */
export function timeOf(query: Query, name: string): number | null {
  const text = last(query, name);
  return text === null ? null : parseTime(text);
}

/** changes-since and changes-before, when both are given, in order. Fault bad-request. */
export function requireInOrder(since: number | null, before: number | null): void {
  if (since !== null && before !== null && since > before) {
    const message = 'The value of changes-since must be less than or equal to changes-before.';
    throw fault('bad-request', { message });
  }
}

/** A whole number as Python's `int()` reads one; null for what is none. */
export function wholeNumber(text: string): number | null {
  const digits = text.trim();
  return /^[+-]?\d+(?:_\d+)*$/.test(digits) ? Number(digits.replaceAll('_', '')) : null;
}

/** The number in a path that names a resource by one. Fault bad-request. */
export function idNumber(text: string): number {
  const id = wholeNumber(text);
  if (id === null) throw fault('bad-request', { message: 'Invalid input received: id must be an integer' });
  return id;
}

/** How many rows a page has: the asked number, bounded by the configured one. */
export function pageLimit(query: Query, maxLimit: number): number {
  const asked = last(query, 'limit');
  return asked === null ? maxLimit : Math.min(Number(asked), maxLimit);
}

/** The same of a limit that no schema has seen. Fault bad-request. */
export function uncheckedLimit(query: Query, maxLimit: number): number {
  const asked = last(query, 'limit') ?? '0';
  const wrong = !/^\s*[+-]?\d+\s*$/.test(asked) ? 'an integer' : Number(asked) < 0 ? '>= 0' : null;
  if (wrong !== null) throw fault('bad-request', { message: `Invalid input received: limit must be ${wrong}` });
  return pageLimit(query, maxLimit);
}
