// The keywords of a JSON schema, each compiled into a check that finds the first thing wrong and words it as
// python-jsonschema does. `json-schema.ts` puts them together.
// Where a pattern ends in `$`, a trailing newline does not match (Python lets one through).

import { isDict, type PythonDict, type PythonValue, WholeFloat } from '../lib/python-json.ts';
import { floatRepr, repr } from '../lib/python-repr.ts';

/** The first thing wrong: where (from the outside in), with what, and why; `whole` replaces the usual sentence. */
export type Failure = {
  readonly path: (string | number)[];
  readonly value: PythonValue;
  readonly why: string;
  readonly whole?: true;
};

/** Looks at a value; null if nothing is wrong. */
export type Check = (value: PythonValue) => Failure | null;

/** What a keyword may need besides its argument: the schema it stands in, the formats, and a way to compile a schema inside. */
export type KeywordContext = {
  readonly schema: PythonDict;
  readonly formats: Readonly<Record<string, (value: PythonValue) => boolean | string>>;
  /** True when properties that are not allowed are taken away, not refused, unless others are allowed by their pattern. */
  readonly relaxed: boolean;
  readonly compile: (part: unknown) => Check;
};

/** Makes the check of one keyword from its argument; null if it only helps another keyword. Throws for an argument that makes no sense. */
export type Keyword = (argument: PythonValue, context: KeywordContext) => Check | null;

/** The first failure that `look` finds in `items`, if any. */
export function firstOf<T>(items: Iterable<T>, look: (item: T) => Failure | null): Failure | null {
  for (const item of items) {
    const failure = look(item);
    if (failure !== null) return failure;
  }
  return null;
}

const TYPES: Readonly<Record<string, (value: PythonValue) => boolean>> = {
  null: (value) => value === null,
  boolean: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' || typeof value === 'bigint' || value instanceof WholeFloat,
  // To draft 4, 2.0 is none.
  integer: (value) => typeof value === 'bigint' || Number.isInteger(value),
  array: isList,
  object: isDict,
};

