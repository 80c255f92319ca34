import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cli } from './cli.ts';
import { startCli } from './cli.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const USAGE = 2;

let cli: Cli;
/** Ids by name of the servers all tests use; each reacts to an NMI in the way it is named for. */
const ids = new Map<string, string>();
const remnant: Cli['run'] = (...args) => cli.run(...args);
const json = <T>(words: readonly string[]): Promise<T> => cli.json<T>(words);

interface Crash {
  readonly server: string;
  readonly request_id: string;
  readonly dump: { readonly id: string; readonly verdict: string | null } | null;
}

beforeAll(async () => {
  cli = await startCli();
  const made = ['panics', 'hangs', 'hangs2', 'refuses', 'slow'].map(async (name) => {
    const words = ['server', 'create', name, '--image', 'tiny', '--flavor', 'small', '--wait'];
    const server = await json<{ id: string }>([...words, '--property', `sim_behaviour=${name.replace('2', '')}`]);
    ids.set(name, server.id);
  });
  await Promise.all(made);
}, 60_000);
afterAll(() => cli.stop());

test('server list draws the spec’s table, over several pages, with the host status an admin may see', async () => {
  const { code, out } = await remnant(['server', 'list']);
  expect(code).toBe(0);
  const [rule = '', head, , ...rows] = out.trimEnd().split('\n');
  expect(rule).toMatch(/^\+(-+\+){7}$/);
  expect(head?.split('|').map((cell) => cell.trim())).toEqual([
    '',
    'ID',
    'Name',
    'Status',
    'Task State',
    'Power State',
    'Networks',
    'Host Status',
    '',
  ]);
  expect(rows.pop()).toBe(rule);
  expect(rows).toHaveLength(ids.size);
  const panics = rows
    .find((row) => row.includes('| panics '))
    ?.split('|')
    .map((cell) => cell.trim());
  expect(panics?.slice(1, -1)).toEqual([
    ids.get('panics'),
    'panics',
    'ACTIVE',
    '-',
    'RUNNING',
    expect.stringMatching(/^private=10(\.\d+){3}$/),
    'UP',
  ]);
});

test('who may not see the host status sees no column for it', async () => {
  const { code, out } = await remnant(['server', 'list'], { OS_CLOUD: 'demo' });
  expect(code).toBe(0);
  expect(out).not.toContain('Host Status');
});

test('server list --long --all-projects --name', async () => {
  const { out } = await remnant(['server', 'list', '--long', '--all-projects', '--name', '^hangs$']);
  expect(out).toMatch(/\| Flavor \| Zone +\| Host +\|/);
  expect(out).toContain('Project ID');
  expect(out).toContain('| small ');
  expect(out).not.toContain('panics');
});

test('a name that two servers have is refused with their ids; delete takes both by id', async () => {
  const create = ['server', 'create', 'twin', '--image', 'tiny', '--flavor', 'small', '--wait'];
  const [a, b] = await Promise.all([json<{ id: string }>(create), json<{ id: string }>(create)]);
  const show = await remnant(['server', 'show', 'twin']);
  expect(show).toMatchObject({ code: 1, out: '' });
  expect(show.err).toMatch(/^remnant: 2 servers are called "twin"; use an id: \S+, \S+\n$/);
  const gone = await remnant(['server', 'delete', a.id, b.id, '--wait']);
  expect(gone.code).toBe(0);
  expect(gone.out.replaceAll(/req-\S+/g, 'R')).toBe(`${a.id}: deleted: request R\n${b.id}: deleted: request R\n`);
  expect((await remnant(['server', 'show', 'twin'])).err).toBe('remnant: there is no server "twin" in this project\n');
});

// From here on no test changes what another one looks at.
test.concurrent('server show by name and by id', async () => {
  const id = ids.get('hangs') ?? '';
  expect(id).toMatch(UUID);
  const shown = await Promise.all([json(['server', 'show', 'hangs']), json(['server', 'show', id])]);
  expect(shown[0]).toMatchObject({ id, name: 'hangs', status: 'ACTIVE' });
  expect(shown[1]).toMatchObject({ id });
  const { out } = await remnant(['server', 'show', 'hangs']);
  expect(out).toMatch(/\| Field +\| Value +\|/);
  expect(out).toMatch(/\| host_status +\| UP +\|/);
});

