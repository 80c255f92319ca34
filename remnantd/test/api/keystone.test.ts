// Remnant behind a Keystone, as clients see it: what keystonemiddleware answers for a bad token and for a Keystone that is
// away, and what of the built-in identity is not there.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KeystoneIdentity } from '../../src/adapters/keystone/keystone-identity.ts';
import { checkConfig } from '../../src/config/load-config.ts';
import { ensureFlavor } from '../../src/db/flavors.ts';
import { keystoneOf } from '../../src/main/keystone-part.ts';
import type { Flavor } from '../../src/model/flavor.ts';
import { FakeKeystone } from '../harness/fake-keystone.ts';
import type { OpenOptions, TestRemnant } from '../harness/open-remnant.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { tempDir } from '../harness/temp-dir.ts';

const URI = 'https://keystone.example.com/identity';

let keystone: FakeKeystone;
let identity: KeystoneIdentity;
let remnant: TestRemnant;
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'remnant-test-'));
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, 'secret\n', { mode: 0o600 });
  let now = () => Date.now();
  keystone = await FakeKeystone.start(() => now());
  const section = {
    auth_url: `${keystone.url}/v3`,
    www_authenticate_uri: URI,
    user: 'remnant',
    password_file: passwordFile,
  };
  const config = checkConfig({ state_dir: folder, keystone: section }, 'test').keystone;
  if (config === null) throw new Error('no keystone');
  const options: OpenOptions = {
    config: { keystone: section, identity: { accounts: [{ user: 'admin', project: 'admin', role: 'admin' }] } },
    identity: async (clock) => {
      now = () => clock.wall();
      identity = keystoneOf(config, clock, () => {});
      return identity;
    },
  };
  remnant = await openRemnant(options);
});
afterAll(async () => {
  await remnant?.close();
  identity?.close();
  await keystone?.stop();
  rmSync(folder, { recursive: true, force: true });
  expect(remnant?.errors ?? []).toEqual([]);
});

const SERVERS = '/v2.1/servers';
const SECRET: Flavor = {
  id: 'secret',
  name: 'secret',
  vcpus: 1,
  ram: 512,
  disk: 1,
  ephemeral: 0,
  swap: 0,
  rxtxFactor: 1,
  isPublic: false,
  disabled: false,
  description: null,
  extraSpecs: {},
};
const member = () => keystone.issue({ user: 'ann', project: 'web', roles: ['member', 'reader'] });
const admin = () => keystone.issue({ user: 'root', project: 'admin', roles: ['admin', 'member', 'reader'] });

it('takes who Keystone says it is, with the roles it says', async () => {
  expect((await remnant.ask({ path: SERVERS, token: member() })).status).toBe(200);
  expect((await remnant.ask({ path: '/v2.1/os-services', token: member() })).status).toBe(403);
  expect((await remnant.ask({ path: '/v2.1/os-services', token: admin() })).status).toBe(200);
  expect((await remnant.ask({ path: SERVERS, headers: { 'x-storage-token': member() } })).status).toBe(200);
});