/** Every keyword there is, by its name. */
export const KEYWORDS: Readonly<Record<string, Keyword>> = {
  type: (argument) => {
    const names = (isList(argument) ? argument : [argument]).map(text);
    const tests = names.map((name) => TYPES[name] ?? wrong(`type ${name}`));
    const why = `is not of type ${names.map(repr).join(', ')}`;
    return failing((value) => !tests.some((test) => test(value)), why);
  },
  enum: (argument) => {
    const values = new Set(list(argument).map(identity));
    return failing((value) => !values.has(identity(value)), `is not one of ${repr(argument)}`);
  },
  const: (argument) => (value) =>
    identity(value) === identity(argument) ? null : fail(value, `${repr(argument)} was expected`),

  pattern: (argument) => {
    const pattern = regex(text(argument));
    const why = `does not match ${repr(argument)}`;
    return failing((value) => typeof value === 'string' && !pattern.test(value), why);
  },
  format: (argument, { formats }) => {
    const format = formats[text(argument)] ?? wrong(`format ${text(argument)}`);
    return (value) => {
      const answer = format(value);
      if (answer === true) return null;
      if (answer === false) return fail(value, `${repr(value)} is not a ${repr(argument)}`);
      return { ...fail(value, answer), whole: true };
    };
  },
  minLength: (argument) => sized('string', '<', argument, 'is too short'),
  maxLength: (argument) => sized('string', '>', argument, 'is too long'),

  minimum: (argument, { schema }) => bounded(argument, schema['exclusiveMinimum'] === true ? '<=' : '<', numeric),
  maximum: (argument, { schema }) => bounded(argument, schema['exclusiveMaximum'] === true ? '>=' : '>', numeric),
  exclusiveMinimum: (argument) => (typeof argument === 'boolean' ? null : bounded(argument, '<=', plainNumber)),
  exclusiveMaximum: (argument) => (typeof argument === 'boolean' ? null : bounded(argument, '>=', plainNumber)),
  multipleOf: (argument) => {
    const unit = number(argument);
    const isMultiple = (value: number) =>
      Number.isInteger(unit) ? value % unit === 0 : Number.isInteger(value / unit);
    return failing(
      (value) => plainNumber(value) !== null && !isMultiple(Number(plainNumber(value))),
      `is not a multiple of ${repr(argument)}`,
    );
  },

  items: (argument, { compile }) => {
    if (isList(argument)) {
      const checks = argument.map((each) => compile(each));
      return (value) =>
        isList(value) ? firstOf(value.entries(), ([at, item]) => inside(at, checks[at]?.(item) ?? null)) : null;
    }
    const check = compile(argument);
    return (value) => (isList(value) ? firstOf(value.entries(), ([at, item]) => inside(at, check(item))) : null);
  },
  additionalItems: (argument, { schema, compile }) => {
    const known = isList(schema['items']) ? schema['items'].length : Number.POSITIVE_INFINITY;
    const check = argument === false ? null : compile(argument);
    return (value) => {
      const extras = isList(value) ? value.slice(known) : [];
      if (check !== null) return firstOf(extras.entries(), ([at, item]) => inside(known + at, check(item)));
      return extras.length === 0 ? null : fail(value, `Additional items are not allowed (${unexpected(extras)})`);
    };
  },
  minItems: (argument) => sized('array', '<', argument, 'is too short'),
  maxItems: (argument) => sized('array', '>', argument, 'is too long'),
  uniqueItems: (argument) =>
    failing(
      (value) => argument === true && isList(value) && new Set(value.map(identity)).size < value.length,
      'has non-unique elements',
    ),

  properties: (argument, { compile }) => {
    const checks = Object.entries(object(argument)).map(([key, each]) => [key, compile(each)] as const);
    return (value) => firstOf(checks, ([key, check]) => inside(key, within(value, key, check)));
  },
  patternProperties: (argument, { compile }) => {
    const checks = Object.entries(object(argument)).map(([key, each]) => [regex(key), compile(each)] as const);
    return (value) =>
      firstOf(checks, ([pattern, check]) =>
        firstOf(keysOf(value), (key) => (pattern.test(key) ? inside(key, within(value, key, check)) : null)),
      );
  },
  additionalProperties: (argument, { schema, relaxed, compile }) => {
    const known = new Set(Object.keys(object(schema['properties'] ?? {})));
    const patterns = Object.keys(object(schema['patternProperties'] ?? {})).toSorted();
    const regexes = patterns.map(regex);
    const check = argument === false ? null : compile(argument);
    return (value) => {
      const extras = keysOf(value).filter((key) => !known.has(key) && !regexes.some((pattern) => pattern.test(key)));
      if (check !== null) return firstOf(extras, (key) => inside(key, within(value, key, check)));
      if (extras.length === 0) return null;
      if (relaxed && patterns.length === 0) {
        for (const key of extras) Reflect.deleteProperty(value as object, key);
        return null;
      }
      if (!relaxed) extras.sort();
      if (relaxed || patterns.length === 0)
        return fail(value, `Additional properties are not allowed (${unexpected(extras)})`);
      const verb = extras.length === 1 ? 'does' : 'do';
      return fail(value, `${reprs(extras)} ${verb} not match any of the regexes: ${reprs(patterns)}`);
    };
  },
  required: (argument) => {
    const names = list(argument).map(text);
    return (value) =>
      isDict(value)
        ? firstOf(names, (name) =>
            Object.hasOwn(value, name) ? null : fail(value, `${repr(name)} is a required property`),
          )
        : null;
  },
  dependencies: (argument, { compile }) => {
    const needs = Object.entries(object(argument)).map(([key, need]) => {
      const others = isList(need) ? need.map(text) : [];
      return [key, others, isList(need) ? () => null : compile(need)] as const;
    });
    return (value) =>
      firstOf(needs, ([key, others, check]) => {
        if (!isDict(value) || !Object.hasOwn(value, key)) return null;
        const missing = others.find((other) => !Object.hasOwn(value, other));
        return missing === undefined ? check(value) : fail(value, `${repr(missing)} is a dependency of ${repr(key)}`);
      });
  },
  minProperties: (argument) => sized('object', '<', argument, 'does not have enough properties'),
  maxProperties: (argument) => sized('object', '>', argument, 'has too many properties'),

  allOf: (argument, { compile }) => {
    const checks = list(argument).map((each) => compile(each));
    return (value) => firstOf(checks, (check) => check(value));
  },
  anyOf: (argument, { compile }) => {
    const checks = list(argument).map((each) => compile(each));
    return failing((value) => checks.every((check) => check(value) !== null), UNDER_NONE);
  },
  oneOf: (argument, { compile }) => {
    const checks = list(argument).map((each) => [each, compile(each)] as const);
    return (value) => {
      const [found, ...more] = checks.filter(([, check]) => check(value) === null).map(([each]) => each);
      if (found === undefined) return fail(value, `${repr(value)} ${UNDER_NONE}`);
      return more.length === 0 ? null : fail(value, `${repr(value)} is valid under each of ${reprs([...more, found])}`);
    };
  },
  not: (argument, { compile }) => {
    const check = compile(argument);
    return failing((value) => check(value) === null, `should not be valid under ${repr(argument)}`);
  },
};

const UNDER_NONE = 'is not valid under any of the given schemas';

function inside(key: string | number, failure: Failure | null): Failure | null {
  failure?.path.unshift(key);
  return failure;
}

