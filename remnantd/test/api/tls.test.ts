// TLS from files: what cannot be served is told by its key, a real handshake, and a new certificate without a restart.

import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { followTls, loadTls } from '../../src/main/tls-files.ts';
import { makeCertificate } from '../harness/certificate.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { listen } from '../harness/raw-client.ts';
import { MEMBER } from '../harness/records.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { testClock } from '../harness/test-clock.ts';
import { waitFor } from '../harness/wait-for.ts';

/** A TLS connection that trusts `ca` alone. */
function handshake(port: number, ca: Buffer, more: object = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca, ...more }, () => resolve(socket));
    socket.on('error', reject);
    onTestFinished(() => {
      socket.destroy();
    });
  });
}

function ask(port: number, ca: Buffer, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-auth-token': MEMBER };
    const sent = request({ host: '127.0.0.1', port, path, ca, headers, agent: false }, (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function serving() {
  const dir = tempDir();
  const [one, two] = [makeCertificate(dir, 'one'), makeCertificate(dir, 'two')];
  const load = ({ certFile, keyFile }: typeof one) => loadTls({ cert: certFile, key: keyFile });
  const remnant = await openRemnant({ hosts: [], tls: load(one) });
  onTestFinished(() => remnant.close());
  return { dir, one, two, load, remnant, port: await listen(remnant) };
}

test('requests are served, and links say https', async () => {
  const { one, port } = await serving();
  const { status, body } = await ask(port, one.cert, '/v2.1');
  expect(status).toBe(200);
  expect(body).toContain(`https://127.0.0.1:${port}/v2.1/`);
});

test('what is older than TLS 1.2 is not spoken, nor is plain HTTP', async () => {
  const { one, port } = await serving();
  expect((await handshake(port, one.cert)).getProtocol()).toBe('TLSv1.3');
  expect((await handshake(port, one.cert, { maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2');
  const old = handshake(port, one.cert, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' });
  await expect(old).rejects.toThrow(/protocol version|unsupported protocol/i);
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
});

test('a new certificate serves new connections; those that are open go on', async () => {
  const { one, two, load, remnant, port } = await serving();
  const open = await handshake(port, one.cert);
  remnant.setTls(load(two));
  expect((await ask(port, two.cert, '/healthz')).status).toBe(200);
  await expect(ask(port, one.cert, '/healthz')).rejects.toThrow(/self-signed|certificate/i);
  let text = '';
  open.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  open.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  await waitFor('an answer on the old connection', () => text.includes('200 OK'));
  const { body } = await ask(port, two.cert, '/metrics');
  expect(body).toContain(`remnant_tls_certificate_ends_seconds ${load(two).ends / 1000}\n`);
});

test('files that cannot be served are told by the key of the configuration', () => {
  const dir = tempDir();
  const [one, two] = [makeCertificate(dir, 'one'), makeCertificate(dir, 'two')];
  const junk = join(dir, 'junk');
  writeFileSync(junk, 'junk');
  chmodSync(junk, 0o600);
  const load = (cert: string, key: string) => () => loadTls({ cert, key });
  expect(load(one.certFile, one.keyFile)().ends).toBeGreaterThan(Date.now());
  expect(load(join(dir, 'none'), one.keyFile)).toThrow(/^tls\.cert: \S+none cannot be read: ENOENT/);
  expect(load(one.certFile, join(dir, 'none'))).toThrow(/^tls\.key: \S+none cannot be read: ENOENT/);
  expect(load(junk, one.keyFile)).toThrow(/^tls\.cert: \S+junk is not a PEM certificate$/);
  expect(load(one.certFile, junk)).toThrow(/^tls\.key: \S+junk is not a PEM private key without a passphrase$/);
  expect(load(one.certFile, two.keyFile)).toThrow(
    /^tls\.key: \S+two\.key is not the key of the certificate in \S+one\.pem$/,
  );
  chmodSync(one.keyFile, 0o640);
  expect(load(one.certFile, one.keyFile)).not.toThrow();
  chmodSync(one.keyFile, 0o644);
  expect(load(one.certFile, one.keyFile)).toThrow(/^tls\.key: \S+one\.key is readable by everybody/);
});

test('files are followed: half a pair is told once and changes nothing, a whole one is served', () => {
  const dir = tempDir();
  const [one, two] = [makeCertificate(dir, 'one'), makeCertificate(dir, 'two')];
  const files = { cert: join(dir, 'cert'), key: join(dir, 'key') };
  copyFileSync(one.certFile, files.cert);
  copyFileSync(one.keyFile, files.key);
  const clock = testClock();
  onTestFinished(() => clock.stop());
  const news: string[] = [];
  const followed = followTls({ ...files, check: 10 }, clock, {
    loaded: (now) => news.push(`loaded ${now.cert.equals(two.cert)}`),
    refused: (problem) => news.push(problem),
  });
  onTestFinished(() => followed.stop());
  followed.look();
  expect(news).toEqual([]);
  copyFileSync(two.certFile, files.cert);
  followed.look();
  followed.look();
  expect(news).toEqual([expect.stringMatching(/^tls\.key: .* is not the key of the certificate/)]);
  expect(followed.current().cert.equals(one.cert)).toBe(true);
  copyFileSync(two.keyFile, files.key);
  clock.advance(10_000);
  expect(news.slice(1)).toEqual(['loaded true']);
  expect(followed.current().cert.equals(two.cert)).toBe(true);
});