it.each([
  ['a domain', { domain: 'Default' }],
  ['the system', { system: true }],
])('an admin with a token for %s is no admin of what belongs to projects', async (_, scope) => {
  const token = keystone.issue({ user: 'root', ...scope, roles: ['admin', 'member', 'reader'] });
  const { id } = await remnant.addServer({ lockedBy: 'owner' });
  const before = await remnant.row(id);
  const action = { method: 'POST', path: `${SERVERS}/${id}/action` } as const;
  for (const [ask, rule] of [
    [{ path: SERVERS }, 'os_compute_api:servers:index'],
    [{ path: `${SERVERS}?all_tenants=1` }, 'os_compute_api:servers:index'],
    [{ path: `${SERVERS}/detail?all_tenants=1` }, 'os_compute_api:servers:detail'],
    [{ path: `${SERVERS}/${id}` }, 'os_compute_api:servers:show'],
    [{ method: 'DELETE', path: `${SERVERS}/${id}` }, 'os_compute_api:servers:delete'],
    [{ ...action, body: { lock: null } }, 'os_compute_api:os-lock-server:lock'],
    [{ ...action, body: { unlock: null } }, 'os_compute_api:os-lock-server:unlock'],
    [{ ...action, body: { pause: null } }, 'os_compute_api:os-pause-server:pause'],
    [{ path: '/v2.1/os-services' }, 'os_compute_api:os-services:list'],
    [{ path: '/remnant/v1/servers' }, null],
    [{ path: '/remnant/v1/hosts' }, null],
    [{ path: '/remnant/v1/audit' }, 'remnant:audit:list'],
  ] as const) {
    const answer = await remnant.ask({ ...ask, token, version: '2.90' });
    expect([ask.path, answer.status]).toEqual([ask.path, 403]);
    if (rule !== null) expect(answer.message).toBe(`Policy doesn't allow ${rule} to be performed.`);
  }
  expect(await remnant.row(id)).toEqual(before);
});

it('an admin of one domain sees the flavors that everybody sees', async () => {
  await remnant.store.transaction((tx) => ensureFlavor(tx, SECRET));
  const seen = async (token: string) => {
    const list = await remnant.ask({ path: '/v2.1/flavors?is_public=None', token });
    const show = await remnant.ask({ path: '/v2.1/flavors/secret', token });
    return [list.body['flavors']?.map((flavor) => flavor['id']), show.status];
  };
  const roles = ['admin', 'member', 'reader'];
  expect(await seen(admin())).toEqual([['1', 'secret'], 200]);
  expect(await seen(keystone.issue({ user: 'root', domain: 'Default', roles }))).toEqual([['1'], 404]);
});

it.each([
  ['no token', undefined],
  ['an empty one', ''],
  ['one that Keystone does not know', 'junk'],
  ['what can be no token', 'a b'],
])('answers %s with the 401 of keystonemiddleware', async (_, token) => {
  for (const path of [SERVERS, '/v2.1/nowhere', '/remnant/v1/servers', '/image/v2/images']) {
    const answer = await remnant.ask({ path, ...(token === undefined ? {} : { token }), version: '2.17' });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe(`Keystone uri="${URI}"`);
    expect(answer.headers['x-openstack-request-id']).toMatch(/^req-/);
    expect(answer.headers).not.toHaveProperty('openstack-api-version');
    const message = 'The request you have made requires authentication.';
    expect(answer.body).toEqual({ error: { code: 401, title: 'Unauthorized', message } });
  }
});

it('heeds service tokens', async () => {
  const expired = keystone.issue({ user: 'ann', project: 'web', roles: ['member', 'reader'], livesMs: 1 });
  const service = keystone.issue({ user: 'cinder', project: 'service', roles: ['service'] });
  remnant.clock.advance(1_000);
  const status = async (token: string, serviceToken: string) =>
    (await remnant.ask({ path: SERVERS, token, headers: { 'x-service-token': serviceToken } })).status;
  expect((await remnant.ask({ path: SERVERS, token: expired })).status).toBe(401);
  expect(await status(expired, service)).toBe(200);
  expect(await status(expired, member())).toBe(401);
  expect(await status(member(), 'junk')).toBe(401);
  // No header at all, as proxies may send it.
  expect(await status(member(), '')).toBe(200);
});

it('serves nothing of the built-in identity, and made no accounts', async () => {
  for (const path of ['/identity/v3', '/identity/v3/', '/identity/v3/auth/tokens', '/identity/v3/users']) {
    expect((await remnant.ask({ path, token: admin() })).status).toBe(404);
  }
  const signIn = { auth: { identity: { methods: ['password'] } } };
  expect((await remnant.ask({ method: 'POST', path: '/identity/v3/auth/tokens', body: signIn })).status).toBe(404);
  expect(remnant.newAccounts).toEqual([]);
});

