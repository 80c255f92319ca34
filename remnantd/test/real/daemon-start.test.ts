// Starting: what must be changed first is told in one line that names the key, and nothing is left behind; what is read while it
// runs; and how a fault of our own ends it.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import SQLite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/db/store.ts';
import { makeCertificate } from '../harness/certificate.ts';
import { freePort, startChild, startListening } from '../harness/child-daemon.ts';
import { tempDir } from '../harness/temp-dir.ts';

const DAEMON = join(import.meta.dirname, '../../bin/remnantd.mjs');

/** What a start that fails says. */
async function failure(config: Readonly<Record<string, unknown>>, dir = tempDir()): Promise<string> {
  const daemon = await startChild(config, dir);
  expect(await daemon.ended()).toEqual({ code: 1, signal: null });
  expect(daemon.errors().trimEnd().split('\n'), daemon.errors()).toHaveLength(1);
  return daemon.errors().trimEnd();
}

test('a port that is taken, and an address that is not ours', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    taken.close();
  });
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  expect(await failure({ api: { port } })).toBe(`remnantd: api.port: 127.0.0.1:${port} is in use by another program`);
  const other = await freePort();
  expect(await failure({ api: { port: other, host: '192.0.2.1' } })).toBe(
    `remnantd: api.host: 192.0.2.1:${other} is no address of this machine`,
  );
  expect(await failure({ metrics: { listen: `127.0.0.1:${port}` } })).toBe(
    `remnantd: metrics.listen: 127.0.0.1:${port} is in use by another program`,
  );
});

test('a file that a host names and that is not there, before anybody is answered', async () => {
  const ironic = { url: 'http://127.0.0.1:1', http_basic: { user: 'remnant', password_file: '/none/password' } };
  const daemon = await startChild({ hosts: [{ name: 'metal', driver: 'ironic', ironic }] });
  expect(await daemon.ended()).toEqual({ code: 1, signal: null });
  expect(daemon.errors()).toMatch(/^remnantd: hosts: "metal": ironic\.http_basic.*\/none\/password.*\n$/);
  expect(daemon.log().map(({ msg }) => msg)).not.toContain('listening');
});

test('a state folder that cannot be made, and one that another daemon has', async () => {
  const dir = tempDir();
  writeFileSync(join(dir, 'file'), '');
  expect(await failure({ state_dir: join(dir, 'file/state') })).toMatch(/^remnantd: state_dir: ENOTDIR: .*file\/state/);
  const first = await startListening();
  expect(await failure({ state_dir: first.stateDir })).toBe(
    `remnantd: state_dir: ${first.stateDir}/lock: another process has it`,
  );
});

test('a database that a newer program has changed, and a file that is none', async () => {
  const dir = tempDir();
  const newer = join(dir, 'newer.db');
  await (await openStore(`sqlite:${newer}`)).close();
  const database = new SQLite(newer);
  database.exec("insert into kysely_migration (name, timestamp) values ('9999-later', '')");
  database.close();
  expect(await failure({ database: { url: `sqlite:${newer}` } })).toMatch(
    /^remnantd: database\.url: its schema \(9999-later\) is newer than this program's \(\S+\): run the newer remnantd$/,
  );
  writeFileSync(join(dir, 'junk.db'), 'x'.repeat(5000));
  expect(await failure({ database: { url: `sqlite:${join(dir, 'junk.db')}` } })).toMatch(
    /^remnantd: database\.url: .*not a database/,
  );
});

test('a certificate that cannot be served', async () => {
  const dir = tempDir();
  const { certFile } = makeCertificate(dir, 'one');
  expect(await failure({ tls: { cert: certFile, key: join(dir, 'none') } })).toMatch(
    /^remnantd: tls\.key: \S+none cannot be read: ENOENT/,
  );
});

test('HTTPS by configuration: URLs say so, and SIGHUP serves a new certificate', async () => {
  const dir = tempDir();
  const [one, two] = [makeCertificate(dir, 'one'), makeCertificate(dir, 'two')];
  const tls = { cert: join(dir, 'cert'), key: join(dir, 'key'), check: 3600 };
  const put = ({ certFile, keyFile }: typeof one) => {
    copyFileSync(certFile, tls.cert);
    copyFileSync(keyFile, tls.key);
  };
  put(one);
  const daemon = await startListening({ tls });
  expect(await daemon.logged('listening')).toMatchObject({ url: `https://127.0.0.1:${daemon.port}` });
  const served = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: daemon.port, rejectUnauthorized: false }, () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      });
      socket.on('error', reject);
    });
  expect(await served()).toBe('one');
  put(two);
  daemon.kill('SIGHUP');
  await daemon.logged('certificate loaded');
  expect(await served()).toBe('two');
  daemon.kill('SIGTERM');
  expect((await daemon.ended()).code).toBe(0);
});

