// A daemon of its own for tests of what talks to it from outside: a child process with simulated hosts on a free port.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A running daemon. */
export interface ChildDaemon {
  readonly url: string;
  /** clouds.yaml with the clouds admin (admin) and demo (member). */
  readonly cloudsFile: string;
  /** An empty folder that goes with it. */
  readonly folder: string;
  /** Ends it and removes everything it made. */
  stop(): Promise<void>;
}

/** The image there is. */
export const IMAGE = { id: '70a599e0-31e7-49b7-b260-868f441e862b', name: 'tiny' };
const DAEMON = join(import.meta.dirname, '../../remnantd/bin/remnantd.mjs');

/** Starts one with the hosts sim-1 and sim-2, the flavor `small`, and 1 s for a guest to react. */
export async function startDaemon(): Promise<ChildDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'remnant-child-'));
  const state = join(folder, 'state');
  makeImage(join(state, 'images', IMAGE.name));
  const port = await freePort();
  const config = {
    state_dir: state,
    api: { port, max_limit: 2 },
    dumps: { react: 1 },
    quota: { instances: -1, cores: -1, ram: -1 },
    identity: {
      accounts: [
        { user: 'admin', project: 'admin', role: 'admin' },
        { user: 'demo', project: 'demo', role: 'member' },
      ],
    },
    hosts: ['sim-1', 'sim-2'].map((name) => ({ name, driver: 'sim' })),
    flavors: [{ id: '1', name: 'small', vcpus: 1, ram: 64 }],
  };
  const file = join(folder, 'remnant.yaml');
  writeFileSync(file, JSON.stringify(config));
  const child = spawn(process.execPath, [DAEMON, 'serve', '-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    await listening(child);
  } catch (error) {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
    throw error;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    cloudsFile: join(state, 'clouds.yaml'),
    folder,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

function makeImage(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of ['kernel', 'initrd']) writeFileSync(join(folder, file), file);
  writeFileSync(join(folder, 'image.yaml'), JSON.stringify({ ...IMAGE, kernel: 'kernel', initrd: 'initrd' }));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Resolves when its log says that it listens; rejects with what it said when it ends before. */
async function listening(child: ChildProcess): Promise<void> {
  if (child.stdout === null || child.stderr === null) throw new Error('no pipes');
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('"listening"')) continue;
    child.stdout.resume();
    return;
  }
  throw new Error(`the daemon did not start: ${errors}`);
}
