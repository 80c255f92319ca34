// Random requests for an operation: mostly what the document asks for, with ids that exist, and now and then anything else
// in the place of any part of it.

import * as fc from 'fast-check';
import type { TSchema } from 'typebox';
import type { Ask } from '../harness/http-client.ts';
import type { Words } from '../harness/json-for-schema.ts';
import { jsonFor } from '../harness/json-for-schema.ts';
import type { FuzzTarget } from './fuzz-targets.ts';

/** What requests are made of besides the operation: `named` holds for parameters of the path and query too. */
export interface FuzzWords extends Words {
  readonly tokens: readonly string[];
  /** Bodies of older microversions, by operation. */
  readonly bodies: ReadonlyMap<string, readonly TSchema[]>;
}

const JUNK_IDS = [
  'junk',
  '%00',
  '%zz',
  '..%2f..',
  '%F0%9F%92%A5',
  '-1',
  '1e9',
  'a'.repeat(5_000),
  "';--",
  '%E0%A4',
  '{}',
  '__proto__',
];
const VERSIONS = ['2.1', '2.2', '2.16', '2.17', '2.26', '2.37', '2.53', '2.58', '2.73', '2.75', '2.90', '2.94', '2.96'];
const ODD_VERSIONS = ['2.97', '2.0', 'latest', 'x', '2', '', '2.17, compute 2.93', 'é'];
const TYPES = [
  'application/json; charset=x',
  'text/plain',
  'application/xml',
  ';',
  '',
  'application/vnd.openstack.compute+json',
];

const junkText = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom('1', '-1', 'x', '', '\u0000', '(((', '2024-99-99', '9'.repeat(40)),
);
const deep = fc.integer({ min: 50, max: 20_000 }).map((n) => '['.repeat(n) + ']'.repeat(n));

/** What works together, and would seldom be drawn together. */
const PAGING = ['marker', 'sort_key', 'sort_dir', 'limit'];
/** What is longer is refused before an operation sees it. */
const LONGEST_URL = 8_000;

/** Mostly one of `usual`, seldom one of `odd`. */
function mostly<T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>, weight = 8): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: usual, weight }, { arbitrary: odd, weight: 1 });
}

/** Requests for `target`. */
export function requestsFor(target: FuzzTarget, words: FuzzWords): fc.Arbitrary<Ask> {
  const ids = [...target.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => pathPart(name, words));
  const names = [...Object.keys(target.query), 'limit', 'marker', '__proto__', 'zzz'];
  const paging = PAGING.filter((name) => Object.hasOwn(target.query, name));
  const anyName = fc.constantFrom(...names);
  const query = fc.array(
    (paging.length === 0 ? anyName : fc.oneof(anyName, fc.constantFrom(...paging))).chain((name) =>
      parameters(name, queryValue(target, name, words)),
    ),
    { maxLength: 4 },
  );
  return fc
    .record({
      ids: fc.tuple(...ids),
      project: fc.constantFrom('', '', '', '', '/deadbeef', '/zzz'),
      query: mostly(query, fc.constant<[string, string][][]>([])),
      version: mostly(fc.constantFrom(...VERSIONS), fc.constantFrom(...ODD_VERSIONS)),
      type: mostly(fc.constant('application/json'), fc.constantFrom(...TYPES), 12),
      token: mostly(fc.constantFrom(...words.tokens), fc.constantFrom('', 'junk', 'é', 'x'.repeat(10_000)), 12),
      subject: fc.constantFrom(...words.tokens, 'junk', ''),
      body: bodiesFor(target, words),
    })
    .map((drawn): Ask => {
      let at = 0;
      const below = target.path.replaceAll(/\{\w+\}/g, () => drawn.ids[at++] ?? '');
      // The document of a version is no resource of a project.
      const path = /^\/v2\.1\/./.test(below) ? below.replace('/v2.1', `/v2.1${drawn.project}`) : below;
      const search = searchOf(drawn.query.flat(), LONGEST_URL - path.length);
      return {
        method: target.method,
        path: `${path}${search === '' ? '' : `?${search}`}`,
        token: drawn.token,
        version: drawn.version,
        headers: {
          'content-type': drawn.type,
          ...(target.root === 'identity' ? { 'x-subject-token': drawn.subject } : {}),
        },
        ...(target.method === 'GET' || target.method === 'HEAD' ? {} : { body: drawn.body }),
      };
    });
}

