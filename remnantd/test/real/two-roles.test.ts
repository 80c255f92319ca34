// The two roles as an operator runs them: two API processes and two agents, each a process of its own, on a real PostgreSQL and a
// real NATS. What one process began, another finishes and a third can read.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificate } from '../harness/certificate.ts';
import type { ChildDaemon, SignedIn } from '../harness/child-daemon.ts';
import { adminToken, asking, freePort, makeServer, startAgentChild, startChild } from '../harness/child-daemon.ts';
import { enroll } from '../harness/enroll.ts';
import type { Body } from '../harness/http-client.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { waitFor } from '../harness/wait-for.ts';
import { NatsLab } from './nats-lab.ts';
import type { PostgresLab } from './postgres-lab.ts';
import { startPostgres } from './postgres-lab.ts';

let nats: NatsLab;
let postgres: PostgresLab;
beforeAll(async () => {
  nats = await NatsLab.open();
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres?.stop();
  await nats?.close();
});

const read = async (ask: SignedIn, path: string) => (await (await ask(path)).json()) as Body;
const bus = (dir: string, name: string) => ({ url: nats.url, credentials: join(dir, `${name}.nk`) });

/** An API process. */
async function startApi(dir: string, name: string): Promise<ChildDaemon> {
  const lane = { listen: `127.0.0.1:${await freePort()}`, cert: join(dir, 'lane.pem'), key: join(dir, 'lane.key') };
  const config = { bus: bus(dir, name), database: { url: postgres.url }, lane, hosts: [] };
  return startChild(config, folderOf(dir, name));
}

/** The agent of one simulated host. */
function startAgent(dir: string, name: string): ChildDaemon {
  return startAgentChild(
    { bus: bus(dir, name), lane: { ca: join(dir, 'lane.pem') }, hosts: [{ name, driver: 'sim' }] },
    folderOf(dir, name),
  );
}

function folderOf(dir: string, name: string): string {
  const folder = join(dir, name);
  mkdirSync(folder);
  return folder;
}

/** Stops a process as an operator does. */
async function stop(daemon: ChildDaemon): Promise<void> {
  daemon.kill('SIGTERM');
  expect(await daemon.ended(), daemon.errors()).toEqual({ code: 0, signal: null });
}

/** Waits until this process shows every host as up. */
const meets = (ask: SignedIn, hosts: readonly string[]) =>
  waitFor(
    'both hosts to be up',
    async () => {
      const { services } = await read(ask, '/v2.1/os-services?binary=nova-compute');
      const up = (services ?? []).filter((one) => one['state'] === 'up').map((one) => String(one['host']));
      return hosts.every((host) => up.includes(host));
    },
    30_000,
    100,
  );

/** A server whose guest hands over a dump, on whichever host it comes to. */
async function triggered(
  made: SignedIn,
  triggers: SignedIn,
): Promise<{ readonly server: string; readonly dump: string }> {
  const server = await makeServer(made, 'kdump');
  const dump = { method: 'POST', body: JSON.stringify({ trigger_crash_dump: null }) };
  expect((await triggers(`/v2.1/servers/${server}/action`, dump)).status).toBe(202);
  const { dumps } = await read(made, `/remnant/v1/servers/${server}/dumps`);
  return { server, dump: String(dumps?.[0]?.['id']) };
}

const verdictOf = (ask: SignedIn, path: string) =>
  waitFor('a verdict', async () => (await read(ask, path))['dump']?.['verdict'], 60_000, 100);

test('what one API process accepts, the other sees, finishes and downloads', async () => {
  const dir = tempDir();
  const hosts = ['rack-1', 'rack-2'];
  makeCertificate(dir, 'lane');
  const database = { url: postgres.url };
  const following = ['--bus-users', nats.settings, '--reload-pid', nats.pidFile];
  await enroll(dir, { state_dir: dir, database }, ['api-1', 'api-2', ...hosts], following);
  // Agents first: they wait for a cloud to come.
  const agents = hosts.map((name) => startAgent(dir, name));
  await Promise.all(agents.map((agent) => agent.logged('running')));
  // Both at once, on an empty database: the accounts are made by one of them.
  const [one, two] = (await Promise.all(['api-1', 'api-2'].map((name) => startApi(dir, name)))) as [
    ChildDaemon,
    ChildDaemon,
  ];
  await Promise.all([one, two].map((api) => api.logged('listening')));
  await Promise.all(agents.map((agent) => agent.logged('host met')));
  const withPasswords = [one, two].filter(({ stateDir }) => existsSync(join(stateDir, 'clouds.yaml')));
  expect(withPasswords.length, 'who made the accounts has their passwords, and nobody else').toBe(1);
  // One token for both: it is in the database they share.
  const token = await adminToken({ port: one.port, stateDir: withPasswords[0]?.stateDir ?? '' });
  const [first, second] = [asking(one, token), asking(two, token)];
  await meets(first, hosts);
  await meets(second, hosts);

  const { server, dump } = await triggered(first, second);
  const path = `/remnant/v1/servers/${server}/dumps/${dump}`;
  expect(await verdictOf(second, path)).toBe('captured');
  expect(await verdictOf(first, path)).toBe('captured');
  const { dump: shown } = await read(first, path);
  const artefact = shown?.['artefacts']?.[0];
  for (const ask of [first, second]) {
    const download = await ask(`${path}/artefacts/${artefact?.['id']}`);
    expect(download.status).toBe(200);
    const bytes = Buffer.from(await download.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(artefact?.['sha256']);
  }
  for (const daemon of [one, two, ...agents]) {
    expect(JSON.stringify(daemon.log())).not.toMatch(/x-remnant-ticket|\/lane\//);
  }

  // Killed where it stands: the other goes on with what it accepted.
  const late = await triggered(second, first);
  one.kill('SIGKILL');
  const latePath = `/remnant/v1/servers/${late.server}/dumps/${late.dump}`;
  expect(await verdictOf(second, latePath)).toBe('captured');
  expect(await verdictOf(second, path)).toBe('captured');

  for (const daemon of [...agents, two]) await stop(daemon);
  for (const agent of agents) expect(agent.log().filter(({ level }) => Number(level) >= 50)).toEqual([]);
});
