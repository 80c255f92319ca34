// The `remnant` command against a daemon of its own with simulated hosts, run as a user runs it: as a process.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '@remnant/client';
import { connect } from '@remnant/client';
import { expect } from 'vitest';
import { parse } from 'yaml';
import type { ChildDaemon } from '../../client/test/child-daemon.ts';
import { startDaemon } from '../../client/test/child-daemon.ts';

/** Where the command is. */
export const COMMAND = join(import.meta.dirname, '../bin/remnant.mjs');

/** How a run ended, and what it printed. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command and its daemon. */
export interface Cli {
  readonly daemon: ChildDaemon;
  /** Runs it with these words: as admin, by a token, in an empty folder; or with this environment. */
  readonly run: (words: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ran>;
  /** What it prints with --json; it must end well and say nothing else. */
  readonly json: <T>(words: readonly string[]) => Promise<T>;
  /** The environment `run` gives. */
  readonly env: Readonly<Record<string, string>>;
  /** An entry of the daemon's clouds.yaml. */
  readonly cloud: (name: string) => Cloud;
  readonly stop: () => Promise<void>;
}

/** Starts the daemon. */
export async function startCli(): Promise<Cli> {
  const daemon = await startDaemon();
  const { clouds } = parse(readFileSync(daemon.cloudsFile, 'utf8')) as { clouds: Record<string, Cloud> };
  const cloud = (name: string): Cloud => {
    const found = clouds[name];
    if (found === undefined) throw new Error(`no cloud ${name}`);
    return found;
  };
  // Signing in with a password is slow on purpose, and most tests are not about it.
  const byToken = {
    OS_AUTH_URL: `${daemon.url}/identity`,
    OS_TOKEN: await tokenOf(cloud('admin')),
    OS_PROJECT_NAME: 'admin',
  };
  const own = { HOME: daemon.folder, OS_CLIENT_CONFIG_FILE: daemon.cloudsFile };
  const run: Cli['run'] = (words, env = byToken) => runProcess([COMMAND, ...words], { ...own, ...env }, daemon.folder);
  return {
    daemon,
    run,
    env: { ...own, ...byToken },
    cloud,
    json: async <T>(words: readonly string[]): Promise<T> => {
      const { code, out, err } = await run([...words, '--json']);
      // What is waited for is told as it changes.
      expect({ code, err: words.includes('--wait') ? '' : err }).toEqual({ code: 0, err: '' });
      return JSON.parse(out) as T;
    },
    stop: () => daemon.stop(),
  };
}

async function tokenOf(cloud: Cloud): Promise<string> {
  const { username = '', password = '', project_name: name = '' } = cloud.auth;
  const user = { name: username, domain: { name: 'Default' }, password };
  const scope = { project: { name, domain: { name: 'Default' } } };
  const body = { auth: { identity: { methods: ['password'], password: { user } }, scope } };
  return (await connect(cloud).tokens.issue(body)).subjectToken;
}

function runProcess(words: readonly string[], env: Readonly<Record<string, string>>, cwd: string): Promise<Ran> {
  const child = spawn(process.execPath, [...words], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}
