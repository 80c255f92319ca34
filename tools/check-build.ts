// Builds what is installed (plain JavaScript in each package's dist), and serves with it once: what only works in a checkout is
// found here, not by whoever installs a package.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TSC = 'node_modules/typescript/bin/tsc';
const BUILDS: Readonly<Record<string, readonly string[]>> = {
  client: [TSC, '-p', 'client/tsconfig.build.json'],
  cli: [TSC, '-p', 'cli/tsconfig.build.json'],
  remnantd: ['tools/bundle-daemon.ts'],
};
const PACKAGES = Object.keys(BUILDS);
const START_MS = 30_000;

/** Runs node with `args`; throws with its output unless it ends with 0. */
function node(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

/** The words for node that run the built daemon as its command line would. */
function daemon(...words: string[]): string[] {
  const built = JSON.stringify(join(process.cwd(), 'remnantd/dist/main/remnantd.js'));
  const code = `const { remnantd } = await import(${built}); await remnantd(process.argv);`;
  return ['--input-type=module', '--eval', code, '--', 'remnantd', ...words];
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Serves until it says that it listens, and ends it. Throws with its output when it does not, or does not end well. */
async function serveOnce(config: string): Promise<void> {
  const child = spawn(process.execPath, daemon('serve', '--config', config), { timeout: START_MS });
  let said = '';
  let asked = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (asked || !said.includes('"listening"')) return;
      // Once: at a second signal it stops as it stands.
      asked = child.kill('SIGTERM');
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0 || !asked) throw new Error(`the built daemon ended with ${code}\n${said}`);
}

const dir = mkdtempSync(join(tmpdir(), 'remnant-build-'));
try {
  for (const [name, build] of Object.entries(BUILDS)) {
    rmSync(join(name, 'dist'), { recursive: true, force: true });
    node(...build);
  }
  const config = join(dir, 'remnant.yaml');
  writeFileSync(config, `state_dir: ${dir}\napi: { port: ${await freePort()} }\nhosts: [{ name: one, driver: sim }]\n`);
  const checked = node(...daemon('config', 'check', '--config', config));
  if (!checked.includes('fine')) throw new Error(`the built daemon said: ${checked}`);
  await serveOnce(config);
  process.stdout.write(`build: ${PACKAGES.join(', ')}\n`);
} finally {
  rmSync(dir, { recursive: true, force: true });
  for (const name of PACKAGES) rmSync(join(name, 'dist'), { recursive: true, force: true });
}
