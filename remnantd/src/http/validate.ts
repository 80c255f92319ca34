// An operation's schemas, compiled once, and the one that holds for a microversion.

import type { Operation, VersionedSchema } from '../api/operation.ts';
import type { JsonValue } from '../lib/json.ts';
import { fault } from '../model/faults.ts';
import { within } from '../model/microversion.ts';
import { FORMATS } from './formats.ts';
import { compileValidator } from './json-schema.ts';

/** Throws fault bad-request with Nova's words for a body or query that is not valid. */
export interface OperationValidator {
  /** `body`: for an action the object with its one key, as Nova's schemas see it. */
  body(version: number, body: JsonValue): void;
  /** Gives back what of the query is known: what is neither known nor refused is dropped, as if it had not been sent. */
  query(version: number, query: Query): Query;
}

type Query = Readonly<Record<string, readonly string[]>>;

type Check = (version: number, value: JsonValue) => void;

/** Compiles the schemas of an operation. */
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
  return {
    body: compile(operation.body, 'body', wrap),
    query: compileQuery(operation.query),
  };
}

function compileQuery(schemas: readonly VersionedSchema[] | undefined): OperationValidator['query'] {
  const check = compile(schemas, 'query', (schema) => schema);
  return (version, query) => {
    check(version, query);
    const schema: { properties?: object } | undefined = schemas?.find((one) => within(version, one))?.schema;
    const known = schema?.properties ?? query;
    return Object.fromEntries(Object.entries(query).filter(([name]) => Object.hasOwn(known, name)));
  };
}

function compile(
  schemas: readonly VersionedSchema[] | undefined,
  kind: 'body' | 'query',
  wrap: (schema: object) => object,
): Check {
  if (schemas === undefined) return () => {};
  const compiled = schemas.map((one) => ({
    span: one,
    // A typebox schema carries hidden marks; its JSON is what is checked.
    check: compileValidator(wrap(JSON.parse(JSON.stringify(one.schema)) as object), { formats: FORMATS, kind }),
  }));
  return (version, value) => {
    const problem = compiled.find(({ span }) => within(version, span))?.check(value) ?? null;
    if (problem !== null) throw fault('bad-request', { message: problem });
  };
}
