// Remnant behind the real Keystone of Debian: set up by the very commands of the guide, used by the unmodified `openstack`.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openKeystone } from '../../src/adapters/keystone/keystone-identity.ts';
import { readPasswordFile } from '../../src/lib/password-file.ts';
import { identityContract } from '../../src/ports/identity.contract.ts';
import { freePort } from '../harness/child-daemon.ts';
import { testClock } from '../harness/test-clock.ts';
import { waitFor } from '../harness/wait-for.ts';
import type { Who } from './keystone-lab.ts';
import { KeystoneLab } from './keystone-lab.ts';
import { RemnantDaemon } from './remnant-daemon.ts';

const IMAGE = '70a599e0-31e7-49b7-b260-868f441e862b';
const CACHE_SECONDS = 2;
const guide = readFileSync(join(import.meta.dirname, '../../../docs/guides/keystone.md'), 'utf8');

let lab: KeystoneLab;
let daemon: RemnantDaemon | null = null;
let url = '';
let passwordFile = '';
let [ann, bob]: [Who, Who] = [{}, {}];

beforeAll(async () => {
  lab = await KeystoneLab.open();
  url = `http://127.0.0.1:${await freePort()}`;
  passwordFile = join(lab.folder, 'keystone-password');
  makeImage();
  const commands = block('sh')
    .replace(/^REMNANT_URL=.*$/m, `REMNANT_URL=${url}`)
    .replace(/^PASSWORD_FILE=.*$/m, `PASSWORD_FILE=${passwordFile}`);
  await lab.as(lab.admin, 'bash', '-euc', commands);
  ann = await person('ann', 'web');
  bob = await person('bob', 'shop');
  await lab.openstack(lab.admin, 'role', 'add', '--user', 'ann', '--system', 'all', 'reader');
}, 300_000);
afterAll(async () => {
  try {
    await daemon?.stop();
  } finally {
    await lab?.close();
  }
});

identityContract('the Keystone adapter, on a real Keystone', async () => {
  const clock = testClock();
  const identity = openKeystone({
    clock,
    url: lab.url.replace(/\/v3$/, ''),
    user: { name: 'remnant', domain: 'Default', project: 'service', projectDomain: 'Default' },
    password: () => readPasswordFile(passwordFile),
    ca: null,
    cacheMs: 300_000,
    cacheSize: 100,
    timeoutMs: 10_000,
    parallel: 4,
    serviceRoles: ['service'],
    onHealth: () => {},
  });
  await waitFor('its first sign-in', () => identity.healthy() === null, 30_000);
  const idOf = async (what: string, name: string) =>
    (await lab.openstackJson<{ id: string }>(lab.admin, what, 'show', name)).id;
  return {
    identity,
    ann: { id: await idOf('user', 'ann') },
    web: { id: await idOf('project', 'web') },
    issue: (scope) =>
      lab.token(ann, scope === 'project' ? undefined : scope === 'system' ? { system: { all: true } } : 'unscoped'),
    revoke: async (token) => {
      await lab.revoke(token);
      clock.advance(300_000);
    },
    expired: () => expiredToken(ann),
    close: () => {
      identity.close();
      clock.stop();
      return Promise.resolve();
    },
  };
});

