import { expect, test } from 'vitest';
import { difference, generated } from './generate.ts';
import { typeOf } from './generate-types.ts';

const files = generated('1.2.3');

test('every page is made, and the same each time', () => {
  expect([...files.keys()]).toEqual([
    'openapi/remnant.json',
    'docs/reference/operations.md',
    'docs/reference/policies.md',
    'docs/reference/config.md',
    'docs/reference/faults.md',
    'docs/reference/states.md',
    'docs/reference/microversions.md',
    'client/src/generated/types.ts',
    'client/src/generated/operations.ts',
  ]);
  expect(generated('1.2.3')).toEqual(files);
});

test('the pages hold what they are for', () => {
  const has = (path: string, text: string) => expect(files.get(path), path).toContain(text);
  has('docs/reference/operations.md', '`servers.trigger-crash-dump`');
  has('docs/reference/policies.md', '| `os_compute_api:servers:inject_nmi` | `rule:project_member_or_admin` |');
  has('docs/reference/config.md', '| `api.port` | integer (from 1 to 65535) | `8774` |');
  has('docs/reference/config.md', '| `state_dir` | string | must be given |');
  has('docs/reference/faults.md', '| 404 | `instance-not-found` | `Instance <id> could not be found.` |');
  has('docs/reference/states.md', 'active --> stopped: stop');
  has('docs/reference/microversions.md', 'server field `host_status`');
});

test('an operation becomes a method, an action without words takes no body', () => {
  const text = files.get('client/src/generated/operations.ts');
  expect(text).toContain('triggerCrashDump: (serverId: string, options: CallOptions = {}): Promise<Receipt> =>');
  expect(text).toContain('lock: (serverId: string, body: ServersLockBody = null, ');
});

test('a difference names the place, what is there and what should be', () => {
  expect(difference('a.md', 'one\ntwo\n', 'one\ntwo\n')).toBeNull();
  expect(difference('a.md', 'one\ntwo\n', null)).toBe('a.md  is missing; run make generate');
  expect(difference('a.md', 'one\ntwo\n', 'one\n2\n')).toBe(
    'a.md:2  has "2", should have "two"; 1 new lines in all; run make generate',
  );
  expect(difference('a.md', 'one\n', 'one\ntwo\n')).toContain('a.md:2  has "two", should have ""');
});

test('types of schemas', () => {
  const object = {
    type: 'object',
    properties: { a: { type: 'integer', 'x-since': '2.9' }, 'b:c': {} },
    required: ['a'],
  };
  expect(typeOf(object)).toBe("{\n  /** (since 2.9) */\n  readonly a: number;\n  readonly 'b:c'?: unknown;\n}");
  expect(typeOf({ type: 'array', items: { type: ['string', 'null'] } })).toBe('readonly (string | null)[]');
  expect(typeOf({ enum: ['a', null] })).toBe('"a" | null');
  expect(typeOf({ type: 'object', additionalProperties: { type: 'string' } })).toBe('Readonly<Record<string, string>>');
  expect(typeOf({ allOf: [{ $ref: '#/components/schemas/Dump' }, { type: 'null' }] })).toBe('Dump & null');
  expect(() => typeOf({ $ref: '#/paths/x' })).toThrow('is no component');
});
