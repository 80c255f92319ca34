// docs/reference/config.md and agent-config.md: every key of a configuration, from its schema.

import { AGENT_SCHEMA } from '../remnantd/src/config/agent-sections.ts';
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

/** The page of `remnantd serve`. */
export function configPage(): string {
  return pageOf(
    CONFIG_SCHEMA,
    'Configuration',
    'One YAML file, given with `remnantd serve -c FILE`; `remnantd config check -c FILE` says everything that is wrong with it. Unknown keys are refused. Times are seconds. An agent has [a file of its own](agent-config.md).',
  );
}

/** The page of `remnantd agent`. */
export function agentConfigPage(): string {
  return pageOf(
    AGENT_SCHEMA,
    'Configuration of an agent',
    'One YAML file, given with `remnantd agent -c FILE`; `remnantd config check --agent -c FILE` says everything that is wrong with it. Unknown keys are refused. Times are seconds. API processes have [theirs](config.md).',
  );
}

function pageOf(declared: object, title: string, about: string): string {
  const root = JSON.parse(JSON.stringify(declared)) as Schema;
  const plain = Object.entries(root.properties ?? {}).filter(([, schema]) => inner(schema) === null);
  const sections = Object.entries(root.properties ?? {}).flatMap(([name, schema]) => section(name, schema));
  return page(
    title,
    about,
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
  const rows = rowsOf(name, schema);
  if (rows.length === 0) return [];
  return [`## ${name}`, schema.description ?? '', table(HEAD, rows)].filter((part) => part !== '');
}

/** The keys inside `name`, then what is inside each of those. */
function rowsOf(name: string, schema: Schema): string[][] {
  const found = inner(schema);
  if (found === null) return [];
  const { object, suffix } = found;
  const own = Object.entries(object.properties ?? {});
  const rows = own.map(([key, one]) => row(`${name}${suffix}.${key}`, one, isNeeded(object, key)));
  return [...rows, ...own.flatMap(([key, one]) => rowsOf(`${name}${suffix}.${key}`, one))];
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