describe('a cloud with a real Keystone', () => {
  beforeAll(() => startDaemon({ cache_time: CACHE_SECONDS }));
  afterAll(stopDaemon);

  it('is found in the catalogue by the unmodified client, and lists services for an admin', async () => {
    const endpoints = await lab.openstackJson<object[]>(lab.admin, 'endpoint', 'list', '--service', 'compute');
    expect(endpoints).toMatchObject([{ URL: `${url}/v2.1` }]);
    type Service = Readonly<Record<'Binary' | 'Host' | 'State', string>>;
    const services = await lab.openstackJson<Service[]>(lab.admin, 'compute', 'service', 'list');
    expect(services.filter((one) => one.Binary === 'nova-compute')).toMatchObject([{ Host: 'host-1', State: 'up' }]);
  });

  it('shows each project its own servers, and services to no member', async () => {
    const networks = { name: 'vm1', imageRef: IMAGE, flavorRef: '1', networks: 'none' };
    const made = await ask(await lab.token(ann), '/v2.1/servers', { body: { server: networks }, version: '2.37' });
    expect(made.status).toBe(202);
    expect(await lab.openstackJson<object[]>(ann, 'server', 'list')).toMatchObject([{ Name: 'vm1' }]);
    expect(await lab.openstackJson<object[]>(bob, 'server', 'list')).toEqual([]);
    await expect(lab.openstack(bob, 'server', 'show', 'vm1')).rejects.toMatchObject({
      stderr: expect.stringContaining("No server with a name or ID of 'vm1' exists."),
    });
    await expect(lab.openstack(ann, 'compute', 'service', 'list')).rejects.toMatchObject({
      stderr: expect.stringMatching(/Policy doesn't allow os_compute_api:os-services:list to be performed|HTTP 403/),
    });
  });

  it('sends who has no good token to Keystone', async () => {
    for (const token of [null, 'junk', `${await lab.token(ann)}x`, 'x'.repeat(9000)]) {
      const { status, headers, body } = await ask(token, '/v2.1/servers');
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe(`Keystone uri="${lab.url}"`);
      const message = 'The request you have made requires authentication.';
      expect(body).toEqual({ error: { code: 401, title: 'Unauthorized', message } });
    }
  });

  it('has no identity of its own', async () => {
    expect((await ask(null, '/identity/v3')).status).toBe(404);
    expect((await ask(null, '/identity/v3/auth/tokens', { body: {} })).status).toBe(404);
  });

  it('refuses a revoked token once the cache time is over', async () => {
    const [token, other] = [await lab.token(ann), await lab.token(ann)];
    expect(await statusOf(token)).toBe(200);
    await lab.revoke(token);
    await waitFor('the token to be refused', async () => (await statusOf(token)) === 401, 30_000);
    expect(await statusOf(other)).toBe(200);
  });

  it('refuses a user that was disabled', async () => {
    const token = await lab.token(bob);
    expect(await statusOf(token)).toBe(200);
    await lab.openstack(lab.admin, 'user', 'set', '--disable', 'bob');
    await waitFor('the token to be refused', async () => (await statusOf(token)) === 401, 30_000);
    await lab.openstack(lab.admin, 'user', 'set', '--enable', 'bob');
  });

  it('lets an expired token through when a service vouches for it', async () => {
    const expired = await expiredToken(ann);
    const password = readPasswordFile(passwordFile);
    const service = await lab.token(lab.who('remnant', password, 'service'));
    expect(await statusOf(expired)).toBe(401);
    const vouched = await ask(expired, '/v2.1/servers', { serviceToken: service });
    expect(vouched.status).toBe(200);
    expect(vouched.body).toMatchObject({ servers: [{ name: 'vm1' }] });
    // Somebody's token is not a service's.
    expect((await ask(expired, '/v2.1/servers', { serviceToken: await lab.token(ann) })).status).toBe(401);
    expect((await ask(await lab.token(ann), '/v2.1/servers', { serviceToken: 'junk' })).status).toBe(401);
  });
});

describe('a Keystone that goes away', () => {
  afterAll(async () => {
    await stopDaemon();
    await lab.up();
  });

  it('keeps Remnant from nothing but strangers, and from those only until it is back', async () => {
    const [known, stranger] = [await lab.token(ann), await lab.token(bob)];
    await lab.down();
    await startDaemon({});
    const away = await ask(known, '/v2.1/servers', { accept: 'application/json' });
    expect(away.status).toBe(503);
    expect(away.headers.get('x-openstack-request-id')).toMatch(/^req-/);
    expect(away.body).toEqual({
      message:
        'The server is currently unavailable. Please try again at a later time.<br /><br />\nThe Keystone service is temporarily unavailable.\n\n',
      code: '503 Service Unavailable',
      title: 'Service Unavailable',
    });
    expect(await statusOf(null)).toBe(401);

    await lab.up();
    expect(await statusOf(known)).toBe(200);
    await lab.down();
    expect(await statusOf(known)).toBe(200);
    expect(await statusOf(stranger)).toBe(503);
    expect(await statusOf('junk')).toBe(503);
    await lab.up();
    expect(await statusOf(stranger)).toBe(200);
    expect(await statusOf('junk')).toBe(401);
  });

  it('is told to the operator, and no secret with it', async () => {
    const log = daemon?.log() ?? '';
    expect(log).toContain('Keystone cannot be asked');
    expect(log).toContain('Keystone answers');
    expect(log).not.toContain(readPasswordFile(passwordFile));
    expect(log).not.toContain('gAAAAA');
  });
});

/** The first block of the guide in `language`. */
function block(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(guide)?.[1];
  if (found === undefined) throw new Error(`the guide has no block of ${language}`);
  return found;
}

/** Makes a user who is a member of a project of their own. */
async function person(user: string, project: string): Promise<Who> {
  await lab.openstack(lab.admin, 'project', 'create', project);
  await lab.openstack(lab.admin, 'user', 'create', '--password', `${user}-password`, user);
  await lab.openstack(lab.admin, 'role', 'add', '--user', user, '--project', project, 'member');
  return lab.who(user, `${user}-password`, project);
}

/** A token of `who` whose time is over, for Keystone too. */
async function expiredToken(who: Who): Promise<string> {
  await lab.up(1);
  const token = await lab.token(who);
  await lab.up();
  await waitFor('the token to expire', () => lab.refuses(token), 30_000);
  return token;
}

async function startDaemon(more: object): Promise<void> {
  const { keystone } = parse(block('yaml')) as { keystone: object };
  const config = {
    state_dir: join(lab.folder, 'remnant'),
    api: { port: Number(new URL(url).port) },
    keystone: { ...keystone, auth_url: lab.url, password_file: passwordFile, ...more },
    images: { folder: join(lab.folder, 'images') },
    flavors: [{ id: '1', name: 'small', vcpus: 1, ram: 128 }],
    hosts: [{ name: 'host-1', driver: 'sim' }],
  };
  daemon = await RemnantDaemon.start(lab.folder, config, `${url}/`);
}

async function stopDaemon(): Promise<void> {
  await daemon?.stop();
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

interface How {
  readonly body?: object;
  readonly version?: string;
  readonly serviceToken?: string;
  readonly accept?: string;
}

async function ask(token: string | null, path: string, how: How = {}): Promise<Answer> {
  const headers = {
    ...(token === null ? {} : { 'x-auth-token': token }),
    ...(how.serviceToken === undefined ? {} : { 'x-service-token': how.serviceToken }),
    ...(how.accept === undefined ? {} : { accept: how.accept }),
    ...(how.version === undefined ? {} : { 'openstack-api-version': `compute ${how.version}` }),
    ...(how.body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const sent = how.body === undefined ? {} : { method: 'POST', body: JSON.stringify(how.body) };
  const reply = await fetch(`${url}${path}`, { headers, ...sent });
  const text = await reply.text();
  const json = reply.headers.get('content-type')?.includes('json') === true;
  return { status: reply.status, headers: reply.headers, body: json ? (JSON.parse(text) as unknown) : text };
}

async function statusOf(token: string | null): Promise<number> {
  return (await ask(token, '/v2.1/servers')).status;
}

function makeImage(): void {
  const folder = join(lab.folder, 'images', 'tiny');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'image.yaml'), `id: ${IMAGE}\nname: tiny\nkernel: vmlinuz\ninitrd: initrd\n`);
  for (const name of ['vmlinuz', 'initrd']) writeFileSync(join(folder, name), name);
}
