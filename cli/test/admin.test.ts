import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../remnantd/test/harness/wait-for.ts';
import type { Cli } from './cli.ts';
import { COMMAND, startCli } from './cli.ts';

let cli: Cli;

interface Service {
  readonly id: string;
  readonly host: string;
  readonly status: string;
  readonly state: string;
  readonly disabled_reason: string | null;
  readonly forced_down: boolean;
}

beforeAll(async () => {
  cli = await startCli();
  await cli.json(['server', 'create', 'one', '--image', 'tiny', '--flavor', 'small', '--wait']);
}, 60_000);
afterAll(() => cli.stop());

const hostStatus = async () => (await cli.json<{ host_status: string }>(['server', 'show', 'one'])).host_status;
const hostOf = async () =>
  (await cli.json<Record<string, string>>(['server', 'show', 'one']))['OS-EXT-SRV-ATTR:host'] ?? '';

test('service force-down shows on the servers at once; --unset and --up take it back', async () => {
  const host = await hostOf();
  for (const back of ['--unset', '--up']) {
    expect((await cli.run(['service', 'force-down', host])).out).toMatch(/\| down +\|.*\| true +\|/);
    expect(await hostStatus()).toBe('DOWN');
    const down = await cli.run(['server', 'list', '--host-status', 'DOWN']);
    expect(down.out).toMatch(/\| one .*\| DOWN +\|/);
    expect((await cli.run(['service', 'force-down', host, back])).code).toBe(0);
    expect(await hostStatus()).toBe('UP');
  }
});

test('service disable and enable, of several hosts, with a reason', async () => {
  const { code, out } = await cli.run(['service', 'disable', 'sim-1', 'sim-2', '--reason', 'new disks']);
  expect(code).toBe(0);
  // One table, a row a host.
  expect(out.split('\n').filter((line) => line.includes('| new disks '))).toHaveLength(2);
  expect(out.split('\n').filter((line) => line.includes('| Disabled Reason '))).toHaveLength(1);
  expect(await hostStatus()).toBe('MAINTENANCE');
  const services = await cli.json<Service[]>(['service', 'enable', 'sim-2', 'sim-1']);
  expect(services.map((one) => [one.host, one.status, one.disabled_reason])).toEqual([
    ['sim-2', 'enabled', null],
    ['sim-1', 'enabled', null],
  ]);
});

test('service list, of all hosts and of one; an unknown host is told before anything is done', async () => {
  const all = await cli.json<Service[]>(['service', 'list']);
  expect(new Set(all.map((service) => service.host))).toEqual(new Set(['sim-1', 'sim-2']));
  expect(await cli.json(['service', 'list', '--host', 'sim-1'])).toMatchObject([{ host: 'sim-1', state: 'up' }]);
  const wrong = await cli.run(['service', 'disable', 'sim-1', 'no-such']);
  expect(wrong).toEqual({ code: 1, out: '', err: 'remnant: there is no compute service on host "no-such"\n' });
  expect((await cli.json<Service[]>(['service', 'list'])).map((one) => one.status)).toEqual(['enabled', 'enabled']);
});

test('service delete: refused while it has servers, with the same shape in the JSON', async () => {
  const host = await hostOf();
  const { code, out, err } = await cli.run(['service', 'delete', host, '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual([
    {
      id: expect.any(String) as unknown,
      host,
      error: {
        message: expect.stringContaining('hosting instances') as unknown,
        status: 409,
        request_id: expect.any(String) as unknown,
      },
    },
  ]);
  expect(err).toMatch(/^remnant: Unable to delete compute service .* \(HTTP 409, request req-\S+\)\n$/);
});

