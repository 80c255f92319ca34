// The daemon as its users run it: a process of its own, with a configuration file, signals and a log; its hosts are simulated.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { tempDir } from './temp-dir.ts';
import { waitFor } from './wait-for.ts';

const DAEMON = join(import.meta.dirname, '../../bin/remnantd.mjs');
/** The image there is. */
export const IMAGE = '70a599e0-31e7-49b7-b260-868f441e862b';

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A daemon that was started. */
export interface ChildDaemon {
  /** Where it listens; 0 for an agent, which does not. */
  readonly port: number;
  /** Everything it keeps. */
  readonly stateDir: string;
  kill(signal: NodeJS.Signals): void;
  /** Its log so far, a line each. */
  log(): readonly Readonly<Record<string, unknown>>[];
  /** What it wrote to standard error. */
  errors(): string;
  /** The first line of the log with this text, waited for. */
  logged(text: string): Promise<Readonly<Record<string, unknown>>>;
  /** How it ended, waited for. */
  ended(): Promise<Ended>;
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts one with the simulated host sim-1, unless `config` says otherwise; killed when the test is over. It may not listen yet. */
export async function startChild(
  config: Readonly<Record<string, unknown>> = {},
  dir = tempDir(),
): Promise<ChildDaemon> {
  const { api, ...more } = config;
  const port = (api as { port?: number } | undefined)?.port ?? (await freePort());
  const stateDir = join(dir, 'state');
  const file = join(dir, 'remnant.yaml');
  const whole = {
    state_dir: stateDir,
    api: { port, ...(api as object | undefined) },
    dumps: { react: 1 },
    hosts: [{ name: 'sim-1', driver: 'sim' }],
    quota: { instances: -1, cores: -1, ram: -1 },
    flavors: [{ id: '1', name: 'small', vcpus: 1, ram: 64 }],
    ...more,
  };
  if (more['state_dir'] === undefined) makeImage(join(stateDir, 'images', 'tiny'));
  return spawnRole('serve', file, whole, port, stateDir);
}

/** Starts `remnantd agent` of the simulated host sim-1, unless `config` says otherwise; killed when the test is over. */
export function startAgentChild(config: Readonly<Record<string, unknown>>, dir = tempDir()): ChildDaemon {
  const stateDir = join(dir, 'state');
  const whole = { state_dir: stateDir, hosts: [{ name: 'sim-1', driver: 'sim' }], ...config };
  if (config['images'] === undefined) makeImage(join(stateDir, 'images', 'tiny'));
  return spawnRole('agent', join(dir, 'agent.yaml'), whole, 0, stateDir);
}

/** The program in one of its roles, on `config`, written to `file`. */
function spawnRole(role: 'serve' | 'agent', file: string, config: object, port: number, stateDir: string): ChildDaemon {
  writeFileSync(file, JSON.stringify(config));
  const child = spawn(process.execPath, [DAEMON, role, '-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  return watch(child, port, stateDir);
}

/** Starts one and waits until it listens and has met its hosts. */
export async function startListening(
  config: Readonly<Record<string, unknown>> = {},
  dir?: string,
): Promise<ChildDaemon> {
  const daemon = await startChild(config, dir);
  await daemon.logged('listening');
  await daemon.logged('host met');
  return daemon;
}

function watch(child: ChildProcess, port: number, stateDir: string): ChildDaemon {
  let [out, err] = ['', ''];
  let ended: Ended | null = null;
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.on('close', (code, signal) => {
    ended = { code, signal };
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const log = () =>
    out
      .slice(0, out.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const find = (text: string) => log().find((line) => line['msg'] === text);
  return {
    port,
    stateDir,
    kill: (signal) => child.kill(signal),
    log,
    errors: () => err,
    logged: (text) =>
      waitFor(
        `the daemon to say "${text}" (it ended: ${JSON.stringify(ended)})`,
        () => {
          if (ended !== null && find(text) === undefined) throw new Error(`the daemon ended: ${err}${out}`);
          return find(text);
        },
        30_000,
      ),
    ended: () => waitFor('the daemon to end', () => ended, 20_000),
  };
}

function makeImage(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of ['kernel', 'initrd']) writeFileSync(join(folder, file), file);
  writeFileSync(
    join(folder, 'image.yaml'),
    JSON.stringify({ id: IMAGE, name: 'tiny', kernel: 'kernel', initrd: 'initrd' }),
  );
}

/** Sends requests with a token. */
export type SignedIn = (path: string, init?: RequestInit) => Promise<Response>;

/** A client of it that is signed in as its admin. */
export async function signedIn(daemon: ChildDaemon): Promise<SignedIn> {
  return asking(daemon, await adminToken(daemon));
}

/** A token of the admin whose password is in the state folder. */
export async function adminToken({ port, stateDir }: Pick<ChildDaemon, 'port' | 'stateDir'>): Promise<string> {
  const { clouds } = parse(readFileSync(join(stateDir, 'clouds.yaml'), 'utf8')) as {
    clouds: Record<string, { auth: { username: string; password: string; project_name: string } }>;
  };
  const auth = clouds['admin']?.auth;
  const domain = { id: 'default' };
  const answer = await fetch(`http://127.0.0.1:${port}/identity/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: auth?.username, domain, password: auth?.password } },
        },
        scope: { project: { name: auth?.project_name, domain } },
      },
    }),
  });
  const token = answer.headers.get('x-subject-token') ?? '';
  if (token === '') throw new Error(`no token: ${answer.status} ${await answer.text()}`);
  return token;
}

/** A client of it with that token. */
export function asking({ port }: Pick<ChildDaemon, 'port'>, token: string): SignedIn {
  const headers = {
    'x-auth-token': token,
    'content-type': 'application/json',
    'openstack-api-version': 'compute 2.93',
  };
  return (path, init = {}) => fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers });
}

/** Makes a server whose guest has this behaviour, and waits until it runs; gives its id. */
export async function makeServer(ask: SignedIn, behaviour: string): Promise<string> {
  const server = {
    name: behaviour,
    flavorRef: '1',
    imageRef: IMAGE,
    networks: 'none',
    metadata: { sim_behaviour: behaviour },
  };
  const made = await ask('/v2.1/servers', { method: 'POST', body: JSON.stringify({ server }) });
  const { id } = ((await made.json()) as { server: { id: string } }).server;
  await waitFor('the server to run', async () => {
    const shown = (await (await ask(`/v2.1/servers/${id}`)).json()) as { server: { status: string } };
    return shown.server.status === 'ACTIVE';
  });
  return id;
}