test('another port or TLS, later on: the clouds of its accounts follow, and those of others stay', async () => {
  const dir = tempDir();
  const first = await startListening({}, dir);
  first.kill('SIGTERM');
  await first.ended();
  const file = join(first.stateDir, 'clouds.yaml');
  const written = readFileSync(file, 'utf8');
  const own = `# mine\n${written}  other: { auth: { auth_url: "http://127.0.0.1:${first.port}/identity/v3" } }\n`;
  writeFileSync(file, own);
  const { certFile, keyFile } = makeCertificate(dir, 'one');
  const second = await startListening({ tls: { cert: certFile, key: keyFile } }, dir);
  expect(second.port).not.toBe(first.port);
  const now = readFileSync(file, 'utf8');
  const url = (scheme: string, port: number) => `${scheme}://127.0.0.1:${port}/identity/v3`;
  expect(now).toBe(own.replace(/auth_url: http\S+/, `auth_url: "${url('https', second.port)}"`));
});

test('metrics on an address of their own are not beside the APIs, and are alone there', async () => {
  const port = await freePort();
  const daemon = await startListening({ metrics: { listen: `127.0.0.1:${port}` } });
  const metrics = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await metrics.text();
  expect(metrics.status).toBe(200);
  for (const name of ['remnant_build_info{', 'process_resident_memory_bytes ', 'nodejs_eventloop_lag_p99_seconds ']) {
    expect(text).toContain(`\n${name}`);
  }
  expect((await fetch(`http://127.0.0.1:${port}/v2.1`)).status).toBe(404);
  const beside = await fetch(`http://127.0.0.1:${daemon.port}/metrics`);
  expect([beside.status, await beside.text()]).toEqual([404, 'Metrics are not here: metrics.listen says where.\n']);
  daemon.kill('SIGTERM');
  expect((await daemon.ended()).code).toBe(0);
});

test('the log has as much as is wanted', async () => {
  const daemon = await startListening({ log: { level: 'info' } });
  await fetch(`http://127.0.0.1:${daemon.port}/healthz`);
  await fetch(`http://127.0.0.1:${daemon.port}/v2.1`);
  const line = await daemon.logged('request');
  expect(line).toMatchObject({ path: '/v2.1', status: 200, operation: 'versions.show' });
  expect(daemon.log().filter(({ path }) => path === '/healthz')).toEqual([]);
});

test('a rejection nobody took ends the process, with a last line that says what it was', async () => {
  const script = join(tempDir(), 'fault.ts');
  const here = (path: string) => JSON.stringify(join(import.meta.dirname, '../../src/main', path));
  writeFileSync(
    script,
    `import { endOnFault } from ${here('last-words.ts')};
     import { openLog } from ${here('logger.ts')};
     endOnFault(openLog('info'));
     setInterval(() => {}, 1000);
     void Promise.reject(new Error('left behind'));`,
  );
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(70);
  const last = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
  expect(last).toMatchObject({
    level: 60,
    origin: 'unhandledRejection',
    msg: 'a fault of our own: the process ends',
    err: { message: 'left behind' },
  });
});

test('config check says everything that is wrong, and config show what is in force, without secrets', async () => {
  const dir = tempDir();
  const file = join(dir, 'remnant.yaml');
  writeFileSync(file, 'state_dir: /s\napi: {prot: 1}\nlimits: {connections: 0}\n');
  const checked = spawnSync(process.execPath, [DAEMON, 'config', 'check', '-c', file], { encoding: 'utf8' });
  expect([checked.status, checked.stdout]).toEqual([1, '']);
  expect(checked.stderr).toContain(`${file}: api.prot: no such key (did you mean "port"?)`);
  expect(checked.stderr).toContain(`${file}: limits.connections: must be >= 1`);
  mkdirSync(join(dir, 's'));
  writeFileSync(file, `state_dir: ${join(dir, 's')}\napi: {port: 99}\n`);
  const shown = execFileSync(process.execPath, [DAEMON, 'config', 'show', '-c', file], { encoding: 'utf8' });
  expect(shown).toContain('  port: 99\n');
  expect(shown).toContain('  drain: 0\n  grace: 15\n');
});