test('host list: status, state, cause, since; those of a status only', async () => {
  const { out } = await cli.run(['host', 'list']);
  expect(out).toMatch(/\| Host +\| Status \| State \| Cause \| Since +\| Servers \| Driver \| Connection \|/);
  expect(out).toMatch(/\| sim-1 \| UP +\| up +\| heard \| \d{4}-\S+ \| [01] +\| sim +\| up +\|/);
  const names = async (...words: string[]) =>
    (await cli.json<{ name: string }[]>(['host', 'list', ...words])).map(({ name }) => name);
  expect(await names()).toEqual(['sim-1', 'sim-2']);
  expect(await names('--status', 'up')).toEqual(['sim-1', 'sim-2']);
  await cli.run(['service', 'disable', 'sim-2']);
  expect(await names('--status', 'UP')).toEqual(['sim-1']);
  expect(await names('--status', 'MAINTENANCE', '--status', 'DOWN')).toEqual(['sim-2']);
  await cli.run(['service', 'enable', 'sim-2']);
  expect(await names('--status', 'DOWN')).toEqual([]);
  const wrong = await cli.run(['host', 'list', '--status', 'broken']);
  expect(wrong).toMatchObject({ code: 1, out: '' });
  expect(wrong.err).toMatch(/^remnant: .*\(HTTP 400, request req-/);
});

test('host show: why it is so, and since when; of no host it is an error', async () => {
  await cli.run(['service', 'force-down', 'sim-2']);
  const { out } = await cli.run(['host', 'show', 'sim-2']);
  for (const line of [
    /\| Status +\| DOWN +\|/,
    /\| State +\| down +\|/,
    /\| Cause +\| forced-down +\|/,
    /\| Detail +\| forced down by \S+ at /,
    /\| Last Transition +\| \d+: UP > DOWN at \d{4}-/,
  ]) {
    expect(out).toMatch(line);
  }
  await cli.run(['service', 'force-down', 'sim-2', '--up']);
  expect(await cli.json(['host', 'show', 'sim-2'])).toMatchObject({ name: 'sim-2', state: 'up', cause: 'heard' });
  for (const words of [['show'], ['transitions'], ['transitions', '--follow']]) {
    const none = await cli.run(['host', ...words, 'no-such']);
    expect(none).toMatchObject({ code: 1, out: '' });
    expect(none.err).toMatch(/^remnant: Host no-such could not be found\. \(HTTP 404, request req-\S+\)\n$/);
  }
});

interface Transition {
  readonly seq: number;
  readonly n: number;
  readonly to: string;
  readonly cause: string;
}

test('host transitions: newest first, or oldest; so many, or all behind a number', async () => {
  const transitions = (...words: string[]) => cli.json<Transition[]>(['host', 'transitions', 'sim-1', ...words]);
  for (const words of [['sim-1'], ['sim-1', '--up']]) await cli.run(['service', 'force-down', ...words]);
  const [newest, before] = await waitFor('them to be stored', async () => {
    const all = await transitions();
    return all[0]?.to === 'UP' && all[1]?.to === 'DOWN' && all;
  });
  expect([newest?.cause, before?.cause]).toEqual(['heard', 'forced-down']);
  expect(await transitions('--limit', '1')).toEqual([newest]);
  expect(await transitions('--since', `${before?.seq}`)).toEqual([newest]);
  expect((await transitions('--order', 'asc', '--limit', '1')).map(({ n }) => n)).toEqual([1]);
  const { out } = await cli.run(['host', 'transitions', 'sim-1', '--limit', '2']);
  expect(out).toMatch(/\| Seq +\| At +\| From +\| To +\| Cause +\| Stands On +\|/);
  expect(out).toMatch(/\| DOWN +\| UP +\| heard +\| ms since it was heard: \d+/);
  for (const wrong of [
    ['--limit', '0'],
    ['--since', '-1'],
    ['--order', 'up'],
    ['--follow', '--order', 'asc'],
  ]) {
    expect(await cli.run(['host', 'transitions', 'sim-1', ...wrong])).toMatchObject({ code: 2, out: '' });
  }
});

test('host transitions --follow: a line each as it comes, until Ctrl-C', { timeout: 60_000 }, async () => {
  const words = ['host', 'transitions', 'sim-1', '--follow', '--limit', '1', '--json'];
  const child = spawn(process.execPath, [COMMAND, ...words], { env: cli.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = once(child, 'close');
  const lines = () => out.split('\n').slice(0, -1);
  await waitFor('the last one', () => lines().length === 1);
  await cli.run(['service', 'disable', 'sim-1']);
  await waitFor('the next one', () => lines().length === 2);
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  const [first, second] = lines().map((line) => JSON.parse(line) as Transition);
  expect([first?.to, second?.to]).toEqual(['UP', 'MAINTENANCE']);
  expect(second?.seq).toBeGreaterThan(first?.seq ?? Number.POSITIVE_INFINITY);
  expect(err).toBe(
    `following sim-1\nremnant: stopped waiting; go on with remnant host transitions sim-1 --follow --since ${second?.seq}\n`,
  );
  await cli.run(['service', 'enable', 'sim-1']);
});

test('audit list: newest first, of one target, at most so many', async () => {
  const { id } = await cli.json<{ id: string }>(['server', 'show', 'one']);
  await cli.run(['server', 'lock', 'one']);
  await cli.run(['server', 'unlock', 'one']);
  const entries = await cli.json<{ operation: string; target: string; seq: number }[]>([
    'audit',
    'list',
    '--limit',
    '3',
  ]);
  expect(entries.map((entry) => entry.operation).slice(0, 2)).toEqual(['servers.unlock', 'servers.lock']);
  expect(entries).toHaveLength(3);
  expect(entries[0]?.target).toContain(id);
  const own = await cli.run(['audit', 'list', '--target', entries[0]?.target ?? '', '--limit', '1']);
  expect(own.out).toMatch(/\| At +\| Operation +\| Target +\| Result \|/);
  expect(own.out.split('\n').filter((line) => line.includes('| servers.'))).toHaveLength(1);
  const refused = await cli.run(['audit', 'list'], { OS_CLOUD: 'demo' });
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toMatch(/^remnant: .*remnant:audit:list.* \(HTTP 403, request req-/);
});
