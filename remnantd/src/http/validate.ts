// An operation's schemas, compiled when one is first needed, once, and the one that holds for a microversion.

import type { Operation, VersionedSchema } from '../api/operation.ts';
import { querySchema } from '../api/query.ts';
import type { PythonValue } from '../lib/python-json.ts';
import { fault } from '../model/faults.ts';
import { within } from '../model/microversion.ts';
import { FORMATS, LEGACY_FORMATS } from './formats.ts';
import { compileValidator } from './json-schema.ts';

/** Throws fault bad-request with Nova's words for a body or query that is not valid. */
export interface OperationValidator {
  /**
   * `body`: for an action the object with its one key, as Nova's schemas see it. `relaxed`, as for Nova's /v2: keys that
   * the schema does not allow are taken out of it, at any depth, instead of being refused, but where patterns name keys.
   */
  body(version: number, body: PythonValue, how?: { readonly relaxed: boolean }): void;
  /**
   * Gives back what of the query is known: what is neither known nor refused is dropped, as if it had not been sent. An operation
   * of Remnant's own root that declares no query takes no parameter. `legacy`: for /v2.
   */
  query(version: number, query: Query, how?: { readonly legacy: boolean }): Query;
}

type Query = Readonly<Record<string, readonly string[]>>;

/** What of a query's schema says which parameters are known. */
interface QuerySchema {
  readonly properties?: object;
  readonly patternProperties?: object;
}

/** A misspelt filter that was dropped would answer with everything. */
const NO_PARAMETERS: readonly VersionedSchema[] = [{ schema: querySchema({}, { additionalProperties: false }) }];

type Check = (version: number, value: PythonValue) => void;

/** What checks an operation's requests. A schema that cannot be compiled throws at the first request. */
export function operationValidator(operation: Operation): OperationValidator {
  const wrap = (schema: object): object =>
    operation.action === undefined
      ? schema
      : {
          type: 'object',
          properties: { [operation.action]: schema },
          required: [operation.action],
          additionalProperties: false,
        };
  const strict = compile(operation.body, 'body', wrap);
  const { legacyBody } = operation;
  const legacy = legacyBody === undefined ? operation.body : [{ schema: legacyBody }];
  const relaxed = operation.root === 'compute' ? compile(legacy, 'body', wrap, true) : strict;
  return {
    body: (version, body, how) => (how?.relaxed === true ? relaxed : strict)(version, body),
    query: queryCheck(operation),
  };
}

function queryCheck({ root, query, legacyQuery }: Operation): OperationValidator['query'] {
  const current = compileQuery(query ?? (root === 'remnant' ? NO_PARAMETERS : undefined));
  const legacy = legacyQuery === undefined ? current : compileQuery([{ schema: legacyQuery }]);
  return (version, asked, how) => (how?.legacy === true ? legacy : current)(version, asked);
}

function compileQuery(schemas: readonly VersionedSchema[] | undefined): OperationValidator['query'] {
  const check = compile(schemas, 'query', (schema) => schema);
  return (version, query) => {
    check(version, query);
    const schema: QuerySchema | undefined = schemas?.find((one) => within(version, one))?.schema;
    const known = schema?.properties ?? query;
    const patterns = Object.keys(schema?.patternProperties ?? {}).map((pattern) => new RegExp(pattern, 'u'));
    const isKnown = (name: string) => Object.hasOwn(known, name) || patterns.some((pattern) => pattern.test(name));
    return Object.fromEntries(Object.entries(query).filter(([name]) => isKnown(name)));
  };
}

function compile(
  schemas: readonly VersionedSchema[] | undefined,
  kind: 'body' | 'query',
  wrap: (schema: object) => object,
  relaxed = false,
): Check {
  if (schemas === undefined) return () => {};
  const compiled = new Map<VersionedSchema, ReturnType<typeof compileValidator>>();
  const checkOf = (one: VersionedSchema) => {
    const known = compiled.get(one);
    if (known !== undefined) return known;
    // A typebox schema carries hidden marks; its JSON is what is checked.
    const schema = wrap(JSON.parse(JSON.stringify(one.schema)) as object);
    const check = compileValidator(schema, { formats: relaxed ? LEGACY_FORMATS : FORMATS, kind, relaxed });
    compiled.set(one, check);
    return check;
  };
  return (version, value) => {
    const holds = schemas.find((one) => within(version, one));
    const problem = holds === undefined ? null : checkOf(holds)(value);
    if (problem !== null) throw fault('bad-request', { message: problem });
  };
}
