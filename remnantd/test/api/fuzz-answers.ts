// Is an answer one that the OpenAPI document declares: its status, its schema at the microversion it was made for, its
// type, its request id? For Nova's own API a field that is not declared is wrong too.

import { compileValidator } from '../../src/http/json-schema.ts';
import { isObject, type JsonValue } from '../../src/lib/json.ts';
import { minor } from '../../src/model/microversion.ts';
import type { Answer } from '../harness/http-client.ts';
import type { FuzzTarget, Node } from './fuzz-targets.ts';

const HIGHEST = 93;
/** Of the document's words about a value, those that are no keyword to check. */
const NOTES = new Set(['description', 'title', 'format', 'default', 'examples']);
/** Answers that had another form before a microversion, of which the document tells the newest. */
const REFORMED: Readonly<Record<string, number>> = { 'os-services.update': 53 };
const compiled = new WeakMap<Node, Map<number, (value: JsonValue) => string | null>>();

/** What is wrong with `answer`, in words; null when nothing is. */
export function wrongWith(target: FuzzTarget, answer: Answer): string | null {
  const { status, headers, body } = answer;
  // Nova has one 5xx that says something of the request: nobody can do that here.
  const isWord = status === 501 && target.replies.has(501);
  if (status >= 500 && !isWord) return `${status}: ${JSON.stringify(body).slice(0, 300)}`;
  if (target.root !== 'versions' && !/^req-[0-9a-f-]{36}$/.test(headers['x-openstack-request-id'] ?? '')) {
    return `request id ${headers['x-openstack-request-id']}`;
  }
  const type = headers['content-type'] ?? '';
  if (isRouters404(answer)) return type === 'application/json' ? null : `${status} of type ${type}`;
  const schema = target.replies.get(status);
  if (schema === undefined) return `${status} is not declared: ${answer.message || JSON.stringify(body).slice(0, 300)}`;
  if (target.method === 'HEAD' || status === 204) return body === '' ? null : `${status} with a body`;
  // An empty answer that Nova leaves to its web framework.
  if (target.id === 'server-tags.update' && status === 201) return body === '' ? null : `${status} with a body`;
  const wanted =
    (target.root === 'compute' || target.root === 'versions') && status >= 400 && status !== 401
      ? '; charset=UTF-8'
      : '';
  if (type !== `application/json${wanted}`) return `${status} of type ${type}`;
  if (schema === null) return body === '' ? null : `${status} with a body that is not declared`;
  if (status < 400 && versionOf(answer) < (REFORMED[target.id] ?? 0)) return null;
  const wrong = checkAt(schema, versionOf(answer), target.root === 'compute')(body);
  return wrong === null ? null : `${status}: ${wrong}`;
}

/** The bare 404 for a path that is none, as an id with a slash in it makes one. */
function isRouters404({ status, body }: Answer): boolean {
  return status === 404 && body['code'] === '404 Not Found';
}

function versionOf({ headers }: Answer): number {
  const echo = headers['x-openstack-nova-api-version'];
  return echo === undefined || !echo.startsWith('2.') ? HIGHEST : minor(echo as `2.${number}`);
}

function checkAt(schema: Node, version: number, closed: boolean): (value: JsonValue) => string | null {
  const known = compiled.get(schema) ?? new Map<number, (value: JsonValue) => string | null>();
  compiled.set(schema, known);
  let check = known.get(version);
  if (check === undefined) {
    check = compileValidator(asOf(schema, version, closed), { formats: {}, kind: 'body' });
    known.set(version, check);
  }
  return check;
}

/** `schema` as it holds at 2.`version`: fields of other microversions may be there in other forms, or not at all. */
function asOf(schema: Node, version: number, closed: boolean): Node {
  const { allOf, properties, required, ...rest } = Object.fromEntries(
    Object.entries(schema).filter(([key]) => !key.startsWith('x-') && !NOTES.has(key)),
  );
  if (Array.isArray(allOf) && allOf.length === 1) return asOf(allOf[0] as Node, version, closed);
  const now: Record<string, unknown> = Object.fromEntries(
    Object.entries(rest).map(([key, part]) => [key, partAsOf(part, version, closed)]),
  );
  if (!isObject(properties)) return now;
  const fields = Object.entries(properties) as [string, Node][];
  const holds = (field: Node | undefined) =>
    field !== undefined && version >= bound(field['x-since'], 0) && version <= bound(field['x-until'], HIGHEST);
  now['properties'] = Object.fromEntries(
    fields.map(([name, field]) => [name, holds(field) ? asOf(field, version, closed) : {}]),
  );
  now['required'] = (Array.isArray(required) ? required : []).filter((name: string) =>
    holds(properties[name] as Node | undefined),
  );
  if (closed) now['additionalProperties'] ??= false;
  return now;
}

function partAsOf(part: unknown, version: number, closed: boolean): unknown {
  if (Array.isArray(part)) return part.map((one) => partAsOf(one, version, closed));
  return isObject(part) ? asOf(part, version, closed) : part;
}

function bound(version: unknown, otherwise: number): number {
  return typeof version === 'string' ? minor(version as `2.${number}`) : otherwise;
}