function fail(value: PythonValue, why: string): Failure {
  return { path: [], value, why };
}

function failing(isWrong: (value: PythonValue) => boolean, why: string): Check {
  return (value) => (isWrong(value) ? fail(value, `${repr(value)} ${why}`) : null);
}

/** Lengths of strings are counted in code points, as Python does. */
function sized(type: 'string' | 'array' | 'object', wrongIf: '<' | '>', argument: PythonValue, why: string): Check {
  const limit = number(argument);
  const isWrong = (length: number) => (wrongIf === '<' ? length < limit : length > limit);
  return failing((value) => {
    if (typeof value === 'string') return type === 'string' && isWrong(Array.from(value).length);
    if (isList(value)) return type === 'array' && isWrong(value.length);
    return type === 'object' && isDict(value) && isWrong(Object.keys(value).length);
  }, why);
}

type Bound = '<' | '<=' | '>' | '>=';

function bounded(argument: PythonValue, outside: Bound, read: (value: PythonValue) => number | bigint | null): Check {
  const bound = number(argument);
  const side = outside.startsWith('<') ? 'less than' : 'greater than';
  const why = `is ${side}${outside.endsWith('=') ? ' or equal to' : ''} the ${outside.startsWith('<') ? 'minimum' : 'maximum'} of ${repr(argument)}`;
  const isOutside: Readonly<Record<Bound, (seen: number | bigint) => boolean>> = {
    '<': (seen) => seen < bound,
    '<=': (seen) => seen <= bound,
    '>': (seen) => seen > bound,
    '>=': (seen) => seen >= bound,
  };
  return (value) => {
    const seen = read(value);
    if (seen === null || !isOutside[outside](seen)) return null;
    return fail(value, `${typeof seen === 'bigint' ? seen : floatRepr(seen)} ${why}`);
  };
}

/** Nova reads `minimum` and `maximum` through Python's `int()` and then `float()`, so texts and booleans count too. */
function numeric(value: PythonValue): number | bigint | null {
  if (typeof value === 'bigint') return value;
  if (value instanceof WholeFloat) return BigInt(value.value);
  if (typeof value === 'number' && !Number.isFinite(value)) return value;
  if (typeof value === 'number' || typeof value === 'boolean') return BigInt(Math.trunc(Number(value)));
  if (typeof value !== 'string') return null;
  const digits = value.trim().replaceAll(/(?<=\d)_(?=\d)/g, '');
  if (/^[+-]?\d+$/.test(digits)) return BigInt(digits.replace('+', ''));
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits) ? Number(digits) : null;
}

function plainNumber(value: PythonValue): number | bigint | null {
  if (typeof value === 'bigint') return value;
  if (value instanceof WholeFloat) return value.value;
  if (typeof value !== 'number') return null;
  return Number.isInteger(value) ? BigInt(value) : value;
}

function within(value: PythonValue, key: string, check: Check): Failure | null {
  if (!isDict(value) || !Object.hasOwn(value, key)) return null;
  return check(value[key] ?? null);
}

function keysOf(value: PythonValue): string[] {
  return isDict(value) ? Object.keys(value) : [];
}

function isList(value: PythonValue | undefined): value is readonly PythonValue[] {
  return Array.isArray(value);
}

/** A text that two values share only if they are equal, whatever the order of their members. */
function identity(value: PythonValue): string {
  if (isList(value)) return `[${value.map(identity).join()}]`;
  if (typeof value === 'bigint' || typeof value === 'number') return value.toString();
  // To Python, 1.0 is equal to 1.
  if (value instanceof WholeFloat) return BigInt(value.value).toString();
  if (!isDict(value)) return JSON.stringify(value);
  const keys = Object.keys(value).toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${identity(value[key] ?? null)}`).join()}}`;
}

function reprs(values: readonly PythonValue[]): string {
  return values.map(repr).join(', ');
}

function unexpected(extras: readonly PythonValue[]): string {
  return `${reprs(extras)} ${extras.length === 1 ? 'was' : 'were'} unexpected`;
}

function regex(source: string): RegExp {
  return new RegExp(source, 'u');
}

function wrong(what: string): never {
  throw new Error(`JSON schema: ${what} makes no sense here`);
}

function text(argument: PythonValue): string {
  return typeof argument === 'string' ? argument : wrong(repr(argument));
}

function number(argument: PythonValue): number {
  return typeof argument === 'number' ? argument : wrong(repr(argument));
}

function list(argument: PythonValue): readonly PythonValue[] {
  return isList(argument) ? argument : wrong(repr(argument));
}

function object(argument: PythonValue): PythonDict {
  return isDict(argument) ? argument : wrong(repr(argument));
}
