import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '@remnant/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { ChildDaemon } from '../../client/test/child-daemon.ts';
import { startDaemon } from '../../client/test/child-daemon.ts';

const COMMAND = join(import.meta.dirname, '../bin/remnant.mjs');
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const USAGE = 2;

let daemon: ChildDaemon;
/** Ids by name of the servers all tests use; each reacts to an NMI in the way it is named for. */
const ids = new Map<string, string>();

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Admin's token: signing in with a password is slow on purpose, and most tests are not about it. */
let token: string;

async function issueToken(): Promise<string> {
  const { auth } = cloud('admin');
  const user = { name: auth.username, domain: { name: 'Default' }, password: auth.password };
  const identity = { methods: ['password'], password: { user } };
  const answer = await fetch(`${auth.auth_url}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth: { identity } }),
  });
  return answer.headers.get('x-subject-token') ?? '';
}

function cloud(name: string): Cloud {
  const { clouds } = parse(readFileSync(daemon.cloudsFile, 'utf8')) as { clouds: Record<string, Cloud> };
  const found = clouds[name];
  if (found === undefined) throw new Error(`no cloud ${name}`);
  return found;
}

/** Runs `remnant` with these words, as admin, in an empty folder. */
function remnant(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran> {
  const byToken = { OS_AUTH_URL: `${daemon.url}/identity`, OS_TOKEN: token, OS_PROJECT_NAME: 'admin' };
  const child = spawn(process.execPath, [COMMAND, ...words], {
    cwd: daemon.folder,
    env: { HOME: daemon.folder, OS_CLIENT_CONFIG_FILE: daemon.cloudsFile, ...(env ?? byToken) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

async function json<T>(words: readonly string[]): Promise<T> {
  const { code, out, err } = await remnant([...words, '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as T;
}

beforeAll(async () => {
  daemon = await startDaemon();
  token = await issueToken();
  const made = ['panics', 'hangs', 'refuses', 'slow'].map(async (name) => {
    const words = ['server', 'create', name, '--image', 'tiny', '--flavor', 'small', '--wait'];
    const server = await json<{ id: string }>([...words, '--property', `sim_behaviour=${name}`]);
    ids.set(name, server.id);
  });
  await Promise.all(made);
}, 60_000);
afterAll(() => daemon.stop());

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
  expect(panics?.slice(1, -1)).toEqual([ids.get('panics'), 'panics', 'ACTIVE', '-', 'RUNNING', '-', 'UP']);
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
  expect(gone).toEqual({ code: 0, out: `deleted: ${a.id}\ndeleted: ${b.id}\n`, err: '' });
  expect((await remnant(['server', 'show', 'twin'])).err).toBe('remnant: there is no server "twin"\n');
});

test('service force-down shows on the servers at once, and --unset takes it back', async () => {
  const { 'OS-EXT-SRV-ATTR:host': host = '' } = await json<Record<string, string>>(['server', 'show', 'hangs']);
  const status = async () => (await json<{ host_status: string }>(['server', 'show', 'hangs'])).host_status;
  expect((await remnant(['service', 'force-down', host])).out).toMatch(/\| down +\|.*\| true +\|/);
  expect(await status()).toBe('DOWN');
  expect((await remnant(['service', 'force-down', host, '--unset'])).code).toBe(0);
  expect(await status()).toBe('UP');
  const services = await json<{ host: string }[]>(['service', 'list']);
  expect(new Set(services.map((service) => service.host))).toEqual(new Set(['sim-1', 'sim-2']));
  expect((await remnant(['service', 'force-down', 'no-such'])).err).toBe(
    'remnant: there is no compute service on host "no-such"\n',
  );
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
  expect(shown.out).toBe(out);
  expect(await json(['dump', 'show', 'panics', dumps[0]?.id ?? ''])).toMatchObject(dumps[0] ?? {});
});

test.concurrent('a guest that shows nothing: verdict unknown, exit code 4, and the result is still JSON', async () => {
  const { code, out } = await remnant(['server', 'trigger-crash-dump', 'hangs', '--wait', '--json']);
  expect(code).toBe(4);
  expect(JSON.parse(out)).toMatchObject({ verdict: 'unknown', phase: 'ended', evidence: expect.any(Array) as unknown });
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
  expect(err).toMatch(/remnant: dump \S+: not within 0\.01 s; last seen: requested, not sent yet\n$/);
  const again = await remnant(['trigger-crash', 'slow']);
  expect(again.code).toBe(1);
  expect(again.err).toMatch(
    /^remnant: A crash dump of instance \S+ is still running .* \(HTTP 409, request req-\S+\)\n$/,
  );
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
  expect(out).toContain('4  the dump ended in another verdict');
});

test.concurrent('signs in with OS_* variables, and with the only cloud of ~/.config/openstack', async () => {
  const { username = '', password = '' } = cloud('demo').auth;
  const account = { username, password, project_name: 'demo' };
  const none = { OS_CLIENT_CONFIG_FILE: '' };
  const variables = Object.entries(account).map(([key, value]) => [`OS_${key.toUpperCase()}`, value] as const);
  const byVariables = await remnant(['server', 'list', '--json'], {
    ...none,
    ...Object.fromEntries(variables),
    OS_AUTH_URL: `${daemon.url}/identity`,
  });
  expect(byVariables).toEqual({ code: 0, out: '[]\n', err: '' });
  const folder = join(daemon.folder, '.config', 'openstack');
  mkdirSync(folder, { recursive: true });
  const only = { auth: { ...account, auth_url: `${daemon.url}/identity/v3` } };
  writeFileSync(join(folder, 'clouds.yaml'), JSON.stringify({ clouds: { only } }));
  expect((await remnant(['server', 'list', '--json'], none)).out).toBe('[]\n');
});
