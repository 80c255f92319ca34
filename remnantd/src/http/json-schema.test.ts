import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../lib/json.ts';
import { readPythonJson } from '../lib/python-json.ts';
import { compileValidator, type FormatCheck } from './json-schema.ts';

const formats: Readonly<Record<string, FormatCheck>> = {
  'date-time': (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  regex: (value) => typeof value === 'string' && !value.startsWith('['),
  name: (value) => value !== ' x' || "An invalid 'name' value was provided.",
};
const body = (schema: object, value: JsonValue) => compileValidator(schema, { formats, kind: 'body' })(value);
const query = (schema: object, value: JsonValue) => compileValidator(schema, { formats, kind: 'query' })(value);

const list = (items: object) => ({ type: 'array', items });

const BOOLEANS = [true, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes'];
const NEGATIONS = [false, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no'];
const short = { type: 'string', minLength: 1, maxLength: 255 };
const service = {
  type: 'object',
  properties: {
    host: { ...short, pattern: '^[a-zA-Z0-9-._]*$' },
    binary: short,
    status: { type: 'string', enum: ['enabled', 'disabled'] },
    disabled_reason: short,
    forced_down: { type: ['boolean', 'string'], enum: [...BOOLEANS, ...NEGATIONS] },
  },
  required: ['host', 'binary'],
  additionalProperties: false,
};
const dump = {
  type: 'object',
  properties: { trigger_crash_dump: { type: 'null' } },
  required: ['trigger_crash_dump'],
  additionalProperties: false,
};
const reboot = {
  type: 'object',
  properties: {
    reboot: {
      type: 'object',
      properties: { type: { type: 'string', enum: ['HARD', 'Hard', 'hard', 'SOFT', 'Soft', 'soft'] } },
    },
  },
};

describe('bodies: the texts of Nova 26.2.2', () => {
  const inField = 'Invalid input for field/attribute';
  const given = { host: 'compute-01', binary: 'nova-compute' };

  it.each<[object, JsonValue, string | null]>([
    [dump, { trigger_crash_dump: null }, null],
    [dump, { trigger_crash_dump: 'x' }, `${inField} trigger_crash_dump. Value: x. 'x' is not of type 'null'`],
    [dump, { trigger_crash_dump: {} }, `${inField} trigger_crash_dump. Value: {}. {} is not of type 'null'`],
    [service, given, null],
    [service, {}, "'host' is a required property"],
    [service, { host: 'h' }, "'binary' is a required property"],
    [service, [], "[] is not of type 'object'"],
    [service, null, "None is not of type 'object'"],
    [service, { ...given, x: 1 }, "Additional properties are not allowed ('x' was unexpected)"],
    [service, { ...given, y: 1, x: 2 }, "Additional properties are not allowed ('x', 'y' were unexpected)"],
    [service, { ...given, host: 5 }, `${inField} host. Value: 5. 5 is not of type 'string'`],
    [service, { ...given, host: 'h h' }, `${inField} host. Value: h h. 'h h' does not match '^[a-zA-Z0-9-._]*$'`],
    [
      service,
      { ...given, status: 'bad' },
      `${inField} status. Value: bad. 'bad' is not one of ['enabled', 'disabled']`,
    ],
    [service, { ...given, disabled_reason: '' }, `${inField} disabled_reason. Value: . '' is too short`],
    [
      service,
      { ...given, forced_down: 'soon' },
      `${inField} forced_down. Value: soon. 'soon' is not one of [True, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes', False, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no']`,
    ],
    [service, { ...given, forced_down: 2 }, `${inField} forced_down. Value: 2. 2 is not of type 'boolean', 'string'`],
    [
      service,
      { ...given, forced_down: null },
      `${inField} forced_down. Value: None. None is not of type 'boolean', 'string'`,
    ],
    [
      reboot,
      { reboot: { type: 'WARM' } },
      `${inField} type. Value: WARM. 'WARM' is not one of ['HARD', 'Hard', 'hard', 'SOFT', 'Soft', 'soft']`,
    ],
  ])('%#', (schema, value, text) => {
    expect(body(schema, value)).toBe(text);
  });
});

describe('query parameters: the texts of Nova 26.2.2', () => {
  const servers = {
    type: 'object',
    properties: {
      limit: list({ type: 'string', format: 'regex', pattern: '^[0-9]*$', minLength: 1 }),
      name: list({ type: 'string', format: 'regex' }),
      'changes-since': list({ type: 'string', format: 'date-time' }),
      sort_key: list({ type: 'string', enum: ['uuid', 'host'] }),
    },
    patternProperties: { '^_': { type: 'array' } },
    additionalProperties: false,
  };
  const inQuery = 'Invalid input for query parameters';

  it.each<[JsonValue, string | null]>([
    [{ limit: ['5'], _x: ['1'] }, null],
    [{ limit: ['-1'] }, `${inQuery} limit. Value: -1. '-1' does not match '^[0-9]*$'`],
    [{ limit: ['1', 'abc'] }, `${inQuery} limit. Value: abc. 'abc' does not match '^[0-9]*$'`],
    [{ limit: [''] }, `${inQuery} limit. Value: . '' is too short`],
    [{ name: ['[a'] }, `${inQuery} name. Value: [a. '[a' is not a 'regex'`],
    [{ 'changes-since': ['x'] }, `${inQuery} changes-since. Value: x. 'x' is not a 'date-time'`],
    [{ sort_key: ['zzz'] }, `${inQuery} sort_key. Value: zzz. 'zzz' is not one of ['uuid', 'host']`],
    [{ zzz: ['1'], limit: ['2'] }, "'zzz' does not match any of the regexes: '^_'"],
    [{ zz: ['1'], aa: ['1'] }, "'aa', 'zz' do not match any of the regexes: '^_'"],
  ])('%j', (value, text) => {
    expect(query(servers, value)).toBe(text);
  });

  it('takes a parameter given as plain text, too', () => {
    const schema = { properties: { limit: { pattern: '^[0-9]*$' } } };
    expect(query(schema, { limit: 'x' })).toBe(`${inQuery} limit. Value: x. 'x' does not match '^[0-9]*$'`);
  });
});

// Each text was printed by python-jsonschema 4.10.3, draft 4, `minimum` and `maximum` read as Nova reads them.
describe('every keyword', () => {
  it.each<[object, JsonValue, string | null]>([
    [{ type: 'integer' }, 1.5, "1.5 is not of type 'integer'"],
    [{ type: 'integer' }, true, "True is not of type 'integer'"],
    [{ type: ['number', 'null'] }, '1', "'1' is not of type 'number', 'null'"],
    [{ enum: [1, 'a'] }, true, "True is not one of [1, 'a']"],
    [{ enum: [{ a: 1, b: [2] }] }, { b: [2], a: 1 }, null],
    [{ maxLength: 1 }, 'é😀', "'é😀' is too long"],
    [{ maxLength: 2 }, 'é😀', null],
    [{ minimum: 1 }, 0, '0 is less than the minimum of 1'],
    [{ minimum: 1 }, ' 0_0 ', '0 is less than the minimum of 1'],
    [{ minimum: 1 }, '0.5', '0.5 is less than the minimum of 1'],
    [{ minimum: 1 }, 'abc', null],
    [{ minimum: 1 }, null, null],
    [{ minimum: 1 }, false, '0 is less than the minimum of 1'],
    [{ minimum: 1, exclusiveMinimum: true }, 1, '1 is less than or equal to the minimum of 1'],
    [{ maximum: 3 }, 3.7, null],
    [{ maximum: 3 }, '99999999999999999999', '99999999999999999999 is greater than the maximum of 3'],
    [{ maximum: 3, exclusiveMaximum: true }, 3, '3 is greater than or equal to the maximum of 3'],
    [{ exclusiveMinimum: 1 }, 1, '1 is less than or equal to the minimum of 1'],
    [{ exclusiveMaximum: 1.5 }, 1.5, '1.5 is greater than or equal to the maximum of 1.5'],
    [{ multipleOf: 2 }, 3, '3 is not a multiple of 2'],
    [{ multipleOf: 0.5 }, 1.5, null],
    [{ minItems: 1 }, [], '[] is too short'],
    [{ maxItems: 1 }, [1, 'a'], "[1, 'a'] is too long"],
    [
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      "[{'a': 1, 'b': 2}, {'b': 2, 'a': 1}] has non-unique elements",
    ],
    [{ uniqueItems: true }, [1, true, '1'], null],
    [{ minProperties: 1 }, {}, '{} does not have enough properties'],
    [{ maxProperties: 1 }, { a: 1, b: null }, "{'a': 1, 'b': None} has too many properties"],
    [{ dependencies: { a: ['b'] } }, { a: 1 }, "'b' is a dependency of 'a'"],
    [{ dependencies: { a: { required: ['b'] } } }, { a: 1 }, "'b' is a required property"],
    [
      { additionalProperties: { type: 'null' } },
      { a: 1 },
      "Invalid input for field/attribute a. Value: 1. 1 is not of type 'null'",
    ],
    [{ items: { type: 'null' } }, [null, 1], "Invalid input for field/attribute 1. Value: 1. 1 is not of type 'null'"],
    [{ items: [{}], additionalItems: false }, [1, 2, 3], 'Additional items are not allowed (2, 3 were unexpected)'],
    [{ const: 'x' }, 'y', "'x' was expected"],
    [{ allOf: [{ type: 'string' }, { maxLength: 1 }] }, 'ab', "'ab' is too long"],
    [{ anyOf: [{ type: 'null' }, { maxLength: 1 }] }, 'ab', "'ab' is not valid under any of the given schemas"],
    [{ oneOf: [{ type: 'null' }, { maxLength: 1 }] }, 'ab', "'ab' is not valid under any of the given schemas"],
    [
      { oneOf: [{ minLength: 1 }, { maxLength: 2 }] },
      'a',
      "'a' is valid under each of {'maxLength': 2}, {'minLength': 1}",
    ],
    [{ not: { type: 'null' } }, null, "None should not be valid under {'type': 'null'}"],
    [{ properties: { name: { format: 'name' } } }, { name: ' x' }, "An invalid 'name' value was provided."],
  ])('%j: %j', (schema, value, text) => {
    expect(body(schema, value)).toBe(text);
  });

  it.each<[object, string, string | null]>([
    [{ type: 'integer' }, '2.0', "2.0 is not of type 'integer'"],
    [{ type: 'integer' }, '-0', null],
    [{ type: 'integer' }, '12345678901234567890', null],
    [{ type: 'integer' }, 'NaN', "nan is not of type 'integer'"],
    [{ type: 'number' }, '[1e3]', "[1000.0] is not of type 'number'"],
    [{ type: 'number', maxLength: 1 }, '2.0', null],
    [{ type: 'object' }, '2.0', "2.0 is not of type 'object'"],
    [{ properties: { a: { type: 'null' } }, required: ['a'] }, '2.0', null],
    [{ additionalProperties: false }, '2.0', null],
    [{ enum: [1, null] }, '1.0', null],
    [{ enum: [1, null] }, 'NaN', 'nan is not one of [1, None]'],
    [{ const: 0 }, '-0.0', null],
    [{ const: 1 }, '12345678901234567890', '1 was expected'],
    [{ minimum: 3 }, '2.0', '2 is less than the minimum of 3'],
    [{ maximum: 3 }, '12345678901234567890', '12345678901234567890 is greater than the maximum of 3'],
    [{ maximum: 3 }, 'NaN', null],
    [{ exclusiveMaximum: 3 }, '3.0', '3.0 is greater than or equal to the maximum of 3'],
    [{ exclusiveMaximum: 3 }, '2.0', null],
    [{ multipleOf: 2 }, '3.0', '3.0 is not a multiple of 2'],
    [{ multipleOf: 2 }, '4.0', null],
    [{ uniqueItems: true }, '[1, 1.0]', '[1, 1.0] has non-unique elements'],
    [{ uniqueItems: true }, '[12345678901234567890, 12345678901234567891]', null],
    [
      { items: { type: 'null' } },
      '[2.0]',
      "Invalid input for field/attribute 0. Value: 2.0. 2.0 is not of type 'null'",
    ],
  ])('%j: the JSON %s', (schema, json, text) => {
    expect(compileValidator(schema, { formats, kind: 'body' })(readPythonJson(json, 9))).toBe(text);
  });

  it('tells the first failure in the order the schema is written, not the outermost', () => {
    const properties = { a: { type: 'null' } };
    const deep = "Invalid input for field/attribute a. Value: 1. 1 is not of type 'null'";
    expect(body({ properties, required: ['b'] }, { a: 1 })).toBe(deep);
    expect(body({ required: ['b'], properties }, { a: 1 })).toBe("'b' is a required property");
  });

  it('does not take what every object inherits for a member', () => {
    expect(body({ required: ['toString'] }, {})).toBe("'toString' is a required property");
    expect(body({ properties: { constructor: { type: 'null' } } }, {})).toBeNull();
  });

  it.each<[object, string]>([
    [{ typ: 'string' }, 'unknown keyword typ'],
    [{ $ref: '#/x' }, 'unknown keyword $ref'],
    [{ toString: 1 }, 'unknown keyword toString'],
    [{ type: 'text' }, 'type text makes no sense'],
    [{ format: 'colour' }, 'format colour makes no sense'],
    [{ properties: { a: { minLength: '1' } } }, "'1' makes no sense"],
    [{ pattern: '[' }, 'Invalid regular expression'],
  ])('refuses the schema %j', (schema, message) => {
    expect(() => compileValidator(schema, { formats, kind: 'body' })).toThrow(message);
  });

  it('never throws for a value', () => {
    const check = compileValidator(service, { formats, kind: 'body' });
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const answer = check(value);
        expect(answer === null || answer.length > 0).toBe(true);
      }),
    );
  });
});

it('relaxed: keys that are not allowed are taken out, at any depth, and what else is wrong is still told', () => {
  const relaxed = (schema: object) => compileValidator(schema, { formats, kind: 'body', relaxed: true });
  const value = { host: 'h', binary: 'b', extra: 1 };
  expect(relaxed(service)(value)).toBeNull();
  expect(value).toEqual({ host: 'h', binary: 'b' });
  const deep = { outer: [{ host: 'h', binary: 'b', extra: { a: 1 } }] };
  expect(relaxed({ type: 'object', properties: { outer: list(service) } })(deep)).toBeNull();
  expect(deep).toEqual({ outer: [{ host: 'h', binary: 'b' }] });
  expect(relaxed(service)({ host: 'h', extra: 1 })).toBe("'binary' is a required property");
  const keyed = relaxed({ type: 'object', patternProperties: { '^[a-z]$': {} }, additionalProperties: false });
  expect(keyed({ a: 1 })).toBeNull();
  expect(keyed({ b: 1, 'z!': 2, 'a!': 3 })).toBe("Additional properties are not allowed ('z!', 'a!' were unexpected)");
});
