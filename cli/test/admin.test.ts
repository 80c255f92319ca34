import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cli } from './cli.ts';
import { startCli } from './cli.ts';

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

test('host list', async () => {
  const { out } = await cli.run(['host', 'list']);
  expect(out).toMatch(/\| Host +\| Host Status \| Servers \| Driver \| Connection \|/);
  expect(out).toMatch(/\| sim-1 \| UP +\| [01] +\| sim +\| up +\|/);
  const hosts = await cli.json<{ name: string; status: string }[]>(['host', 'list']);
  expect(hosts.map((host) => [host.name, host.status])).toEqual([
    ['sim-1', 'UP'],
    ['sim-2', 'UP'],
  ]);
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
