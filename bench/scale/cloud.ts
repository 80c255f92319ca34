// A cloud past one machine: a real PostgreSQL and a real NATS, two API processes of the installed daemon on them, and as many
// servers in the database as are asked for. Whatever becomes of it, `close` leaves nothing running.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { insertServer } from '../../remnantd/src/db/servers.ts';
import { openStore } from '../../remnantd/src/db/store.ts';
import { toldIn } from '../../remnantd/src/model/host-told.ts';
import { asId } from '../../remnantd/src/model/ids.ts';
import { serverRow } from '../../remnantd/test/harness/server-rows.ts';
import type { Child } from '../api/child.ts';
import { startChild } from '../api/child.ts';
import { adminToken, buildApp, COMPILE_CACHE, SCRATCH } from '../api/daemon.ts';
import { Line } from '../api/http-load.ts';
import { helloOf, type NamedHost } from './wire-hosts.ts';

const ROOT = join(import.meta.dirname, '../..');
const FIRST_PORT = 18_784;
const LONG_AGO = Date.parse('2024-03-01T10:00:00Z');
const NAMES = ['api-1', 'api-2'] as const;

/** Where everything of it lies. */
const SCALE_DIR = join(SCRATCH, 'scale');

/** It. */
export interface ScaleCloud {
  readonly natsUrl: string;
  readonly apis: readonly [Child, Child];
  /** Of the administrator; good at either process. */
  readonly token: string;
  /** Puts the services of hosts into the database, as they are there after their agents' first hello. */
  know(hosts: readonly NamedHost[]): Promise<void>;
  /** The one row and column that `text` asks of the database. */
  count(text: string, ...values: readonly unknown[]): Promise<number>;
  close(): Promise<void>;
}

/** The name of host `i`. */
export function hostName(i: number): string {
  return `host-${String(i).padStart(5, '0')}`;
}

