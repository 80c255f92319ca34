// Examples for the operations' pages: a recorded answer of a real Nova where there is one, else one made from the schema.

import { readFileSync } from 'node:fs';
import type { Operation } from '../remnantd/src/api/operation.ts';

/** An answer to show, and whether a real Nova gave it. */
export interface Example {
  readonly recorded: boolean;
  readonly request: string;
  readonly status: number;
  /** Parsed JSON; null for an empty one. */
  readonly body: unknown;
}

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly response?: { readonly status: number; readonly body: string };
}

/** Reads the recording in `file`; the result finds an operation's example in it, the newest microversion first. */
export function recordedExamples(file: URL): (operation: Operation) => Example | null {
  const { cases, ids } = JSON.parse(readFileSync(file, 'utf8')) as {
    cases: readonly Recorded[];
    ids: Readonly<Record<string, string>>;
  };
  const done = cases.filter(({ response }) => response !== undefined && response.status < 300);
  return (operation) => {
    if (operation.root !== 'compute') return null;
    const form = new RegExp(`^/v2\\.1${operation.path.replaceAll(/\{\w+\}/g, '[^/?]+')}(\\?|$)`);
    const fitting = done.filter(
      (one) =>
        one.method === operation.method &&
        form.test(one.path) &&
        (operation.action === undefined || (one.body ?? '').startsWith(`{"${operation.action}"`)),
    );
    const best = fitting.toSorted((a, b) => rank(b) - rank(a))[0];
    if (best?.response === undefined) return null;
    const path = best.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? name);
    const version = best.headers['OpenStack-API-Version'];
    const { status, body } = best.response;
    return {
      recorded: true,
      request: [
        `${best.method} ${path}`,
        ...(version === undefined ? [] : [`OpenStack-API-Version: ${version}`]),
        ...(best.body === null ? [] : ['', best.body]),
      ].join('\n'),
      status,
      body: body === '' ? null : shortened(JSON.parse(body)),
    };
  };
}

/** Newer is better, and to an admin more is shown. */
function rank({ headers, path }: Recorded): number {
  const version = headers['OpenStack-API-Version'] ?? '';
  const number = version.includes('latest') ? 93 : Number(/2\.(\d+)/.exec(version)?.[1] ?? 1);
  return number * 4 + (headers['X-Auth-Token']?.startsWith('admin') === true ? 2 : 0) + (path.includes('?') ? 0 : 1);
}

/** Lists are cut to their first entry: the next ones look like it. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, value.some((one) => typeof one === 'object') ? 1 : 3).map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shortened(one)]));
}

/** A value that `schema` allows, to show its form. */
export function sample(schema: unknown, name = 'text'): unknown {
  if (typeof schema !== 'object' || schema === null) return null;
  const one = schema as Readonly<Record<string, unknown>>;
  if (one['const'] !== undefined) return one['const'];
  const [choice] = (one['enum'] ?? []) as readonly unknown[];
  if (choice !== undefined) return choice;
  const [first] = (one['allOf'] ?? one['anyOf'] ?? one['oneOf'] ?? []) as readonly unknown[];
  if (first !== undefined) return sample(first, name);
  const types = [one['type']].flat();
  if (types.includes('object') || one['properties'] !== undefined) {
    const properties = Object.entries(one['properties'] ?? {}) as [string, { 'x-until'?: string }][];
    return Object.fromEntries(
      properties.filter(([, field]) => field['x-until'] === undefined).map(([key, field]) => [key, sample(field, key)]),
    );
  }
  if (types.includes('array')) return [sample(one['items'], name)];
  if (types.includes('string')) return one['description'] === 'UTC' ? '2026-01-01T00:00:00.000000' : name;
  if (types.includes('integer') || types.includes('number')) return 1;
  return types.includes('boolean') ? true : null;
}
