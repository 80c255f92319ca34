import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Environment } from './cloud-files.ts';
import type { Overrides } from './clouds.ts';
import { findCloud } from './clouds.ts';
import { CommandEnd, EXIT } from './exit.ts';

let home: string;
const started = process.cwd();

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'remnant-clouds-'));
  mkdirSync(join(home, 'work'));
  mkdirSync(join(home, '.config/openstack'), { recursive: true });
  process.chdir(join(home, 'work'));
});
afterEach(() => {
  process.chdir(started);
  rmSync(home, { recursive: true });
});

const USER = '.config/openstack/clouds.yaml';
const file = (path: string, text: string) => writeFileSync(join(home, path), text);
const find = (env: Environment = {}, overrides: Overrides = {}) => findCloud(overrides, { HOME: home, ...env });
const one = (url: string, more = '') => `clouds:\n  a:\n    auth: {auth_url: "${url}", password: 0123${more}}\n`;

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(CommandEnd);
    expect((error as CommandEnd).code).toBe(EXIT.usage);
    return (error as CommandEnd).message.replaceAll(home, '~');
  }
  throw new Error('it was not refused');
}

test('the first file there is counts: the named one, the folder, the user; of any ending', () => {
  file(USER, one('http://user'));
  expect(find().cloud.auth.auth_url).toBe('http://user');
  file('work/clouds.json', JSON.stringify({ clouds: { a: { auth: { auth_url: 'http://folder' } } } }));
  expect(find().cloud.auth.auth_url).toBe('http://folder');
  file('own.yaml', one('http://own'));
  expect(find({ OS_CLIENT_CONFIG_FILE: join(home, 'own.yaml') }).cloud.auth.auth_url).toBe('http://own');
  mkdirSync(join(home, 'xdg/openstack'), { recursive: true });
  rmSync(join(home, 'work/clouds.json'));
  file('xdg/openstack/clouds.yaml', one('http://xdg'));
  expect(find({ XDG_CONFIG_HOME: join(home, 'xdg') }).cloud.auth.auth_url).toBe('http://xdg');
});

test('secure.yaml lies over it, key by key, and a password stays as it was written', () => {
  file(USER, one('http://user', ', username: u'));
  expect(find().cloud.auth).toEqual({ auth_url: 'http://user', password: '0123', username: 'u' });
  file('.config/openstack/secure.yaml', 'clouds: {a: {auth: {password: 1e5}}, other: {auth: {password: x}}}');
  expect(find().cloud.auth).toEqual({ auth_url: 'http://user', password: '1e5', username: 'u' });
  file('hidden.yaml', 'clouds: {a: {auth: {password: hidden}}}');
  const env = { OS_CLIENT_SECURE_FILE: join(home, 'hidden.yaml') };
  expect(find(env).cloud.auth.password).toBe('hidden');
});

test('what goes over what: --os-*, then a named cloud, then OS_*, then the only cloud', () => {
  file(USER, `${one('http://a')}  b: {auth: {auth_url: http://b, username: ub, password: pb}, region_name: R1}\n`);
  const env = { OS_AUTH_URL: 'http://env', OS_USERNAME: 'ue', OS_PASSWORD: 'pe' };
  expect(find(env).cloud).toEqual({ auth: { auth_url: 'http://env', username: 'ue', password: 'pe' } });
  const named = { auth: { auth_url: 'http://b', username: 'ub', password: 'pb' }, region_name: 'R1' };
  expect(find({ ...env, OS_CLOUD: 'b' }).cloud).toEqual(named);
  expect(find({ ...env, OS_CLOUD: 'a' }, { cloud: 'b' }).cloud).toEqual(named);
  expect(find({ OS_CLOUD: 'b', OS_REGION_NAME: 'R2' }).cloud.region_name).toBe('R2');
  expect(find({ OS_CLOUD: 'b', OS_REGION_NAME: 'R2' }, { region_name: 'R3', username: 'uo' }).cloud).toEqual({
    auth: { ...named.auth, username: 'uo' },
    region_name: 'R3',
  });
  expect(find({ OS_CLOUD: 'b' }, { token: 't' }).cloud).toMatchObject({ auth_type: 'token', auth: { token: 't' } });
});