it('answers 503 in the words of keystonemiddleware while Keystone is away, and only to who is not known', async () => {
  const [known, stranger] = [member(), member()];
  await remnant.ask({ path: SERVERS, token: known });
  await keystone.stop();
  expect((await remnant.ask({ path: SERVERS, token: known })).status).toBe(200);
  expect((await remnant.ask({ path: SERVERS })).status).toBe(401);
  expect(identity.healthy()).toBeNull();

  const text = 'The server is currently unavailable. Please try again at a later time.';
  const why = 'The Keystone service is temporarily unavailable.';
  const page = `<html>\n <head>\n  <title>503 Service Unavailable</title>\n </head>\n <body>\n  <h1>503 Service Unavailable</h1>\n  ${text}<br /><br />\n${why}\n\n\n </body>\n</html>`;
  const json = {
    message: `${text}<br /><br />\n${why}\n\n`,
    code: '503 Service Unavailable',
    title: 'Service Unavailable',
  };
  const plain = `503 Service Unavailable\n\n${text}\n\n ${why}  `;
  for (const [accept, type, body] of [
    ['application/json', 'application/json', json],
    ['application/json, text/html;q=0.5', 'application/json', json],
    ['*/*', 'text/html; charset=UTF-8', page],
    ['text/html,application/json', 'text/html; charset=UTF-8', page],
    ['text/plain', 'text/plain; charset=UTF-8', plain],
  ] as const) {
    const answer = await remnant.ask({ path: SERVERS, token: stranger, headers: { accept } });
    expect(answer.status).toBe(503);
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.headers['x-compute-request-id']).toMatch(/^req-/);
    expect(answer.headers).not.toHaveProperty('www-authenticate');
    expect(answer.body).toEqual(body);
  }
  expect(identity.healthy()).toContain('cannot be reached');

  await keystone.start();
  expect((await remnant.ask({ path: SERVERS, token: stranger })).status).toBe(200);
  expect(identity.healthy()).toBeNull();
});

it.each([
  [{ user: undefined }, 'keystone.user: must be given'],
  [{ auth_url: 'keystone:5000' }, 'keystone.auth_url'],
  [{ www_authenticate_uri: 'http://k/"x' }, 'keystone.www_authenticate_uri'],
  [{ cache_size: 0 }, 'keystone.cache_size'],
  [{ cache_time: -1 }, 'keystone.cache_time'],
  [{ timeout: 0 }, 'keystone.timeout'],
  [{ service_token_roles: [] }, 'keystone.service_token_roles'],
  [{ password: 'secret' }, 'keystone.password'],
])('refuses a configuration with %j and names the key, never a secret', (change, key) => {
  const section = { auth_url: 'http://k:5000', user: 'remnant', password_file: '/p', ...change };
  const check = () => checkConfig({ state_dir: '/s', keystone: JSON.parse(JSON.stringify(section)) }, 'f');
  expect(check).toThrow(key);
  expect(check).not.toThrow(/secret/);
});

it('does not start with files that cannot be used, and names their keys', () => {
  const path = join(tempDir(), 'password');
  writeFileSync(path, 'secret\n', { mode: 0o644 });
  const start = (more: object) => {
    const section = { auth_url: 'http://localhost:1', user: 'remnant', password_file: path, ...more };
    const { keystone: config } = checkConfig({ state_dir: '/s', keystone: section }, 'f');
    if (config === null) throw new Error('no keystone');
    return keystoneOf(config, remnant.clock, () => {});
  };
  const told = (message: string) =>
    expect.objectContaining({ name: 'StartError', message: expect.stringContaining(message) });
  expect(() => start({})).toThrow(
    told(`keystone.password_file: ${path} can be read by others than its owner: chmod 600 ${path}`),
  );
  chmodSync(path, 0o600);
  expect(() => start({ ca_file: '/nowhere/ca.pem' })).toThrow(
    told('keystone.ca_file: /nowhere/ca.pem cannot be read: ENOENT'),
  );
});
