// docs/reference/config.md: every key of the configuration, from its schema.

import { CONFIG_SCHEMA } from '../remnantd/src/config/sections.ts';
import { code, page, table } from './generate-markdown.ts';

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: string | number | boolean;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly required?: readonly string[];
}

/** The page. */
export function configPage(): string {
  const root = JSON.parse(JSON.stringify(CONFIG_SCHEMA)) as Schema;
  const plain = Object.entries(root.properties ?? {}).filter(([, schema]) => inner(schema) === null);
  const sections = Object.entries(root.properties ?? {}).flatMap(([name, schema]) => section(name, schema));
  return page(
    'Configuration',
    'One YAML file, given with `remnantd serve -c FILE`; `remnantd config check -c FILE` says everything that is wrong with it. Unknown keys are refused. Times are seconds.',
    table(
      HEAD,
      plain.map(([name, schema]) => row(name, schema, isNeeded(root, name))),
    ),
    ...sections,
  );
}

const HEAD = ['key', 'type', 'default', 'meaning'];

/** The object inside a section, a list of objects, or an object that may be null; null for a plain value. */
function inner(schema: Schema): { object: Schema; suffix: string } | null {
  if (schema.properties !== undefined) return { object: schema, suffix: '' };
  if (schema.items?.properties !== undefined) return { object: schema.items, suffix: '[]' };
  const object = schema.anyOf?.find((one) => one.properties !== undefined);
  return object === undefined ? null : { object, suffix: '' };
}

function section(name: string, schema: Schema): string[] {
  const found = inner(schema);
  if (found === null) return [];
  const { object, suffix } = found;
  const own = Object.entries(object.properties ?? {});
  const rows = own.map(([key, one]) => row(`${name}${suffix}.${key}`, one, isNeeded(object, key)));
  const below = own.flatMap(([key, one]) => {
    const deeper = inner(one);
    return deeper === null
      ? []
      : Object.entries(deeper.object.properties ?? {}).map(([last, leaf]) =>
          row(`${name}${suffix}.${key}${deeper.suffix}.${last}`, leaf, isNeeded(deeper.object, last)),
        );
  });
  return [`## ${name}`, schema.description ?? '', table(HEAD, [...rows, ...below])].filter((part) => part !== '');
}

function isNeeded(object: Schema, key: string): boolean {
  return object.required?.includes(key) === true && object.properties?.[key]?.default === undefined;
}

function row(key: string, schema: Schema, needed: boolean): string[] {
  const fallback =
    schema.default === undefined ? (needed ? 'must be given' : '') : code(JSON.stringify(schema.default));
  return [code(key), typeWords(schema), fallback, schema.description ?? ''];
}

function typeWords(schema: Schema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeWords).join(' or ');
  if (schema.const !== undefined) return code(String(schema.const));
  if (schema.items !== undefined) return 'list';
  const bounds = [
    ...(schema.exclusiveMinimum === undefined ? [] : [`above ${schema.exclusiveMinimum}`]),
    ...(schema.minimum === undefined ? [] : [`from ${schema.minimum}`]),
    ...(schema.maximum === undefined ? [] : [`to ${schema.maximum}`]),
    ...(schema.pattern === undefined ? [] : [code(schema.pattern)]),
  ];
  const type = schema.properties === undefined ? (schema.type ?? 'any') : 'object';
  return bounds.length === 0 ? type : `${type} (${bounds.join(' ')})`;
}
