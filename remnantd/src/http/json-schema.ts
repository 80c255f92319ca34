// Checks a request's body or query against a JSON schema and words the failure as Nova does (python-jsonschema, draft 4,
// api/validation/validators.py): keywords are tried in the order the schema writes them, and the first failure is told.
// A schema is compiled once; a keyword or format that nobody knows is refused then, not ignored.

import { isObject } from '../lib/json.ts';
import type { PythonValue } from '../lib/python-json.ts';
import { str } from '../lib/python-repr.ts';
import { type Check, type Failure, firstOf, KEYWORDS } from './schema-keywords.ts';

/**
 * A format: true if the value has it, of whatever type it is. A text instead of false is the whole message,
 * without the field's name and value, as Nova does for names.
 */
export type FormatCheck = (value: PythonValue) => boolean | string;

/**
 * What a validator needs to know: the formats its schema names, and whether it checks a body or query parameters.
 * A `relaxed` one takes keys that are not allowed out of the value, instead of refusing them; where keys are
 * allowed by their pattern it refuses the others as well, in the words for those without.
 */
export type ValidatorOptions = {
  readonly formats: Readonly<Record<string, FormatCheck>>;
  readonly kind: 'body' | 'query';
  readonly relaxed?: boolean;
};

/**
 * Compiles `schema` (draft 4, with `const` and numeric `exclusiveMinimum`/`exclusiveMaximum` from later drafts; no `$ref`).
 * The validator gives null for a valid value, else the text for the user, e.g.
 * `Invalid input for field/attribute status. Value: bad. 'bad' is not one of ['enabled', 'disabled']`.
 * Throws if the schema itself makes no sense.
 */
export function compileValidator(schema: object, options: ValidatorOptions): (value: PythonValue) => string | null {
  const check = compile(schema, options.formats, options.relaxed ?? false);
  return (value) => {
    const failure = check(value);
    return failure === null ? null : wording(failure, options.kind);
  };
}

const NOTES = new Set([
  '$schema',
  '$id',
  'id',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  '$comment',
]);

function compile(schema: unknown, formats: ValidatorOptions['formats'], relaxed: boolean): Check {
  if (schema === true) return () => null;
  if (!isObject(schema)) throw new Error(`not a JSON schema: ${JSON.stringify(schema)}`);
  const context = { schema, formats, relaxed, compile: (part: unknown) => compile(part, formats, relaxed) };
  const checks = Object.entries(schema).flatMap(([name, argument]) => {
    if (argument === undefined || NOTES.has(name)) return [];
    const keyword = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined;
    if (keyword === undefined) throw new Error(`unknown keyword ${name} in JSON schema ${JSON.stringify(schema)}`);
    return keyword(argument, context) ?? [];
  });
  return (value) => firstOf(checks, (check) => check(value));
}

function wording({ path, value, why, whole }: Failure, kind: 'body' | 'query'): string {
  // A body's failure names the innermost field; a query's the parameter, whose values are a list inside.
  const name = kind === 'body' ? path.at(-1) : path[0];
  if (whole || name === undefined) return why;
  const what = kind === 'body' ? 'field/attribute' : 'query parameters';
  return `Invalid input for ${what} ${name}. Value: ${str(value)}. ${why}`;
}
