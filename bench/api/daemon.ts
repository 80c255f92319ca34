// The daemon as it is installed: built JavaScript, `remnantd serve` in its own process, on a folder of state that was seeded
// with servers and with guests for some of them on simulated hosts.

import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { insertServer } from '../../remnantd/src/db/servers.ts';
import { openStore } from '../../remnantd/src/db/store.ts';
import { openSimWorld } from '../../remnantd/src/drivers/sim/sim-world.ts';
import type { HostName, ProjectId } from '../../remnantd/src/model/ids.ts';
import { asId } from '../../remnantd/src/model/ids.ts';
import { serverRow } from '../../remnantd/test/harness/server-rows.ts';
import type { Child } from './child.ts';
import { startChild } from './child.ts';
import type { Line } from './http-load.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Everything these benchmarks make lies here. */
export const SCRATCH = join(ROOT, 'var/bench');
/** Where node keeps what it compiled of the daemon. */
export const COMPILE_CACHE = join(SCRATCH, 'compile-cache');
const APP = join(SCRATCH, 'app');
/** Servers with a guest behind them: each is dumped once. */
const GUESTS = 1_000;
const PROJECTS = 10;
const LONG_AGO = Date.parse('2024-03-01T10:00:00Z');

/** A seeded cloud. */
export interface Cloud {
  readonly dir: string;
  readonly servers: number;
  readonly hosts: number;
  /** Servers whose guest gives no sign after an NMI, as far as Nova would follow it. */
  readonly silent: readonly string[];
  /** Servers whose guest panics. */
  readonly panics: readonly string[];
}

/** Builds what is installed. Types are not asked here: `make check` does that. */
export function buildApp(): void {
  rmSync(APP, { recursive: true, force: true });
  mkdirSync(APP, { recursive: true });
  const source = join(ROOT, 'remnantd');
  const script = join(ROOT, 'tools/bundle-daemon.ts');
  execFileSync(process.execPath, [script, join(APP, 'dist')], { stdio: 'inherit' });
  cpSync(join(source, 'bin'), join(APP, 'bin'), { recursive: true });
  cpSync(join(source, 'package.json'), join(APP, 'package.json'));
}

/** Makes the state of a cloud that never ran, in a folder of its own. */
export async function seedCloud(servers: number, hosts: number, port: number): Promise<Cloud> {
  const dir = join(SCRATCH, `cloud-${servers}-${hosts}`);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const names = Array.from({ length: hosts }, (_, i) => `host-${i}`);
  writeFileSync(
    join(dir, 'remnant.yaml'),
    JSON.stringify({
      state_dir: dir,
      api: { port },
      hosts: names.map((name) => ({ name, driver: 'sim' })),
      quota: { instances: -1, cores: -1, ram: -1 },
      flavors: [{ id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1 }],
    }),
  );
  const world = openSimWorld({ dir: join(dir, 'sim'), now: () => Date.now(), mono: () => 0, defer: () => () => {} });
  const store = await openStore(`sqlite:${join(dir, 'remnant.db')}`);
  const silent: string[] = [];
  const panics: string[] = [];
  await store.transaction(async (tx) => {
    for (let i = 0; i < servers; i += 1) {
      const host = names[i % hosts] ?? '';
      const row = serverRow({
        id: asId(randomUUID()),
        name: `server-${i}`,
        host: asId<HostName>(host),
        node: host,
        projectId: asId<ProjectId>(`${i % PROJECTS}`.repeat(32)),
        metadata: { role: 'web', owner: `team-${i % 7}` },
        tags: ['production'],
        addresses: {
          private: [{ version: 4, addr: `10.0.${(i >> 8) % 256}.${i % 256}`, type: 'fixed', mac: '52:54:00:00:00:01' }],
        },
        instanceName: `instance-${i.toString(16).padStart(8, '0')}`,
        createdAt: LONG_AGO + i * 1000,
      });
      // One statement after the other is what a transaction is for.
      // oxlint-disable-next-line no-await-in-loop
      await insertServer(tx, row);
      if (i >= GUESTS) continue;
      (i % 2 === 0 ? silent : panics).push(row.id);
      const metadata = { sim_behaviour: i % 2 === 0 ? 'hangs' : 'panics' };
      world.plantGuest(host, { id: row.id, name: row.instanceName, metadata });
    }
  });
  await store.close();
  world.close();
  return { dir, servers, hosts, silent, panics };
}

/** How a start is wanted. */
export interface StartOptions {
  readonly node: string;
  readonly port: number;
  readonly compileCache: boolean;
}

/** `remnantd serve` on a cloud. */
export function startDaemon(cloud: Cloud, { node, port, compileCache }: StartOptions): Promise<Child> {
  return startChild({
    node,
    // As it is installed: by its first line, which says how node is to run it.
    command: join(APP, 'bin/remnantd.mjs'),
    args: ['serve', '--config', join(cloud.dir, 'remnant.yaml')],
    port,
    ready: '/v2.1/',
    log: join(cloud.dir, 'remnantd.log'),
    env: compileCache ? { NODE_COMPILE_CACHE: COMPILE_CACHE } : { NODE_DISABLE_COMPILE_CACHE: '1' },
  });
}

/** Signs the administrator of a new cloud in, with the password its first start left in clouds.yaml. */
export async function adminToken(cloud: Cloud, line: Line): Promise<string> {
  const file = parse(readFileSync(join(cloud.dir, 'clouds.yaml'), 'utf8')) as {
    clouds: { admin: { auth: { username: string; password: string; project_name: string } } };
  };
  const { username, password, project_name: project } = file.clouds.admin.auth;
  const domain = { name: 'Default' };
  const user = { name: username, password, domain };
  const body = {
    auth: {
      identity: { methods: ['password'], password: { user } },
      scope: { project: { name: project, domain } },
    },
  };
  const { status, head } = await line.send({
    method: 'POST',
    path: '/identity/v3/auth/tokens',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const token = /^x-subject-token: (.+)$/im.exec(head)?.[1]?.trim();
  if (status !== 201 || token === undefined) throw new Error(`signing in: ${status}`);
  return token;
}
