import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Cloud, Exchange, RemnantClient } from '../src/client.ts';
import {
  connect,
  entries,
  MICROVERSIONS,
  pages,
  RemnantApiError,
  RemnantConnectionError,
  RemnantVersionError,
} from '../src/client.ts';
import type { ChildDaemon } from './child-daemon.ts';
import { IMAGE, startDaemon } from './child-daemon.ts';

/** For states that come within a moment, on a busy machine too. */
const SOON = { timeout: 15_000 };
let daemon: ChildDaemon;
let clouds: Record<string, Cloud>;
let admin: RemnantClient;

const cloud = (name: string): Cloud => {
  const found = clouds[name];
  if (found === undefined) throw new Error(`no cloud ${name}`);
  return found;
};

beforeAll(async () => {
  daemon = await startDaemon();
  clouds = (parse(readFileSync(daemon.cloudsFile, 'utf8')) as { clouds: Record<string, Cloud> }).clouds;
  admin = connect(cloud('admin'));
}, 60_000);
afterAll(() => daemon.stop());

const refused = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => null,
    (error: unknown) => error,
  );

/** A fetch that remembers what was asked, as `METHOD path [microversion]`. */
function listening(): { readonly asked: string[]; readonly fetch: typeof fetch } {
  const asked: string[] = [];
  return {
    asked,
    fetch: (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      const version = new Headers(init?.headers).get('openstack-api-version') ?? '';
      asked.push(`${init?.method} ${pathname} ${version}`.trim());
      return fetch(input, init);
    },
  };
}

test('signs in once, finds the services in the catalogue, and answers are typed', async () => {
  const { asked, fetch } = listening();
  const client = connect(cloud('admin'), { fetch });
  const [flavors, images, services] = await Promise.all([
    client.flavors.list(),
    client.images.list(),
    client.osServices.list({ host: 'sim-1' }),
  ]);
  expect(flavors.flavors.map((flavor) => flavor.name)).toEqual(['small']);
  expect(images.images.map((image) => image.id)).toEqual([IMAGE.id]);
  expect(services.services).toMatchObject([{ host: 'sim-1', state: 'up' }]);
  expect(asked.filter((one) => one.includes('auth/tokens'))).toHaveLength(1);
  expect(asked).toContain(`GET /v2.1/flavors compute ${MICROVERSIONS.max}`);
  expect(asked).toContain('GET /image/v2/images');
});

test("a call's microversion is the chosen one, but never below the operation's first", async () => {
  const { asked, fetch } = listening();
  const client = connect(cloud('admin'), { fetch, microversion: '2.10' });
  await client.servers.list();
  await client.servers.list({}, { microversion: '2.50' });
  await refused(client.servers.triggerCrashDump('no-such'));
  expect(asked.slice(1)).toEqual([
    'GET /v2.1/',
    'GET /v2.1/servers compute 2.10',
    'GET /v2.1/servers compute 2.50',
    'POST /v2.1/servers/no-such/action compute 2.17',
  ]);
});

test('a service that is older: its highest version is used, and what it cannot do is told without asking it', async () => {
  const { asked, fetch: heard } = listening();
  const old = { version: { status: 'CURRENT', version: '2.10', min_version: '2.1' } };
  const fetch: typeof heard = async (input, init) => {
    const answer = await heard(input, init);
    return asked.at(-1) === 'GET /v2.1/' ? Response.json(old) : answer;
  };
  const client = connect(cloud('admin'), { fetch });
  await client.servers.list();
  expect(asked.slice(1)).toEqual(['GET /v2.1/', 'GET /v2.1/servers compute 2.10']);
  const error = await refused(client.servers.triggerCrashDump('x'));
  expect(error).toBeInstanceOf(RemnantVersionError);
  expect(error).toMatchObject({ wanted: '2.17', spoken: { min: '2.1', max: '2.10' } });
  expect(asked).toHaveLength(3);
  expect(() => connect(cloud('admin'), { microversion: '2.x' })).toThrow('microversion "2.x"');
  expect(await refused(admin.servers.list({}, { microversion: '2.9999' }))).toMatchObject({ wanted: '2.9999' });
});

