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

/** Values for `schema`. */
export function jsonFor(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: fitting(schema), weight: 9 }, { arbitrary: JUNK, weight: 1 });
}

function fitting(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(jsonFor));
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return types.length === 0 ? JUNK : fc.oneof(...types.map((type) => ofType(type, schema)));
}

function ofType(type: string, schema: Schema): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return NUMBERS;
    case 'string':
      return schema.format === 'uuid' ? fc.uuid() : fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('1', 'web'));
    case 'array':
      return fc.array(jsonFor(schema.items ?? {}), { maxLength: 3 });
    case 'object': {
      const fields = Object.entries(schema.properties ?? {}).map(([name, one]) => [name, jsonFor(one)] as const);
      return fc.record(Object.fromEntries(fields), { requiredKeys: [...(schema.required ?? [])] });
    }
    default:
      return JUNK;
  }
}