test.concurrent('trigger-crash --wait follows the dump to its verdict', async () => {
  const { code, out, err } = await remnant(['trigger-crash', 'panics', '--wait']);
  expect(code).toBe(0);
  expect(err).toMatch(/^accepted: request req-\S+\n/);
  expect(err).toMatch(/ {2}[\d:.]+ {2}panicked {2}Crashed Panicked\n/);
  expect(err).not.toContain('\u001b');
  expect(out).toMatch(/\| Verdict +\| panicked_without_dump +\|/);
  expect(out).toMatch(/\| Reason +\| the guest's kernel panicked/);
  expect(out).toMatch(/\| Seen at +\| After +\| What +\| Detail +\|/);
  const dumps = await json<{ id: string; verdict: string }[]>(['dump', 'list', 'panics']);
  expect(dumps).toMatchObject([{ verdict: 'panicked_without_dump' }]);
  const shown = await remnant(['dump', 'show', 'panics']);
  // What was seen may have become more: the panic's text comes after the end.
  const fields = out.slice(0, out.indexOf('+--------------+'));
  expect(shown.out.slice(0, fields.length)).toBe(fields);
  expect(await json(['dump', 'show', 'panics', dumps[0]?.id ?? ''])).toMatchObject(dumps[0] ?? {});
});

test.concurrent('a guest that shows nothing: verdict unknown, exit code 4, and the result is still JSON', async () => {
  const { code, out } = await remnant(['server', 'trigger-crash-dump', 'hangs', '--wait', '--json']);
  expect(code).toBe(4);
  const [crash, ...more] = JSON.parse(out) as Crash[];
  expect(more).toEqual([]);
  expect(crash).toMatchObject({ server: ids.get('hangs'), request_id: expect.stringMatching(/^req-/) as unknown });
  expect(crash?.dump).toMatchObject({ verdict: 'unknown', phase: 'ended', evidence: expect.any(Array) as unknown });
});

test.concurrent('several servers: all are told of, and the lowest code counts', async () => {
  const create = (name: string, behaviour: string) =>
    json<{ id: string }>([
      'server',
      'create',
      name,
      '--image=tiny',
      '--flavor=small',
      '--wait',
      `--property=sim_behaviour=${behaviour}`,
    ]);
  const [one, two, three] = await Promise.all([
    create('several-1', 'hangs'),
    create('several-2', 'panics'),
    create('several-3', 'refuses'),
  ]);
  const words = ['trigger-crash', 'several-1', two.id, one.id];
  const wrong = await remnant([...words, 'no-such']);
  expect(wrong).toEqual({ code: 1, out: '', err: 'remnant: there is no server "no-such" in this project\n' });
  const first = await remnant(words);
  expect(first.code).toBe(0);
  // The server that is named twice got one NMI.
  expect(first.out).toMatch(/^several-1: accepted: request req-\S+\n\S+: accepted: request req-\S+\n$/);
  expect(await json<unknown[]>(['dump', 'list', one.id])).toHaveLength(1);
  const both = await remnant(['inject-nmi', three.id, ids.get('hangs2') ?? '', '--json']);
  expect(both.code).toBe(1);
  const [refused, accepted] = JSON.parse(both.out) as { server: string; request_id?: string; error?: object }[];
  expect(refused).toEqual({
    server: three.id,
    error: {
      message: expect.stringContaining('does not provide NMIs') as unknown,
      status: 400,
      request_id: expect.any(String) as unknown,
    },
  });
  expect(accepted).toMatchObject({ server: ids.get('hangs2'), dump: null });
  expect(both.err).toMatch(new RegExp(`^remnant: ${three.id}: .*NMIs.* \\(HTTP 400, request req-\\S+\\)\n$`));
});

test.concurrent('states: stop and start with --wait, lock and unlock; refusals say why', async () => {
  const create = ['server', 'create', 'states', '--image', 'tiny', '--flavor', 'small', '--wait'];
  const { id } = await json<{ id: string }>(create);
  const show = () => json<{ status: string; locked: boolean; locked_reason: string | null }>(['server', 'show', id]);
  const stopped = await remnant(['server', 'stop', 'states', '--wait']);
  expect(stopped.code).toBe(0);
  expect(stopped.out).toMatch(/^SHUTOFF: request req-\S+\n$/);
  expect((await show()).status).toBe('SHUTOFF');
  const again = await remnant(['server', 'pause', id]);
  expect(again).toMatchObject({ code: 1, out: '' });
  expect(again.err).toMatch(
    /^remnant: Cannot 'pause' instance \S+ while it is in vm_state stopped \(HTTP 409, request/,
  );
  expect(await json(['server', 'start', id, '--wait'])).toEqual([
    { server: id, request_id: expect.any(String) as unknown },
  ]);
  for (const [verb, status] of [
    ['pause', 'PAUSED'],
    ['unpause', 'ACTIVE'],
  ] as const) {
    expect((await remnant(['server', verb, id, '--wait'])).code).toBe(0);
    expect((await show()).status).toBe(status);
  }
  expect((await remnant(['server', 'lock', id, '--reason', 'evidence'])).out).toMatch(/^locked: request req-/);
  expect(await show()).toMatchObject({ locked: true, locked_reason: 'evidence' });
  expect((await remnant(['server', 'unlock', id])).out).toMatch(/^unlocked: request req-/);
  expect((await show()).locked).toBe(false);
});

test.concurrent('server set and unset', async () => {
  const create = ['server', 'create', 'before', '--image', 'tiny', '--flavor', 'small', '--wait'];
  const { id } = await json<{ id: string }>(create);
  const changes = [
    '--name',
    'after',
    '--description',
    'd',
    '--property',
    'a=1',
    '--property',
    'b=2=3',
    '--tag',
    't',
    '--tag',
    'u',
  ];
  const changed = await json<{ tags: string[] }>(['server', 'set', 'before', ...changes]);
  expect(changed).toMatchObject({ id, name: 'after', description: 'd', metadata: { a: '1', b: '2=3' } });
  expect(changed.tags.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['t', 'u']);
  const left = await json(['server', 'unset', 'after', '--property', 'a', '--tag', 't']);
  expect(left).toMatchObject({ metadata: { b: '2=3' }, tags: ['u'] });
  const none = await remnant(['server', 'unset', 'after', '--property', 'a']);
  expect(none.err).toMatch(/^remnant: Metadata item was not found\.? \(HTTP 404, request/);
});

test.concurrent('server set that comes half the way tells what it did', async () => {
  const asOwner = (...words: string[]) => remnant(words, { OS_CLOUD: 'demo' });
  const made = await asOwner('server', 'create', 'half', '--image', 'tiny', '--flavor', 'small', '--wait', '--json');
  const { id } = JSON.parse(made.out) as { id: string };
  expect((await asOwner('server', 'lock', id)).code).toBe(0);
  const refused = `remnant: Instance ${id} is locked (HTTP 409, request ID)`;
  const set = async (...changes: string[]) => {
    const { code, out, err } = await asOwner('server', 'set', id, ...changes);
    return [code, out, err.replace(/req-[0-9a-f-]{36}/, 'ID')];
  };
  expect(await set('--property', 'a=b', '--tag', 't', '--name', 'full', '--description', 'd')).toEqual([
    1,
    '',
    `${refused}; done before that: name, description\n`,
  ]);
  expect(await set('--property', 'a=b')).toEqual([1, '', `${refused}\n`]);
  const after = JSON.parse((await asOwner('server', 'show', id, '--json')).out) as object;
  expect(after).toMatchObject({ name: 'full', description: 'd', metadata: {}, tags: [] });
});

test.concurrent('server list: limit, marker, sort and filters, over pages of two', async () => {
  const names = async (...words: string[]) =>
    (await json<{ name: string }[]>(['server', 'list', '--name', '^(panics|hangs|refuses|slow)$', ...words])).map(
      (one) => one.name,
    );
  expect(await names('--sort', 'display_name:asc')).toEqual(['hangs', 'panics', 'refuses', 'slow']);
  expect(await names('--sort', 'display_name:desc', '--limit', '3')).toEqual(['slow', 'refuses', 'panics']);
  expect(await names('--sort', 'display_name', '--marker', ids.get('panics') ?? '')).toEqual(['refuses', 'slow']);
  expect(await names('--status', 'SHUTOFF')).toEqual([]);
  expect(await names('--host-status', 'up', '--sort', 'display_name', '--limit', '3')).toEqual([
    'hangs',
    'panics',
    'refuses',
  ]);
  expect(await names('--host-status', 'DOWN', '--host-status', 'UNKNOWN')).toEqual([]);
});

test.concurrent('what is there is told when a name is wrong', async () => {
  const create = (image: string, flavor: string) =>
    remnant(['server', 'create', 'x', '--image', image, '--flavor', flavor]);
  expect((await create('nope', 'small')).err).toBe('remnant: there is no image "nope"; there are tiny\n');
  expect((await create('tiny', 'nope')).err).toBe('remnant: there is no flavor "nope"; there are small\n');
});

test.concurrent('a refused NMI: not_sent and exit code 4, or the reason in hand and exit code 1', async () => {
  const followed = await remnant(['trigger-crash', 'refuses', '--wait']);
  expect(followed.code).toBe(4);
  expect(followed.out).toMatch(/\| Verdict +\| not_sent +\|/);
  const injected = await remnant(['inject-nmi', 'refuses']);
  expect(injected).toMatchObject({ code: 1, out: '' });
  expect(injected.err).toMatch(/^remnant: .*machine does not provide NMIs.* \(HTTP 400, request req-\S+\)\n$/);
});

test.concurrent('--wait-timeout: exit code 3, with what was last seen', async () => {
  const { code, err } = await remnant(['trigger-crash', 'slow', '--wait', '--wait-timeout', '0.01']);
  expect(code).toBe(3);
  expect(err).toMatch(
    /remnant: dump \S+: not within 0\.01 s; last seen: requested, not sent yet; the dump goes on: remnant dump show \S+ \S+\n$/,
  );
});

test.concurrent('a dump that still runs is not asked for twice', async () => {
  const words = ['--image', 'tiny', '--flavor', 'small', '--property', 'sim_behaviour=kdump-stands', '--wait'];
  await remnant(['server', 'create', 'busy', ...words]);
  expect((await remnant(['trigger-crash', 'busy'])).code).toBe(0);
  const { code, err } = await remnant(['trigger-crash', 'busy']);
  expect(code).toBe(1);
  expect(err).toMatch(/^remnant: A crash dump of instance \S+ is still running .* \(HTTP 409, request req-\S+\)\n$/);
});

test.concurrent('server event list and show', async () => {
  const events = await json<{ action: string; request_id: string }[]>(['server', 'event', 'list', 'hangs']);
  const create = events.at(-1);
  expect(create?.action).toBe('create');
  const { out } = await remnant(['server', 'event', 'show', 'hangs', create?.request_id ?? '']);
  expect(out).toMatch(/\| Event +\| Result +\|/);
  expect(out).toMatch(/\| compute__?do_build_and_run_instance +\| Success +\|/);
});

test.concurrent('console prints what the server printed', async () => {
  const { code, out } = await remnant(['console', 'hangs', '--lines', '2']);
  expect(code).toBe(0);
  expect(out.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
  expect((await json<{ output: string }>(['console', 'hangs'])).output).not.toBe('');
  expect((await remnant(['console', 'log', 'show', 'hangs', '--lines', '2'])).out).toBe(out);
});

test.concurrent('a refusal is one line with the status and the request', async () => {
  const { code, out, err } = await remnant(['service', 'list'], { OS_CLOUD: 'demo' });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^remnant: Policy doesn't allow \S+ to be performed\. \(HTTP 403, request req-\S+\)\n$/);
});

test.concurrent.each([
  [['server', 'creat'], "unknown command 'creat'"],
  [['server', 'show'], "missing required argument 'server'"],
  [['server', 'create', 'x', '--image', 'tiny'], "required option '--flavor <flavor>' not specified"],
  [['console', 'hangs', '--lines', '0'], 'a number from 1 on is wanted'],
  [['server', 'list', '--os-cloud', 'nope'], 'there is no cloud "nope"'],
  [['server', 'set', 'hangs'], 'nothing to change'],
  [['server', 'list', '--limit', 'x'], 'a number from 1 on is wanted'],
  [['server', 'create', 'x', '--image', 'a', '--flavor', 'b', '--property', 'x'], 'KEY=VALUE is wanted'],
  [['--timeout', '-1', 'server', 'list'], 'a number of seconds is wanted'],
])('wrong usage is exit code 2: %j', async (words, text) => {
  const { code, out, err } = await remnant(words);
  expect({ code, out }).toEqual({ code: USAGE, out: '' });
  expect(err).toMatch(/^remnant: /);
  expect(err).toContain(text);
});

test.concurrent('help tells the exit codes', async () => {
  const { code, out } = await remnant(['server', 'trigger-crash-dump', '--help']);
  expect(code).toBe(0);
  expect(out).toContain('--wait');
  expect(out).toContain('4    the dump ended in another verdict');
});