test('version documents and tokens have methods too', async () => {
  const { asked, fetch } = listening();
  const client = connect(cloud('admin'), { fetch });
  const { auth } = cloud('admin');
  const user = { name: auth.username ?? '', password: auth.password ?? '', domain: { name: 'Default' } };
  const body = { auth: { identity: { methods: ['password'], password: { user } } } };
  const issued = await client.tokens.issue(body);
  expect(issued.token.user.name).toBe('admin');
  expect((await client.tokens.show(issued.subjectToken)).token.audit_ids).toEqual(issued.token.audit_ids);
  expect((await client.tokens.check(issued.subjectToken)).status).toBe(200);
  expect((await client.tokens.revoke(issued.subjectToken)).status).toBe(204);
  expect(await refused(client.tokens.check(issued.subjectToken))).toMatchObject({ status: 404 });
  asked.length = 0;
  expect(await client.versions.list()).toMatchObject({ versions: [{ id: 'v2.0' }, { id: 'v2.1' }] });
  expect(await client.versions.show()).toMatchObject({ version: { id: 'v2.1' } });
  expect(await client.identity.versions()).toMatchObject({ versions: { values: [{ id: 'v3.14' }] } });
  expect(await client.identity.version()).toMatchObject({ version: { id: 'v3.14' } });
  expect(await client.image.versions()).toMatchObject({ versions: [{ status: 'CURRENT' }] });
  expect(asked).toEqual(['GET /', 'GET /v2.1/', 'GET /identity', 'GET /identity/v3/', 'GET /image']);
});

test('a token and an endpoint are enough, and nothing signs in', async () => {
  const { auth } = cloud('admin');
  const user = { name: auth.username ?? '', password: auth.password ?? '', domain: { name: 'Default' } };
  const scope = { project: { name: 'admin', domain: { name: 'Default' } } };
  const body = { auth: { identity: { methods: ['password'], password: { user } }, scope } };
  const { subjectToken: token } = await admin.tokens.issue(body);
  const { asked, fetch } = listening();
  const alone = { auth_type: 'admin_token', auth: { token, endpoint: `${daemon.url}/v2.1` } };
  const client = connect(alone, { fetch });
  expect((await client.flavors.list()).flavors).toHaveLength(1);
  expect(asked).toEqual(['GET /v2.1/', `GET /v2.1/flavors compute ${MICROVERSIONS.max}`]);
  expect(await refused(client.dumps.list('x'))).toMatchObject({
    message: 'without a sign-in there is no catalogue: crash_dump_endpoint_override must say where crash-dump is',
  });
  const override = { 'crash-dump': `${daemon.url}/remnant/v1/` };
  expect(await refused(connect({ ...alone, endpoint_override: override }).dumps.list('x'))).toMatchObject({
    status: 404,
  });
});

test('who listens to the exchanges hears no secret, of the identity API not a word', async () => {
  const heard: Exchange[] = [];
  const client = connect(cloud('admin'), { onExchange: (exchange) => void heard.push(exchange) });
  await client.users.list();
  await client.users.create({ user: { name: 'quiet', password: 'geheim-geheim' } });
  await client.flavors.list();
  expect(heard.map((one) => one.operation)).toEqual([
    'tokens.issue',
    'users.list',
    'users.create',
    'versions.show',
    'flavors.list',
  ]);
  const words = JSON.stringify(heard);
  expect(words).not.toContain('geheim-geheim');
  expect(words).not.toContain(cloud('admin').auth.password);
  expect(heard[2]).toMatchObject({
    status: 201,
    sent: null,
    received: null,
    requestId: expect.stringMatching(/^req-/) as unknown,
  });
  expect(heard.at(-1)?.received).toContain('"small"');
});

test('lists in pages, as one', async () => {
  // The daemon of these tests gives two a page.
  const create = (name: string) =>
    admin.servers.create({ server: { name, imageRef: IMAGE.id, flavorRef: '1', networks: 'none' } });
  const made = await Promise.all(['page-1', 'page-2', 'page-3'].map(create));
  const ids = made.map(({ server }) => server?.id ?? '').toSorted();
  const found: string[] = [];
  for await (const server of entries(admin.servers.detail, { name: '^page-' }, (page) => page.servers)) {
    found.push(server.id);
  }
  expect(found.toSorted()).toEqual(ids);
  const sizes: number[] = [];
  for await (const { servers } of pages(admin.servers.list, { name: '^page-' })) sizes.push(servers.length);
  expect(sizes).toEqual([2, 1]);
});

test('a whole crash dump: create, trigger, receipt, dump', async () => {
  const body = { server: { name: 'sdk', imageRef: IMAGE.id, flavorRef: '1', networks: 'none' } } as const;
  const id = (await admin.servers.create(body)).server?.id ?? '';
  await expect.poll(async () => (await admin.servers.show(id)).server.status, SOON).toBe('ACTIVE');
  expect((await admin.servers.show(id)).server.host_status).toBe('UP');
  const receipt = await admin.servers.triggerCrashDump(id);
  expect(receipt.status).toBe(202);
  expect(receipt.requestId).toMatch(/^req-/);
  const dumps = async () => (await admin.dumps.list(id)).dumps;
  await expect
    .poll(async () => (await dumps()).map((dump) => [dump.request_id, dump.verdict]), SOON)
    .toEqual([[receipt.requestId, 'panicked_without_dump']]);
  const [first] = await dumps();
  const { dump } = await admin.dumps.show(id, first?.id ?? '');
  expect(dump.evidence.map((entry) => entry.kind)).toContain('panicked');
  await admin.servers.lock(id);
  expect((await admin.servers.show(id)).server.locked).toBe(true);
});

