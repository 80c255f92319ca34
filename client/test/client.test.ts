import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Cloud, RemnantClient } from '../src/client.ts';
import { connect, RemnantApiError, RemnantConnectionError } from '../src/client.ts';
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
  expect(asked).toContain('GET /v2.1/flavors compute 2.93');
  expect(asked).toContain('GET /image/v2/images');
});

test("a call's microversion is the chosen one, but never below the operation's first", async () => {
  const { asked, fetch } = listening();
  const client = connect(cloud('admin'), { fetch, microversion: '2.10' });
  await client.servers.list();
  await client.servers.list({}, { microversion: '2.50' });
  await refused(client.servers.triggerCrashDump('no-such'));
  expect(asked.slice(1)).toEqual([
    'GET /v2.1/servers compute 2.10',
    'GET /v2.1/servers compute 2.50',
    'POST /v2.1/servers/no-such/action compute 2.17',
  ]);
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
  const error = await refused(connect({ auth: { auth_url: auth.auth_url, token: 'gone' } }).servers.list());
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

test('a caller can end a call', async () => {
  const stop = new AbortController();
  stop.abort(new Error('enough'));
  expect(await refused(admin.servers.list({}, { signal: stop.signal }))).toMatchObject({ message: 'enough' });
});
