// What is wrong with a configuration, in words for people: a line for each key, all of them at once.

import type { TSchema } from 'typebox';
import { Settings } from 'typebox/system';
import { Value } from 'typebox/value';
import { closestName } from '../lib/closest-name.ts';
import { isObject } from '../lib/json.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly description?: string;
}

/** More than anybody gets wrong; the checker's own bound would leave out what comes after the eighth. */
const MOST = 1_000;

/** `KEY: what is wrong` for everything that is wrong with `value` by `schema`, in its order. */
export function problemLines(schema: TSchema, value: unknown): string[] {
  const root = JSON.parse(JSON.stringify(schema)) as Schema;
  Settings.Set({ maxErrors: MOST });
  const lines = new Set<string>();
  for (const problem of Value.Errors(schema, value)) {
    const { keyword, instancePath, message } = problem;
    const path = instancePath.split('/').slice(1);
    const key = path.join('.');
    if (problem.keyword === 'boolean') lines.add(`${key}: no such key${meant(root, path)}`);
    else if (problem.keyword === 'required') {
      const found = schemaAt(root, path);
      for (const missing of problem.params.requiredProperties) {
        if ('default' in (object(found)?.properties?.[missing] ?? {})) continue;
        lines.add(`${[...path, missing].join('.')}: must be given`);
      }
    } else if (keyword === 'anyOf') {
      // Of a section that may be null, what is wrong inside says it all.
      if (!isObject(valueAt(value, path))) lines.add(`${key}: ${choices(schemaAt(root, path))}`);
    } else if (keyword !== 'additionalProperties' && schemaAt(root, path)?.anyOf === undefined) {
      lines.add(`${key || 'the file'}: ${message}`);
    }
  }
  return [...lines];
}

/** What a value with several shapes may be. */
function choices(schema: Schema | undefined): string {
  const all = (schema?.anyOf ?? []).map((one) => {
    if ('const' in one) return JSON.stringify(one.const);
    if (one.pattern !== undefined) return `text that matches ${one.pattern}`;
    const { type, minimum } = one as { readonly type?: string; readonly minimum?: number };
    return minimum === undefined ? String(type) : `${type} >= ${minimum}`;
  });
  return `must be ${all.join(' or ')}`;
}

/** ` (did you mean "...")` for the path of a key there is none of; empty without a guess. */
function meant(root: Schema, path: readonly string[]): string {
  const known = Object.keys(object(schemaAt(root, path.slice(0, -1)))?.properties ?? {});
  const guess = closestName(path.at(-1) ?? '', known);
  return guess === null ? '' : ` (did you mean "${guess}"?)`;
}

/** The object a schema is of: itself, or the one of its shapes that is one. */
function object(schema: Schema | undefined): Schema | undefined {
  return schema?.anyOf?.find((one) => one.properties !== undefined) ?? schema;
}

function schemaAt(schema: Schema | undefined, path: readonly string[]): Schema | undefined {
  const [word, ...rest] = path;
  if (word === undefined || schema === undefined) return schema;
  const inner = object(schema);
  return schemaAt(inner?.items ?? inner?.properties?.[word], rest);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((found, word) => (isObject(found) ? found[word] : undefined), value);
}