test.each([
  ['compute', () => admin.servers.show('00000000-0000-4000-8000-000000000000'), 404, 'could not be found'],
  ['image', () => admin.images.show('no-such'), 404, 'No image found'],
  ['remnant', () => admin.dumps.list('no-such'), 404, 'could not be found'],
  ['identity', () => connect(withPassword('wrong')).servers.list(), 401, 'requires authentication'],
] as const)('a fault of %s is an error with its text and request id', async (_root, ask, status, text) => {
  const error = await refused(ask());
  expect(error).toBeInstanceOf(RemnantApiError);
  expect(error).toMatchObject({ status, requestId: expect.stringMatching(/^req-/) as unknown });
  expect((error as RemnantApiError).message).toContain(text);
});

function withPassword(password: string): Cloud {
  const { auth, ...rest } = cloud('admin');
  return { ...rest, auth: { ...auth, password } };
}

test('a refused token is renewed once, and one renewal serves all calls', async () => {
  const { asked, fetch: heard } = listening();
  let stale = true;
  const fetch: typeof heard = (input, init) => {
    const headers = new Headers(init?.headers);
    if (stale && headers.has('x-auth-token')) headers.set('x-auth-token', 'gone');
    if (new URL(input instanceof Request ? input.url : input).pathname.endsWith('/auth/tokens') && asked.length > 0)
      stale = false;
    return heard(input, { ...init, headers });
  };
  const client = connect(cloud('admin'), { fetch });
  await Promise.all([client.flavors.list(), client.flavors.list(), client.flavors.list()]);
  expect(asked.filter((one) => one.includes('auth/tokens'))).toHaveLength(2);
});

test('a token alone cannot be renewed: the 401 is told', async () => {
  const { auth } = cloud('admin');
  const error = await refused(connect({ auth: { ...auth, token: 'gone' }, auth_type: 'token' }).servers.list());
  expect(error).toMatchObject({ status: 401, operation: 'tokens.issue' });
});

test('what cannot be reached, does not answer in time, or is not in the catalogue', async () => {
  const nowhere = { auth: { ...cloud('admin').auth, auth_url: 'http://127.0.0.1:1/identity' } };
  const unreachable = await refused(connect(nowhere).servers.list());
  expect(unreachable).toBeInstanceOf(RemnantConnectionError);
  expect((unreachable as Error).message).toContain('http://127.0.0.1:1 cannot be reached');
  const silent: typeof fetch = (_input, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
    });
  expect(await refused(connect(cloud('admin'), { fetch: silent, timeoutMs: 5 }).servers.list())).toMatchObject({
    timedOut: true,
    message: expect.stringContaining('did not answer within 0.005 s') as unknown,
  });
  const elsewhere = connect({ ...cloud('admin'), region_name: 'Nowhere' });
  expect(await refused(elsewhere.servers.list())).toMatchObject({
    message: "the cloud's catalogue has no compute service in region Nowhere",
  });
});

test.each([
  ['no such method', { auth_type: 'v3oidcpassword' }, {}, 'auth_type "v3oidcpassword" is not known here'],
  ['no password', { auth_type: 'password' }, { password: undefined }, 'no password to sign in with'],
  ['no user', {}, { username: undefined }, 'no username to sign in with'],
  ['half a credential', { auth_type: 'v3applicationcredential' }, {}, 'application_credential_id and _secret'],
  ['no URL', {}, { auth_url: 'cloud' }, 'auth_url "cloud" is not an http(s) URL'],
  ['a page that is no Keystone', {}, { auth_url: 'PAGE' }, 'tokens.issue is not JSON'],
  ['no project', {}, { project_name: undefined }, 'name one (auth.project_name)'],
])('what cannot sign in says why: %s', async (_what, kind, change, text) => {
  const auth = { ...cloud('admin').auth, ...change };
  const given = Object.fromEntries(Object.entries(auth).filter(([, value]) => value !== undefined));
  const page: typeof fetch = () => Promise.resolve(new Response('<html>'));
  const isPage = 'auth_url' in change && change.auth_url === 'PAGE';
  const options = isPage ? { fetch: page } : {};
  const url = isPage ? { auth_url: 'http://page' } : {};
  const error = await refused(connect({ ...kind, auth: { ...given, ...url } }, options).servers.list());
  expect((error as Error).message).toContain(text);
});

test('a caller can end a call', async () => {
  const stop = new AbortController();
  stop.abort(new Error('enough'));
  expect(await refused(admin.servers.list({}, { signal: stop.signal }))).toMatchObject({ message: 'enough' });
});
