// The client against an Ironic over HTTP: what it sends, who it says it is, and what it does when that is refused.

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { FakeIronic } from '../../../test/harness/fake-ironic.ts';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { testClock } from '../../../test/harness/test-clock.ts';
import { readPasswordFile } from '../../lib/password-file.ts';
import { basicAuth, type IronicAuth, noAuth, tokenAuth } from './ironic-auth.ts';
import { IronicClient, ironicRoot } from './ironic-client.ts';

async function open(auth: IronicAuth = noAuth(), path = '') {
  const ironic = await FakeIronic.start();
  const clock = testClock();
  const client = new IronicClient({
    after: (ms, run) => clock.after(ms, run),
    url: `${ironic.url}${path}`,
    auth,
    timeoutMs: 10_000,
    ca: null,
  });
  onTestFinished(async () => {
    client.close();
    clock.stop();
    await ironic.close();
  });
  return { ironic, client };
}

it.each(['', '/', '/v1', '/v1/'])('asks at an address that ends with %j', async (end) => {
  const { ironic, client } = await open(noAuth(), end);
  expect((await client.ask('GET', '/v1/nodes')).json).toEqual({ nodes: [] });
  expect(ironic.journal).toMatchObject([
    {
      method: 'GET',
      path: '/v1/nodes',
      body: '',
      headers: { 'x-openstack-ironic-api-version': '1.46', accept: 'application/json' },
    },
  ]);
  expect(client.name).toBe(`Ironic at ${ironic.url}`);
});

it('an address may have a path, and loses a user', () => {
  expect(ironicRoot('https://me:secret@cloud.example/baremetal/v1/')).toBe('https://cloud.example/baremetal');
});

it('sends JSON, and gives any answer with its versions', async () => {
  const { ironic, client } = await open();
  const { uuid } = ironic.add();
  const answer = await client.ask('PUT', `/v1/nodes/${uuid}/management/inject_nmi`, { body: {} });
  expect(answer).toEqual({
    status: 204,
    text: '',
    json: undefined,
    version: { used: '1.46', first: '1.1', last: '1.82' },
  });
  expect(ironic.journal).toMatchObject([
    { method: 'PUT', body: '{}', headers: { 'content-type': 'application/json' } },
  ]);
  ironic.lastMinor = 38;
  expect(await client.ask('GET', '/v1/nodes')).toMatchObject({
    status: 406,
    version: { used: null, first: '1.1', last: '1.38' },
  });
});

it('an answer that is no JSON is one too', async () => {
  const { ironic, client } = await open();
  ironic.instead = (_, response) => {
    response.end('<html>');
    return true;
  };
  expect(await client.ask('GET', '/v1/nodes')).toMatchObject({ status: 200, text: '<html>', json: undefined });
});

it('a password is read once, and anew when it was refused: a write that was refused did nothing and is sent again', async () => {
  const file = join(tempDir(), 'password');
  writeFileSync(file, 'old\n');
  chmodSync(file, 0o600);
  let reads = 0;
  const { ironic, client } = await open(
    basicAuth('nova', () => {
      reads += 1;
      return readPasswordFile(file);
    }),
  );
  ironic.auth = { kind: 'basic', user: 'nova', password: 'old' };
  const { uuid } = ironic.add();
  const nmi = () => client.ask('PUT', `/v1/nodes/${uuid}/management/inject_nmi`, { body: {} });
  expect((await nmi()).status).toBe(204);
  expect((await nmi()).status).toBe(204);
  expect(reads).toBe(1);

  ironic.auth = { kind: 'basic', user: 'nova', password: 'new' };
  writeFileSync(file, 'new\n');
  expect((await nmi()).status).toBe(204);
  expect(ironic.nmis).toHaveLength(3);
  expect(ironic.journal).toHaveLength(4);

  // The same password again would be refused again.
  ironic.auth = { kind: 'basic', user: 'nova', password: 'other' };
  expect((await nmi()).status).toBe(401);
  expect(ironic.journal).toHaveLength(5);
  expect(ironic.nmis).toHaveLength(3);
});

it('a password that cannot be read is told without it, and nothing is asked', async () => {
  const file = join(tempDir(), 'password');
  writeFileSync(file, 's3cret\n');
  chmodSync(file, 0o644);
  const { ironic, client } = await open(basicAuth('nova', () => readPasswordFile(file)));
  const answer = client.ask('GET', '/v1/nodes');
  await expect(answer).rejects.toMatchObject({ kind: 'credentials', asked: 'no' });
  await expect(answer).rejects.toThrow(
    /^there are no credentials for Ironic at http.*can be read by others than its owner/,
  );
  await expect(answer).rejects.not.toThrow(/s3cret/);
  expect(ironic.journal).toEqual([]);
});

it('a token that was refused is given back, and another one is tried, once', async () => {
  const tokens = ['first', 'second', 'third'];
  const dropped: string[] = [];
  const { ironic, client } = await open(
    tokenAuth({
      get: async () => tokens[0] ?? '',
      drop: (token) => {
        dropped.push(token);
        tokens.shift();
      },
    }),
  );
  ironic.auth = { kind: 'token', token: 'second' };
  expect((await client.ask('GET', '/v1/nodes')).status).toBe(200);
  expect(dropped).toEqual(['first']);
  ironic.auth = { kind: 'token', token: 'nobody has it' };
  expect((await client.ask('GET', '/v1/nodes')).status).toBe(401);
  expect(dropped).toEqual(['first', 'second']);
  expect(ironic.journal.map(({ headers }) => headers['x-auth-token'])).toEqual(['first', 'second', 'second', 'third']);
});

it('what is looked at last is looked at before each sending', async () => {
  const { ironic, client } = await open(tokenAuth({ get: async () => 'bad', drop: () => {} }));
  ironic.auth = { kind: 'token', token: 'good' };
  let good = 'bad';
  const again = await open(
    tokenAuth({
      get: async () => good,
      drop: () => {
        good = 'good';
      },
    }),
  );
  again.ironic.auth = ironic.auth;
  let looks = 0;
  const justBefore = () => {
    looks += 1;
  };
  expect((await again.client.ask('GET', '/v1/nodes', { justBefore })).status).toBe(200);
  expect(looks).toBe(2);
  // The same token again is not tried.
  expect((await client.ask('GET', '/v1/nodes', { justBefore })).status).toBe(401);
  expect(looks).toBe(3);
});

it('a request that was dropped or refused tells whether Ironic may have had it', async () => {
  const { ironic, client } = await open();
  const { uuid } = ironic.add();
  const nmi = () => client.ask('PUT', `/v1/nodes/${uuid}/management/inject_nmi`, { body: {} });
  ironic.trouble = () => 'drop';
  await expect(nmi()).rejects.toMatchObject({ kind: 'broken-off', asked: 'maybe' });
  expect(ironic.journal).toHaveLength(1);
  await ironic.stop();
  await expect(nmi()).rejects.toMatchObject({ kind: 'unreachable', asked: 'no' });
  expect(ironic.journal).toHaveLength(1);
});
