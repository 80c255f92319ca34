// Random JSON around a schema: mostly what it asks for, sometimes anything else in its place, so that requests get past
// the first check and break a later one.

import * as fc from 'fast-check';

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly format?: string;
}

const JUNK = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\ud800',
    '99999999999999999999',
    '__proto__',
    'a'.repeat(300),
    -1,
    1e308,
    null,
    [],
    {},
  ),
);
const NUMBERS = fc.oneof(fc.integer({ min: -2, max: 3 }), fc.constantFrom(2 ** 31, 2 ** 53, 0.5));

/** What means something where the values are sent. */
export interface Words {
  /** In the place of any text. */
  readonly known: readonly string[];
  /** As the value of a property of that name. */
  readonly named: Readonly<Record<string, readonly unknown[]>>;
}

/** Values for `schema`. */
export function jsonFor(schema: Schema, words: Words): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: fitting(schema, words), weight: 15 }, { arbitrary: JUNK, weight: 1 });
}

function fitting(schema: Schema, words: Words): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((one) => jsonFor(one, words)));
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return types.length === 0 ? JUNK : fc.oneof(...types.map((type) => ofType(type, schema, words)));
}

function ofType(type: string, schema: Schema, words: Words): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return NUMBERS;
    case 'string':
      if (schema.format === 'uuid') return fc.uuid();
      return fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('1', 'web', ...words.known));
    case 'array':
      return fc.array(jsonFor(schema.items ?? {}, words), { maxLength: 3 });
    case 'object':
      return objects(schema, words);
    default:
      return JUNK;
  }
}

/** What is required, and at most two of the rest: every further one is another chance to be refused at once. */
function objects(schema: Schema, words: Words): fc.Arbitrary<unknown> {
  const all = Object.entries(schema.properties ?? {}).map(([name, one]) => [name, valueOf(name, one, words)] as const);
  const required = all.filter(([name]) => schema.required?.includes(name));
  const others = all.filter(([name]) => !schema.required?.includes(name));
  return fc
    .subarray(others, { maxLength: Math.min(2, others.length) })
    .chain((some) => fc.record(Object.fromEntries([...required, ...some]) as Record<string, fc.Arbitrary<unknown>>));
}

function valueOf(name: string, schema: Schema, words: Words): fc.Arbitrary<unknown> {
  const named = Object.hasOwn(words.named, name) ? (words.named[name] ?? []) : [];
  if (named.length === 0) return jsonFor(schema, words);
  return fc.oneof(
    { arbitrary: fc.constantFrom(...named), weight: 2 },
    { arbitrary: jsonFor(schema, words), weight: 1 },
  );
}
