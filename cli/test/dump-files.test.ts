// `remnant dump download` and `dump delete`, against a daemon whose simulated guest handed its dump over.

import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Artefact, Download, RemnantClient } from '@remnant/client';
import { connect } from '@remnant/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cli, Ran } from './cli.ts';
import { COMMAND, startCli } from './cli.ts';

const SOON = { timeout: 40_000 };
let cli: Cli;
let client: RemnantClient;
let folder: string;
let id: string;
let dump: string;
let file: Artefact;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  cli = await startCli();
  folder = mkdtempSync(join(cli.daemon.folder, 'got-'));
  client = connect(cli.cloud('admin'));
  ({ id } = await cli.json<{ id: string }>([
    'server',
    'create',
    'db-1',
    '--image=tiny',
    '--flavor=small',
    '--wait',
    '--property=sim_behaviour=kdump',
    '--property=sim_dump_bytes=3000000',
  ]));
  await cli.run(['trigger-crash', 'db-1', '--wait']);
  dump = (await client.dumps.list(id)).dumps[0]?.id ?? '';
  file = (await client.dumps.show(id, dump)).dump.artefacts[0] as Artefact;
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await cli.stop();
});

const to = (name: string) => join(folder, name);
const download = (...words: string[]): Promise<Ran> => cli.run(['dump', 'download', 'db-1', ...words]);

async function allOf({ bytes }: Download): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

test('the newest dump, its only file, under the name the service gives it: whole, checked, for its owner alone', async () => {
  const { code, out, err } = await download('-o', folder);
  expect(code, err).toBe(0);
  const path = to(file.file_name);
  expect(file.file_name).toMatch(/^db-1-\d{8}T\d{6}Z\.vmcore\.flat$/);
  expect(sha256(readFileSync(path))).toBe(file.sha256);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(out).toContain(`SHA-256 ${file.sha256} (checked)`);
  expect(out).toContain(`makedumpfile -R vmcore < ${path}`);
  expect(err).toMatch(/: [2-4]\d %, .*: 100 %, /s);
  expect(err).not.toContain('\u001b');
  expect(existsSync(`${path}.part`)).toBe(false);
});

test('what is there is not overwritten without --force', async () => {
  const path = to('there');
  writeFileSync(path, 'mine');
  const refused = await download(dump, file.id, '-o', path);
  expect([refused.code, refused.err]).toEqual([1, `remnant: ${path} is there already; --force overwrites it\n`]);
  expect(readFileSync(path, 'utf8')).toBe('mine');
  expect((await download(dump, file.id, '-o', path, '--force')).code).toBe(0);
  expect(sha256(readFileSync(path))).toBe(file.sha256);
});

test('to stdout come the bytes and nothing else', async () => {
  const words = [COMMAND, 'dump', 'download', id, dump, file.id, '-o', '-'];
  const { stdout } = await promisify(execFile)(process.execPath, words, {
    env: cli.env,
    encoding: 'buffer',
    maxBuffer: 2 ** 26,
  });
  expect(sha256(stdout)).toBe(file.sha256);
});

test('a download that broke off goes on where it stopped', async () => {
  const whole = await allOf(await client.artefacts.download(id, dump, file.id));
  const path = to('goes-on');
  writeFileSync(`${path}.part`, whole.subarray(0, 1_000_000));
  const { code, err } = await download('-o', path);
  expect(code, err).toBe(0);
  expect(err).toContain('1.0 MiB are here already');
  expect(readFileSync(path).equals(whole)).toBe(true);
  const audit = await cli.json<{ operation: string; detail: string }[]>(['audit', 'list', '--limit', '20']);
  const last = audit.find((entry) => entry.operation === 'artefacts.download');
  expect(JSON.parse(last?.detail ?? '{}')).toMatchObject({ range: `1000000-${whole.length - 1}/${whole.length}` });
});

test('what is left of another file is found out, and nothing of it is kept', async () => {
  const path = to('another');
  writeFileSync(`${path}.part`, Buffer.alloc(1_000_000, 7));
  const { code, err } = await download('-o', path);
  expect([code, err.trim().split('\n').at(-1)]).toEqual([
    1,
    'remnant: what came is not the file: its SHA-256 is another; nothing of it was kept',
  ]);
  expect([existsSync(path), existsSync(`${path}.part`)]).toEqual([false, false]);
});

