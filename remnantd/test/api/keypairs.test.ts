// Key pairs by microversion: imported, made, shown, listed, deleted; whose they are; that no private key is kept.

import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { sshLine } from '../../src/app/keypairs/ssh-key.ts';
import { auditPage } from '../../src/db/audit.ts';
import { makeCertificate } from '../harness/certificate.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant({ config: { quota: { key_pairs: 4 }, api: { max_limit: 3 } } });
const ADMIN = 'admin:0f5';

type Method = 'GET' | 'POST' | 'DELETE';
const ask = (method: Method, path: string, token: string, version: string, body?: unknown) =>
  remnant().ask({ method, path: `/v2.1/os-keypairs${path}`, token, version, ...(body === undefined ? {} : { body }) });
const create = (token: string, version: string, keypair: object) => ask('POST', '', token, version, { keypair });

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMZDBlq1i8tzMJE+UriuT6Qhwj7WF0zpREi6Z9gFPqng me@here';
const FINGERPRINT = '02:4a:d7:5e:45:79:04:83:a9:ed:70:78:37:f9:9c:e7';

test.each<[string, number, object]>([
  ['2.1', 200, {}],
  ['2.2', 201, { type: 'ssh' }],
  ['2.10', 201, { type: 'ssh' }],
  ['2.92', 201, { type: 'ssh' }],
])('imported at %s, shown, listed and deleted', async (version, status, more) => {
  const token = `v${version.replace('.', '')}:a1a1a1a1:reader`;
  const user_id = token.split(':')[0] ?? '';
  const made = await create(token, version, { name: 'my key', public_key: KEY });
  const key = { name: 'my key', public_key: KEY, fingerprint: FINGERPRINT, ...more };
  expect([made.status, made.body]).toEqual([status, { keypair: { ...key, user_id } }]);
  const shown = await ask('GET', '/my%20key', token, version);
  expect([shown.status, shown.body]).toEqual([
    200,
    {
      keypair: {
        ...key,
        user_id,
        id: expect.any(Number) as number,
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/) as string,
        updated_at: null,
        deleted: false,
        deleted_at: null,
      },
    },
  ]);
  expect((await ask('GET', '', token, version)).body).toEqual({ keypairs: [{ keypair: key }] });
  const gone = await ask('DELETE', '/my%20key', token, version);
  expect([gone.status, gone.body]).toEqual([version === '2.1' ? 202 : 204, '']);
  for (const method of ['GET', 'DELETE'] as const) {
    const none = await ask(method, '/my%20key', token, version);
    expect([none.status, none.message]).toEqual([404, `Keypair my key not found for user ${user_id}`]);
  }
});

test('made anew until 2.91: its private half is in the answer alone', async () => {
  const token = 'nia:a1a1a1a1';
  const made = await create(token, '2.91', { name: 'new', type: 'ssh' });
  expect(made.status).toBe(201);
  const {
    private_key: secret,
    public_key: line,
    fingerprint,
  } = made.body['keypair'] as unknown as Record<string, string>;
  expect(secret).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n[\s\S]+\n-----END RSA PRIVATE KEY-----\n$/);
  const key = createPrivateKey(secret ?? '');
  expect(key.asymmetricKeyDetails?.modulusLength).toBe(2048);
  expect(line).toBe(sshLine(createPublicKey(key), 'Generated-by-Nova'));
  expect(fingerprint).toMatch(/^[0-9a-f]{2}(:[0-9a-f]{2}){15}$/);
  expect((await ask('GET', '/new', token, '2.91')).body['keypair']).not.toHaveProperty('private_key');
  // Nor is it anywhere in the database, or in what is told of requests.
  const middle = secret?.split('\n')[5] ?? '';
  expect(middle).toHaveLength(64);
  const { read } = remnant().store;
  const rows = [
    await read.selectFrom('keypairs').selectAll().execute(),
    await auditPage(read, { before: null, limit: 100, requestId: null, target: null }),
    remnant().lines,
  ];
  expect(JSON.stringify(rows)).toContain(fingerprint);
  expect(JSON.stringify(rows)).not.toContain(middle);
  const late = await create(token, '2.92', { name: 'later' });
  expect([late.status, late.message]).toEqual([
    400,
    `Invalid input for field/attribute keypair. Value: {'name': 'later'}. 'public_key' is a required property`,
  ]);
});

