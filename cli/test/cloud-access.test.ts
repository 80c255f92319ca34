import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'node:http';
import type { Server } from 'node:https';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cli } from './cli.ts';
import { startCli } from './cli.ts';

let cli: Cli;
let tls: Server;
let tlsUrl: string;
let cacert: string;

beforeAll(async () => {
  cli = await startCli();
  cacert = join(cli.daemon.folder, 'ca.pem');
  const key = join(cli.daemon.folder, 'key.pem');
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', cacert], { stdio: 'ignore' });
  tls = createServer({ cert: readFileSync(cacert), key: readFileSync(key) }, forward).listen(0, '127.0.0.1');
  await once(tls, 'listening');
  tlsUrl = `https://127.0.0.1:${(tls.address() as AddressInfo).port}`;
}, 60_000);
afterAll(async () => {
  tls.close();
  tls.closeAllConnections();
  await cli.stop();
});

/** What stands in front of the daemon and ends TLS. */
function forward(from: IncomingMessage, to: ServerResponse): void {
  const { host } = new URL(cli.daemon.url);
  const onward = request(`${cli.daemon.url}${from.url}`, {
    method: from.method ?? 'GET',
    headers: { ...from.headers, host },
  });
  onward.on('response', (answer) => {
    to.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(to);
  });
  from.pipe(onward);
}

/** As OS_* variables. */
function account(name: string): Record<string, string> {
  const { username = '', password = '' } = cli.cloud(name).auth;
  return { OS_USERNAME: username, OS_PASSWORD: password, OS_PROJECT_NAME: name };
}

test('signs in with OS_* variables, and with the only cloud of ~/.config/openstack', async () => {
  const none = { OS_CLIENT_CONFIG_FILE: '' };
  const auth_url = `${cli.daemon.url}/identity`;
  const list = ['server', 'list', '--json'];
  expect(await cli.run(list, { ...none, ...account('demo'), OS_AUTH_URL: auth_url })).toEqual({
    code: 0,
    out: '[]\n',
    err: '',
  });
  const folder = join(cli.daemon.folder, '.config', 'openstack');
  mkdirSync(folder, { recursive: true });
  const { username, password } = cli.cloud('demo').auth;
  const only = { auth: { username, project_name: 'demo', auth_url: `${auth_url}/v3` } };
  writeFileSync(join(folder, 'clouds.yaml'), JSON.stringify({ clouds: { only } }));
  const without = await cli.run(list, none);
  expect(without).toMatchObject({ code: 2, out: '' });
  expect(without.err).toMatch(
    /^remnant: no password and no token to sign in with; --os-\*, OS_\* or clouds\.yaml say how/,
  );
  writeFileSync(join(folder, 'secure.yaml'), JSON.stringify({ clouds: { only: { auth: { password } } } }));
  expect(await cli.run(list, none)).toEqual({ code: 0, out: '[]\n', err: '' });
});

test('a token and an endpoint alone', async () => {
  const { OS_TOKEN: token = '' } = cli.env;
  const env = { OS_CLIENT_CONFIG_FILE: '', OS_TOKEN: token, OS_ENDPOINT: `${cli.daemon.url}/v2.1` };
  expect(await cli.run(['server', 'list', '--json'], env)).toEqual({ code: 0, out: '[]\n', err: '' });
  const dumps = await cli.run(['dump', 'list', '00000000-0000-4000-8000-000000000000'], env);
  expect(dumps.err).toBe(
    'remnant: without a sign-in there is no catalogue: crash_dump_endpoint_override must say where crash-dump is\n',
  );
});

test('who may not come in is told so, with the request; --os-* goes over the cloud', async () => {
  const { code, out, err } = await cli.run(['--os-cloud', 'demo', '--os-password', 'wrong', 'server', 'list']);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(
    /^remnant: .*requires authentication\. \(HTTP 401, request req-\S+\); what this cloud signs in with is wrong/,
  );
  expect((await cli.run(['--os-auth-url', 'cloud', 'server', 'list'])).err).toMatch(
    /^remnant: auth_url "cloud" is not an http/,
  );
  const region = await cli.run(['--os-region-name', 'Nowhere', 'server', 'list']);
  expect(region).toMatchObject({
    code: 1,
    err: "remnant: the cloud's catalogue has no compute service in region Nowhere\n",
  });
  const closed = await cli.run(['--os-auth-url', 'http://127.0.0.1:9999', 'server', 'list']);
  expect(closed.err).toMatch(/^remnant: http:\/\/127\.0\.0\.1:9999 cannot be reached: connect ECONNREFUSED/);
});

test('--verbose tells each request with its id; --debug more; neither a token nor a password, and not on stdout', async () => {
  const { OS_PASSWORD = '', ...user } = account('demo');
  const env = { ...user, OS_PASSWORD, OS_AUTH_URL: `${cli.daemon.url}/identity` };
  const verbose = await cli.run(['--verbose', 'server', 'list', '--json'], env);
  expect(verbose.out).toBe('[]\n');
  expect(verbose.err).toMatch(/^POST \S+\/auth\/tokens -> 201 \(tokens\.issue, \d+ ms\) req-\S+$/m);
  expect(verbose.err).toMatch(/^GET \S+\/v2\.1\/servers\/detail -> 200 \(servers\.detail, \d+ ms\) req-\S+$/m);
  const debug = await cli.run(['--debug', 'server', 'list', '--json'], env);
  expect(debug.out).toBe('[]\n');
  expect(debug.err).toContain('cloud: --os-* and OS_*');
  expect(debug.err).toContain('  < {"servers":[]}');
  const { OS_TOKEN: token = '' } = cli.env;
  const byToken = await cli.run(['--debug', 'server', 'list', '--json']);
  for (const { err } of [debug, byToken]) {
    expect(err).not.toContain(OS_PASSWORD);
    expect(err).not.toContain(token);
    expect(err).not.toMatch(/x-(auth|subject)-token/i);
  }
});

test('certificates: refused when unknown, trusted by --os-cacert, OS_CACERT and verify: false, or not looked at', async () => {
  // The catalogue names the daemon itself, so what is asked for is the sign-in.
  const env = { ...account('demo'), OS_AUTH_URL: `${tlsUrl}/identity` };
  const list = ['server', 'list', '--json'];
  const fine = { code: 0, out: '[]\n', err: '' };
  const unknown = await cli.run(list, env);
  expect(unknown).toMatchObject({ code: 1, out: '' });
  expect(unknown.err).toMatch(
    /^remnant: https:\S+ cannot be reached: self-signed certificate; --os-cacert FILE names who/,
  );
  expect(await cli.run(['--os-cacert', cacert, ...list], env)).toEqual(fine);
  expect(await cli.run(list, { ...env, OS_CACERT: cacert })).toEqual(fine);
  expect(await cli.run(['--insecure', ...list], env)).toEqual(fine);
  const file = join(cli.daemon.folder, 'unchecked.yaml');
  const auth = { ...cli.cloud('demo').auth, auth_url: `${tlsUrl}/identity` };
  writeFileSync(file, JSON.stringify({ clouds: { demo: { auth, verify: false } } }));
  expect(await cli.run(list, { OS_CLIENT_CONFIG_FILE: file })).toEqual(fine);
  const none = await cli.run(['--os-cacert', '/no/such.pem', ...list], env);
  expect(none).toMatchObject({ code: 2, out: '' });
  expect(none.err).toMatch(/^remnant: the certificates in \/no\/such\.pem cannot be used: ENOENT/);
});