test('OS_*: every key of auth, other names for some, and what is beside auth', () => {
  const found = find({
    OS_AUTH_URL: 'http://x',
    OS_USERNAME: 'u',
    OS_PASSWORD: 'p',
    OS_TENANT_NAME: 'old',
    OS_USER_DOMAIN_ID: 'default',
    OS_INTERFACE: 'internal',
    OS_AUTH_TYPE: 'v3password',
    OS_CACERT: '/ca.pem',
    OS_CRASH_DUMP_ENDPOINT_OVERRIDE: 'http://r/v1',
    OS_REGION_NAME: '',
    OS_COMPUTE_API_VERSION: '2.1',
  });
  expect(found).toEqual({
    cloud: {
      auth: { auth_url: 'http://x', username: 'u', password: 'p', project_name: 'old', user_domain_id: 'default' },
      auth_type: 'v3password',
      interface: 'internal',
      endpoint_override: { 'crash-dump': 'http://r/v1' },
    },
    cacert: '/ca.pem',
    verify: true,
    origin: '--os-* and OS_*',
  });
  expect(find({ OS_AUTH_URL: 'http://x', OS_TENANT_NAME: 'old', OS_PROJECT_NAME: 'new' }).cloud.auth.project_name).toBe(
    'new',
  );
});

test('a token and an endpoint need no sign-in', () => {
  const alone = { auth: { token: 't', endpoint: 'http://x/v2.1' }, auth_type: 'admin_token' };
  expect(find({ OS_TOKEN: 't', OS_ENDPOINT: 'http://x/v2.1' }).cloud).toEqual(alone);
  file(USER, 'clouds: {a: {auth_type: token_endpoint, auth: {token: t, endpoint: http://x/v2.1}}}');
  expect(find().cloud).toEqual(alone);
});

test('verify, cacert and endpoints of a file', () => {
  file(USER, `${one('http://a')}    verify: false\n    cacert: ~/ca.pem\n    compute_endpoint_override: http://c\n`);
  expect(find()).toMatchObject({
    verify: false,
    cacert: '~/ca.pem',
    cloud: { endpoint_override: { compute: 'http://c' } },
  });
});

test.each([
  [
    'nothing at all',
    null,
    {},
    /^no cloud: there is no clouds\.yaml \(looked at clouds\.yaml, .*\), and no OS_AUTH_URL$/,
  ],
  ['an empty file', '', {}, /^~\/\.config\/openstack\/clouds\.yaml has no clouds in it$/],
  ['no clouds', 'clouds:\n', {}, /has no clouds in it$/],
  ['not a mapping', 'clouds: [a]', {}, /clouds\.yaml: "clouds" is no mapping of names to clouds$/],
  ['a cloud that is a text', 'clouds: {a: text}', {}, /clouds\.yaml: clouds\.a is no mapping$/],
  ['auth that is a text', 'clouds: {a: {auth: text}}', {}, /^cloud "a" in ~\/.*clouds\.yaml: auth is no mapping$/],
  ['a list for a text', 'clouds: {a: {auth: {password: [x]}}}', {}, /^cloud "a" in .*: auth\.password is no text$/],
  ['no address', 'clouds: {a: {auth: {username: x}}}', {}, /^cloud "a" in .*: auth\.auth_url is missing$/],
  [
    'a profile',
    'clouds: {a: {profile: big}}',
    {},
    /auth_url is missing; what the profile "big" says is not known here$/,
  ],
  ['several', 'clouds: {a: {}, b: {}}', {}, /^which cloud\? .* has a, b: --os-cloud NAME or OS_CLOUD$/],
  ['another', 'clouds: {a: {}, b: {}}', { OS_CLOUD: 'c' }, /^there is no cloud "c" in .*; it has a, b$/],
  [
    'a file that is not there',
    '',
    { OS_CLIENT_CONFIG_FILE: '/no/such' },
    /^OS_CLIENT_CONFIG_FILE names \/no\/such, and/,
  ],
] as const)('%s is told with file and key', (_what, text, env, message) => {
  if (text !== null) file(USER, text);
  expect(refusal(() => find(env))).toMatch(message);
});

test('a file that cannot be parsed is told with its line, and not with what is written there', () => {
  file(USER, 'clouds:\n  a: {auth: {password: "geheim}}\n');
  const message = refusal(() => find());
  expect(message).toMatch(/^~\/\.config\/openstack\/clouds\.yaml cannot be read: .* line \d+/);
  expect(message).not.toContain('geheim');
});