test('a certificate is taken as it is, and none is made', async () => {
  const token = 'cy:a1a1a1a1';
  const certificate = makeCertificate(tempDir(), 'windows').cert.toString();
  const sha1 = new X509Certificate(certificate).fingerprint;
  const made = await create(token, '2.2', { name: 'windows', type: 'x509', public_key: certificate });
  expect([made.status, made.body['keypair']]).toEqual([
    201,
    { name: 'windows', type: 'x509', public_key: certificate, fingerprint: sha1.toLowerCase(), user_id: 'cy' },
  ]);
  for (const public_key of ['no certificate', KEY, certificate.slice(0, 200), `${certificate}\u0000`]) {
    const bad = await create(token, '2.2', { name: 'bad', type: 'x509', public_key });
    expect(bad.status).toBe(400);
    expect(bad.message).toMatch(/^Keypair data is invalid: failed to generate X509 fingerprint\. Error message: \S/);
  }
  const none = await create(token, '2.2', { name: 'none', type: 'x509' });
  expect([none.status, none.message]).toEqual([
    400,
    'Keypair data is invalid: certificates are not made here: send one as public_key',
  ]);
});

const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const named = (what: string) => `An invalid 'name' value was provided. The name must be: ${what}`;
test.each<[string, object, string]>([
  ['2.1', { name: 'a.b', public_key: KEY }, named(`Only expected characters: [_- ${LETTERS}]`)],
  ['2.91', { name: 'a@b', public_key: KEY }, named(`Only expected characters: [_- ${LETTERS}]`)],
  ['2.92', { name: 'a!b', public_key: KEY }, named(`Only expected characters: [@._- ${LETTERS}]`)],
  ['2.1', { name: ' a', public_key: KEY }, named('printable characters. Can not start or end with whitespace.')],
  ['2.1', { public_key: KEY }, "Invalid input for field/attribute keypair. Value: {'public_key': "],
  ['2.1', { name: 'a', type: 'ssh', public_key: KEY }, "('type' was unexpected)"],
  ['2.9', { name: 'a', user_id: 'x', public_key: KEY }, "('user_id' was unexpected)"],
  ['2.2', { name: 'a', type: 'dsa', public_key: KEY }, "'dsa' is not one of ['ssh', 'x509']"],
  ['2.1', { name: 'a', public_key: 7 }, "7 is not of type 'string'"],
  ['2.1', { name: 'a', public_key: 'ssh-rsa x' }, 'Keypair data is invalid: failed to generate fingerprint'],
  ['2.1', { name: 'a', public_key: '' }, 'Keypair data is invalid: failed to generate fingerprint'],
  ['2.1', { name: 'a', public_key: `${KEY}\u0000` }, 'Keypair data is invalid: failed to generate fingerprint'],
  ['2.1', { name: 'a', public_key: `${KEY}\ud800` }, 'Keypair data is invalid: failed to generate fingerprint'],
])('at %s, %j is refused', async (version, keypair, text) => {
  const answer = await create('wren:a1a1a1a1', version, keypair);
  expect(answer.status).toBe(400);
  expect(answer.message).toContain(text);
});

test('names: a user has one of each; 2.92 takes more letters, /v2 takes any and trims them', async () => {
  const token = 'nat:a1a1a1a1';
  expect((await create(token, '2.92', { name: 'nat@home.org', public_key: KEY })).status).toBe(201);
  const again = await create(token, '2.92', { name: 'nat@home.org', public_key: KEY });
  expect([again.status, again.message]).toEqual([409, "Key pair 'nat@home.org' already exists."]);
  const body = { keypair: { name: ' a/b! ', public_key: KEY } };
  const legacy = await remnant().ask({ method: 'POST', path: '/v2/os-keypairs', token, body });
  expect([legacy.status, legacy.body['keypair']?.['name']]).toEqual([200, 'a/b!']);
  // Another user, and another project of the same one.
  expect((await create('nell:a1a1a1a1', '2.92', { name: 'nat@home.org', public_key: KEY })).status).toBe(201);
  expect((await ask('GET', '/nat@home.org', 'nat:b2b2b2b2', '2.93')).status).toBe(200);
});