/** The id of server `i`, as the database makes it too. */
export function serverId(i: number): string {
  const hash = createHash('md5').update(`server-${i}`).digest('hex');
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Makes and starts one; server `i` is on host `i` modulo `hosts`. */
export async function openScaleCloud(servers: number, hosts: number): Promise<ScaleCloud> {
  buildApp();
  const lab = (script: string, ...args: readonly string[]) =>
    execFileSync('bash', [join(ROOT, 'lab', script), ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }).trim();
  const postgres = join(SCALE_DIR, 'postgres');
  const nats = join(SCALE_DIR, 'nats');
  const closers: (() => Promise<unknown> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) {
      // In this order, whatever one of them says.
      // oxlint-disable-next-line no-await-in-loop
      await Promise.resolve()
        .then(closer)
        .catch((error: unknown) => process.stderr.write(`closing: ${String(error)}\n`));
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void close().finally(() => process.exit(1)));
  }
  try {
    lab('install.sh', 'postgres', 'nats');
    for (const [script, dir] of [
      ['postgres.sh', postgres],
      ['nats.sh', nats],
    ] as const)
      lab(script, 'down', dir);
    rmSync(SCALE_DIR, { recursive: true, force: true });
    mkdirSync(SCALE_DIR, { recursive: true });
    closers.push(() => rmSync(SCALE_DIR, { recursive: true, force: true }));
    closers.push(() => void lab('postgres.sh', 'down', postgres));
    const database = lab('postgres.sh', 'up', postgres);
    closers.push(() => void lab('nats.sh', 'down', nats));
    const natsUrl = lab('nats.sh', 'up', nats);
    await seed(database, servers, hosts);

    const client = new Client({ connectionString: database });
    await client.connect();
    closers.push(() => client.end());
    const start = async (i: 0 | 1) => {
      const api = await startApi(i, { database, natsUrl });
      closers.push(() => api.stop());
      return api;
    };
    const apis = [await start(0), await start(1)] as const;
    const line = await Line.open(apis[0].port);
    const token = await adminToken({ dir: stateDir(0), servers, hosts, silent: [], panics: [] }, line);
    line.close();
    return {
      natsUrl,
      apis,
      token,
      know: (named) => know(client, named),
      count: async (text, ...values) => Number(Object.values((await client.query(text, [...values])).rows[0] ?? {})[0]),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function stateDir(i: 0 | 1): string {
  return join(SCALE_DIR, NAMES[i]);
}

function startApi(i: 0 | 1, on: { readonly database: string; readonly natsUrl: string }): Promise<Child> {
  const dir = stateDir(i);
  const port = FIRST_PORT + i;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(
    join(dir, 'remnant.yaml'),
    JSON.stringify({
      state_dir: dir,
      api: { port },
      database: { url: on.database },
      bus: { url: on.natsUrl },
      lane: { listen: `127.0.0.1:${port + 2}` },
      quota: { instances: -1, cores: -1, ram: -1 },
      flavors: [{ id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1 }],
    }),
  );
  return startChild({
    node: process.execPath,
    command: join(SCRATCH, 'app/bin/remnantd.mjs'),
    args: ['serve', '--config', join(dir, 'remnant.yaml')],
    port,
    ready: '/v2.1/',
    log: join(SCRATCH, `scale-${NAMES[i]}.log`),
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE },
  });
}

async function know(client: Client, hosts: readonly NamedHost[]): Promise<void> {
  const told = hosts.map((host) => JSON.stringify(toldIn(helloOf(host))));
  await client.query('begin');
  const { rows } = await client.query<{ n: string }>(
    "update heads set n = n + $1 where name = 'services' returning n - $1 as n",
    [hosts.length],
  );
  await client.query(
    `insert into services (id, host, "binary", zone, disabled, forced_down, created_at, updated_at, changed, told)
     select gen_random_uuid()::text, host, 'nova-compute', 'nova', 0, 0, $3, $3, $4::bigint + n, told
     from unnest($1::text[], $2::text[]) with ordinality as hosts (host, told, n)`,
    [hosts.map((host) => host.name), told, LONG_AGO, rows[0]?.n],
  );
  await client.query('commit');
}

/** Makes the schema and one server as the daemon would, the others from it inside the database, and enrolls every host. */
async function seed(url: string, servers: number, hosts: number): Promise<void> {
  const store = await openStore(url);
  await store.transaction(async (tx) => {
    const addr = { version: 4, addr: '10.0.0.1', type: 'fixed', mac: '52:54:00:00:00:01' } as const;
    const addresses = { private: [addr] };
    const metadata = { role: 'web' };
    const name = 'server-0';
    const row = serverRow({ id: asId(serverId(0)), name, addresses, metadata, createdAt: LONG_AGO });
    await insertServer(tx, { ...row, host: asId(hostName(0)), node: hostName(0) });
  });
  await store.close();
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ column_name: string }>(
    "select column_name from information_schema.columns where table_name = 'servers'",
  );
  const host = `'host-' || lpad((i % ${hosts})::text, 5, '0')`;
  const made: Readonly<Record<string, string>> = {
    id: "md5('server-' || i)::uuid::text",
    name: "'server-' || i",
    hostname: "'server-' || i",
    instance_name: "'instance-' || lpad(to_hex(i), 8, '0')",
    host,
    node: host,
    created_at: 'created_at + i * 1000',
  };
  const columns = rows.map((row) => row.column_name).filter((column) => column !== 'seq');
  const values = columns.map((column) => made[column] ?? column);
  await client.query(
    `insert into servers (${columns.join(', ')}) select ${values.join(', ')} from servers cross join generate_series(1, $1) as i`,
    [servers - 1],
  );
  await client.query(
    `insert into enrollments (kind, name, public_key, enrolled_at, changed)
     select 'host', 'host-' || lpad(i::text, 5, '0'), 'U' || i, $2, i + 1 from generate_series(0, $1 - 1) as i`,
    [hosts, LONG_AGO],
  );
  await client.query("update heads set n = $1 where name = 'enrollments'", [hosts]);
  await client.query('analyze');
  await client.end();
}
