import { expect, test } from 'vitest';
import { program } from '../cli/src/main.ts';
import { OPERATIONS } from '../remnantd/src/api/operations.ts';
import { difference, generated } from './generate.ts';
import { typeOf } from './generate-types.ts';
import { commandsOf, methodOf, namedCommands, WITHOUT_COMMAND } from './operation-names.ts';

const files = generated('1.2.3');

test('every page is made, and the same each time', () => {
  expect([...files.keys()].filter((path) => !path.startsWith('docs/reference/operations/'))).toEqual([
    'openapi/remnant.json',
    'docs/reference/operations.md',
    'docs/reference/policies.md',
    'docs/reference/policy.yaml.sample',
    'docs/reference/config.md',
    'docs/reference/agent-config.md',
    'docs/reference/faults.md',
    'docs/reference/states.md',
    'docs/reference/support.md',
    'docs/reference/microversions.md',
    'client/src/generated/types.ts',
    'client/src/generated/operations.ts',
  ]);
  for (const { id } of OPERATIONS) expect(files.has(`docs/reference/operations/${id}.md`), id).toBe(true);
  expect(generated('1.2.3')).toEqual(files);
});

test('the pages hold what they are for', () => {
  const has = (path: string, text: string) => expect(files.get(path), path).toContain(text);
  has('docs/reference/operations.md', '`servers.trigger-crash-dump`');
  has('docs/reference/policies.md', '| `os_compute_api:servers:inject_nmi` | `rule:project_member_or_admin` |');
  has('docs/reference/config.md', '| `api.port` | integer (from 1 to 65535) | `8774` |');
  has('docs/reference/config.md', '| `state_dir` | string | must be given |');
  has('docs/reference/config.md', '| `hosts[].ironic.keystone.project` |');
  has('docs/reference/agent-config.md', '| `state_dir` | string | must be given |');
  has('docs/reference/faults.md', '| 404 | `instance-not-found` | `Instance <id> could not be found.` |');
  has('docs/reference/states.md', 'active --> stopped: stop');
  has('docs/reference/support.md', '| send an NMI | yes | yes | yes |');
  has('docs/reference/support.md', '| create, rebuild | yes | no | yes |');
  has('docs/reference/support.md', '| asking | `exactly-asked` | `at-least-once` | `exactly-asked` |');
  has('docs/reference/support.md', '| `libvirt` | aarch64 | no |');
  has('docs/reference/microversions.md', 'field `host_status` of a server: ');
});

test('an operation lists the errors of the helpers it calls, and not of those beside them', () => {
  const page = (id: string) => files.get(`docs/reference/operations/${id}.md`);
  const wrong = 'Invalid input received: limit must be <wrong>';
  expect(page('servers.list')).toContain(wrong);
  expect(page('audit.list')).not.toContain(wrong);
  const unnamed = 'Expecting to find id or name in <kind>.';
  const blank = 'The password must not be empty.';
  for (const text of [unnamed, blank]) {
    expect(page('tokens.issue')).toContain(text);
    expect(page('tokens.show')).not.toContain(text);
  }
  for (const noun of ['domains', 'projects', 'users', 'role-assignments']) {
    expect(page(`${noun}.list`), noun).not.toContain(unnamed);
  }
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

test('the page of an operation: who may, what it takes and gives, every refusal in its words, and since when', () => {
  const dump = files.get('docs/reference/operations/servers.trigger-crash-dump.md') ?? '';
  for (const text of [
    '| request | `POST /v2.1/servers/{server_id}/action (trigger_crash_dump)` |',
    '| microversions | since 2.17 |',
    '| CLI | `remnant server trigger-crash-dump`, `remnant trigger-crash` |',
    '| `os_compute_api:servers:trigger_crash_dump` | `rule:project_member_or_admin` |',
    '| 404 | `instance-unmapped` | `Instance <id> has no mapping to a cell.` |',
    '| 409 | `instance-locked` | `Instance <id> is locked` |',
    '| 409 | `dump-running` | `A crash dump of instance <id> is still running',
    '| 2.17 | the operation |',
  ]) {
    expect(dump).toContain(text);
  }
  expect(dump).not.toContain('Flavor');
  const show = files.get('docs/reference/operations/servers.show.md') ?? '';
  expect(show).toContain('| `server.host_status` |');
  expect(show).toContain('An example, as a real Nova answered it');
  expect(show).not.toContain('no mapping to a cell');
});

test('no page of an operation lacks the words of its refusals', () => {
  for (const { id, errors } of OPERATIONS) {
    const text = files.get(`docs/reference/operations/${id}.md`) ?? '';
    for (const status of errors) expect(text, `${id} ${status}`).toMatch(new RegExp(`^\\| ${status} \\|`, 'm'));
  }
});

test('the commands that pages name are there', () => {
  const all = (command: ReturnType<typeof program>, prefix: string): string[] =>
    command.commands.flatMap((one) => [`${prefix}${one.name()}`, ...all(one, `${prefix}${one.name()} `)]);
  const there = new Set(all(program(), ''));
  expect(namedCommands().filter((command) => !there.has(command))).toEqual([]);
});

test("each operation of Remnant's own API has a command, or a reason for having none", () => {
  const without = OPERATIONS.filter(({ id, root }) => root === 'remnant' && commandsOf(id).length === 0);
  expect(without.map(({ id }) => id).toSorted()).toEqual(Object.keys(WITHOUT_COMMAND).toSorted());
});

test('the methods that pages name are there', () => {
  const client = files.get('client/src/generated/operations.ts') ?? '';
  for (const { id } of OPERATIONS) {
    const verb = methodOf(id).split('.').at(-1);
    expect(client, id).toContain(`id: '${id}'`);
    expect(client, id).toMatch(new RegExp(`\\b${verb}: \\(`));
  }
});