test('keys of others: an admin’s to ask for from 2.10, nobody else’s', async () => {
  const own = await create(ADMIN, '2.10', { name: 'given', public_key: KEY, user_id: 'ola' });
  expect([own.status, own.body['keypair']?.['user_id']]).toEqual([201, 'ola']);
  const denied = (verb: string) => [403, `Policy doesn't allow os_compute_api:os-keypairs:${verb} to be performed.`];
  const others = async (method: Method, path: string, body?: unknown) => {
    const { status, message } = await ask(method, path, 'bob:b2b2b2b2', '2.93', body);
    return [status, message];
  };
  expect(await others('GET', '?user_id=ola')).toEqual(denied('index'));
  expect(await others('GET', '/given?user_id=ola')).toEqual(denied('show'));
  // Refused before it is looked for.
  expect(await others('GET', '/none?user_id=ola')).toEqual(denied('show'));
  expect(await others('DELETE', '/given?user_id=ola')).toEqual(denied('delete'));
  const keypair = { name: 'theirs', public_key: KEY, user_id: 'ola' };
  expect(await others('POST', '', { keypair })).toEqual(denied('create'));
  // Who is not asked about others asks of oneself.
  expect((await ask('GET', '/given?user_id=ola', ADMIN, '2.9')).status).toBe(404);
  expect((await ask('GET', '/given?user_id=', ADMIN, '2.10')).status).toBe(404);
  expect((await ask('GET', '/given?user_id=ola', ADMIN, '2.10')).status).toBe(200);
  expect((await ask('GET', '/given?user_id=ola&user_id=x', ADMIN, '2.10')).status).toBe(200);
  expect((await ask('GET', '/given?user_id=ola&x=1', ADMIN, '2.75')).status).toBe(400);
  expect((await ask('DELETE', '/given?user_id=ola', ADMIN, '2.10')).status).toBe(204);
});

test('listed by name, and in pages from 2.35', async () => {
  const token = 'pia:a1a1a1a1';
  for (const name of ['d', 'b', 'a', 'c']) await create(token, '2.2', { name, public_key: KEY });
  const list = async (query: string, version: string) => {
    const { body, status, message } = await ask('GET', query, token, version);
    if (status !== 200) return [status, message];
    const names = body['keypairs']?.map((one) => String(one['keypair']?.['name'])).join('');
    return [names, body['keypairs_links']?.[0]?.['href']];
  };
  expect(await list('?limit=1', '2.34')).toEqual(['abcd', undefined]);
  const next = (query: string) => `http://localhost:80/v2.1/os-keypairs?${query}`;
  expect(await list('', '2.35')).toEqual(['abc', next('marker=c')]);
  expect(await list('?limit=2', '2.35')).toEqual(['ab', next('limit=2&marker=b')]);
  expect(await list('?limit=2&marker=b', '2.35')).toEqual(['cd', next('limit=2&marker=d')]);
  expect(await list('?marker=d', '2.35')).toEqual(['', undefined]);
  expect(await list('?limit=0', '2.35')).toEqual(['', undefined]);
  expect(await list('?marker=zz', '2.35')).toEqual([400, 'marker [zz] not found']);
  expect((await list('?limit=-1', '2.35'))[0]).toBe(400);
  expect(await list('?x=1', '2.74')).toEqual(['abc', next('marker=c')]);
  expect((await list('?x=1', '2.75'))[0]).toBe(400);
});

test('a user has as many as the quota says, told before the key is looked at', async () => {
  const token = 'quy:a1a1a1a1';
  for (const name of ['1', '2', '3', '4']) await create(token, '2.2', { name, public_key: KEY });
  const full = await create(token, '2.2', { name: '5', public_key: 'no key' });
  expect([full.status, full.message]).toEqual([403, 'Quota exceeded, too many key pairs.']);
  await ask('DELETE', '/1', token, '2.2');
  // Of several at once, one gets the last room.
  const names = ['a', 'b', 'c'];
  const answers = await Promise.all(names.map((name) => create(token, '2.2', { name, public_key: KEY })));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 403, 403]);
});