/** A proxy that ends the first downloads in the middle. */
async function breaking(cuts: number): Promise<{ url: string; close: () => void; ranges: (string | undefined)[] }> {
  const ranges: (string | undefined)[] = [];
  const server = createServer((asked, answer) => {
    const isFile = asked.url?.includes('/artefacts/') === true;
    if (isFile) ranges.push(asked.headers.range);
    const onward = request(
      `${cli.daemon.url}${asked.url}`,
      { method: asked.method, headers: asked.headers },
      (from) => {
        answer.writeHead(from.statusCode ?? 500, from.headers);
        let count = 0;
        from.on('data', (chunk: Buffer) => {
          count += chunk.length;
          answer.write(chunk);
          if (isFile && ranges.length <= cuts && count > 700_000) answer.destroy();
        });
        from.on('end', () => answer.end());
      },
    );
    asked.pipe(onward);
    onward.on('error', () => answer.destroy());
    answer.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close: () => server.close(), ranges };
}

test('a connection that ends in the middle is gone on with at once', SOON, async () => {
  const proxy = await breaking(2);
  try {
    const path = to('broken');
    const env = { ...cli.env, OS_CRASH_DUMP_ENDPOINT_OVERRIDE: `${proxy.url}/remnant/v1` };
    const { code, err } = await cli.run(['dump', 'download', id, '-o', path], env);
    expect(code, err).toBe(0);
    expect(sha256(readFileSync(path))).toBe(file.sha256);
    expect(proxy.ranges.slice(0, 3)).toEqual([
      undefined,
      expect.stringMatching(/^bytes=\d+-$/),
      expect.stringMatching(/^bytes=\d+-$/),
    ]);
    expect(err).toMatch(/broke off after .*; going on at /);
  } finally {
    proxy.close();
  }
});

test('Ctrl-C leaves what came, and says how to go on', SOON, async () => {
  const path = to('stopped');
  const proxy = await breaking(Number.POSITIVE_INFINITY);
  try {
    const env = { ...cli.env, OS_CRASH_DUMP_ENDPOINT_OVERRIDE: `${proxy.url}/remnant/v1` };
    const child = spawn(process.execPath, [COMMAND, 'dump', 'download', id, '-o', path], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let err = '';
    let sent = false;
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
      // Once: a second one ends it in the hard way.
      if (!sent && err.includes('going on at')) sent = child.kill('SIGINT');
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130);
    expect(err).toContain(`what came is in ${path}.part, and the same command goes on with it`);
    expect(statSync(`${path}.part`).size).toBeGreaterThan(0);
  } finally {
    proxy.close();
  }
});

test('the SDK gives a range, checks a whole file, and ends with its signal', async () => {
  const whole = await allOf(await client.artefacts.download(id, dump, file.id));
  expect(sha256(whole)).toBe(file.sha256);
  const part = await client.artefacts.download(id, dump, file.id, { range: { start: 10, end: 20 } });
  expect(part).toMatchObject({ start: 10, length: 10, size: file.bytes, tag: `"${file.sha256}"`, sha256: file.sha256 });
  expect((await allOf(part)).equals(whole.subarray(10, 20))).toBe(true);
  const other = await client.artefacts.download(id, dump, file.id, { range: { start: 10 }, ifRange: '"x"' });
  expect([other.start, other.length]).toEqual([0, file.bytes]);
  await other.bytes.cancel();
  const stop = new AbortController();
  const ended = await client.artefacts.download(id, dump, file.id, { signal: stop.signal });
  stop.abort(new Error('enough'));
  await expect(allOf(ended)).rejects.toThrow('enough');
  await expect(client.artefacts.download(id, dump, file.id, { range: { start: file.bytes } })).rejects.toMatchObject({
    status: 416,
  });
  expect((await client.artefacts.check(id, dump, file.id)).status).toBe(200);
});

test('the SDK does not take another file for the one it was told', async () => {
  const lying = connect(cli.cloud('admin'), {
    fetch: async (input, init) => {
      const answer = await fetch(input, init);
      if (typeof input !== 'string' || !input.includes('/artefacts/')) return answer;
      const bytes = Buffer.from(await answer.arrayBuffer());
      bytes[5_000] = (bytes[5_000] ?? 0) ^ 1;
      return new Response(bytes, { status: answer.status, headers: answer.headers });
    },
  });
  await expect(allOf(await lying.artefacts.download(id, dump, file.id))).rejects.toThrow('its SHA-256 is another');
});

test('which file is said when it is not clear', async () => {
  const none = await download(dump, id);
  expect([none.code, none.err]).toEqual([
    1,
    expect.stringContaining(`dump ${dump} has no file ${id}; there are ${file.id} (guest, flattened, 2.9 MiB)`),
  ]);
  expect((await cli.run(['dump', 'download', 'nobody'])).code).toBe(1);
});

test('deleting asks first; without a terminal it wants --yes; then it says what became of the file', async () => {
  const refused = await cli.run(['dump', 'delete', 'db-1', dump]);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('--yes')]);
  expect((await client.artefacts.check(id, dump, file.id)).status).toBe(200);
  expect(await cli.json(['dump', 'delete', 'db-1', dump, '--yes'])).toEqual({ deleted: [file.id] });
  expect(await cli.json(['dump', 'delete', 'db-1', dump, '--yes'])).toEqual({ deleted: [] });
  const gone = await download('-o', to('gone'));
  expect([gone.code, gone.err]).toEqual([1, expect.stringMatching(/file \S+ of dump \S+ was deleted at /)]);
  await expect(client.artefacts.download(id, dump, file.id)).rejects.toMatchObject({ status: 410 });
  expect((await cli.run(['dump', 'show', 'db-1', dump])).out).toContain('deleted 20');
});