function pathPart(name: string, words: FuzzWords): fc.Arbitrary<string> {
  const named = namedTexts(name, words);
  const meant = named.length === 0 ? words.known : named;
  return mostly(
    mostly(fc.constantFrom(...meant), fc.oneof(fc.uuid(), fc.constantFrom(...words.known)), 6),
    fc.constantFrom(...JUNK_IDS),
  );
}

function namedTexts(name: string, { named }: FuzzWords): string[] {
  return Object.hasOwn(named, name) ? (named[name] ?? []).map(String) : [];
}

function queryValue(target: FuzzTarget, name: string, words: FuzzWords): fc.Arbitrary<string> {
  const schema = target.query[name];
  if (schema === undefined) return junkText;
  const fitting = jsonFor(schema, words).map((value) =>
    typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
  );
  if (Array.isArray(schema['enum'])) return mostly(fitting, junkText);
  const usual = ['1', '2', 'true', '2024-01-01T00:00:00Z', ...words.known, ...namedTexts(name, words)];
  return mostly(fc.oneof(fitting, fc.constantFrom(...usual)), junkText);
}

/** As much of `query` as fits into `length`. */
function searchOf(query: readonly [string, string][], length: number): string {
  let search = '';
  for (const pair of query) {
    const more = `${search === '' ? '' : '&'}${new URLSearchParams([pair]).toString()}`;
    if (search.length + more.length < length) search += more;
  }
  return search;
}

/** A parameter once, or some values of it again and again. */
function parameters(name: string, value: fc.Arbitrary<string>): fc.Arbitrary<[string, string][]> {
  const repeated = fc
    .record({ values: fc.array(value, { minLength: 1, maxLength: 4 }), times: fc.constantFrom(2, 5, 300) })
    .map(({ values, times }) =>
      Array.from({ length: times }, (_, n): [string, string] => [name, values[n % values.length] ?? '']),
    );
  return fc.oneof(
    { arbitrary: value.map((one): [string, string][] => [[name, one]]), weight: 4 },
    { arbitrary: repeated, weight: 1 },
  );
}

function bodiesFor(target: FuzzTarget, words: FuzzWords): fc.Arbitrary<string> {
  const schemas = [...(target.body === null ? [] : [target.body]), ...(words.bodies.get(target.id) ?? [])];
  const wrap = (value: unknown) => (target.action === null ? value : { [target.action]: value });
  const around = schemas.length === 0 ? fc.jsonValue() : fc.oneof(...schemas.map((one) => jsonFor(one, words)));
  return fc.oneof(
    { arbitrary: around.map((value) => JSON.stringify(wrap(value)) ?? ''), weight: 12 },
    { arbitrary: withNul(around).map((value) => JSON.stringify(wrap(value)) ?? ''), weight: 3 },
    { arbitrary: fc.jsonValue().map((value) => JSON.stringify(wrap(value))), weight: 1 },
    { arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)), weight: 1 },
    { arbitrary: fc.string({ maxLength: 40 }), weight: 1 },
    { arbitrary: deep, weight: 1 },
  );
}

/** The same with a NUL at the end of one of its texts: PostgreSQL keeps none. */
function withNul(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(values, fc.nat()).map(([value, at]) => {
    const changed = (change: (text: string) => string): unknown =>
      JSON.parse(JSON.stringify(value, (_, one: unknown) => (typeof one === 'string' ? change(one) : one)));
    let texts = 0;
    changed((text) => {
      texts += 1;
      return text;
    });
    let left = at % Math.max(1, texts);
    return changed((text) => {
      left -= 1;
      return left === -1 ? `${text}\0` : text;
    });
  });
}

/** A request as a line for a shell. */
export function curlOf({ method = 'GET', path, token, version, headers = {}, body }: Ask): string {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const all = {
    ...(token === undefined ? {} : { 'X-Auth-Token': token }),
    ...(version === undefined ? {} : { 'OpenStack-API-Version': `compute ${version}` }),
    ...headers,
  };
  return [
    `curl -X ${method}`,
    ...Object.entries(all).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(typeof body === 'string' ? [`-d ${quote(body)}`] : []),
    quote(path),
  ].join(' ');
}
