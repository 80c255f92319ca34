// `remnantd agent` as a host runs it: without a cloud it waits, without NATS it goes on and comes back, and it ends when what it was told
// to do is done. One API process on SQLite and NATS is its cloud.

import { lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChildDaemon, SignedIn } from '../harness/child-daemon.ts';
import { freePort, IMAGE, makeServer, signedIn, startAgentChild, startChild } from '../harness/child-daemon.ts';
import { enroll } from '../harness/enroll.ts';
import type { Body } from '../harness/http-client.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { waitFor } from '../harness/wait-for.ts';
import { NatsLab } from './nats-lab.ts';

const HOST = 'rack-1';
let nats: NatsLab;
beforeEach(async () => {
  nats = await NatsLab.open();
});
afterEach(() => nats.close());

/** An API process with no host of its own, for which the host is enrolled. */
async function startApi(): Promise<ChildDaemon> {
  const lane = { listen: `127.0.0.1:${await freePort()}` };
  const api = await startChild({ bus: { url: nats.url }, lane, hosts: [] });
  await api.logged('listening');
  await enroll(api.stateDir, { state_dir: api.stateDir }, [HOST]);
  return api;
}

const startAgent = (dir?: string, more: object = {}) =>
  startAgentChild({ bus: { url: nats.url }, hosts: [{ name: HOST, driver: 'sim' }], ...more }, dir);

const read = async (ask: SignedIn, path: string) => (await (await ask(path)).json()) as Body;
const has = (daemon: ChildDaemon, text: string) => daemon.log().filter(({ msg }) => msg === text).length;

async function stopped(daemon: ChildDaemon): Promise<void> {
  daemon.kill('SIGTERM');
  expect(await daemon.ended(), daemon.errors()).toEqual({ code: 0, signal: null });
  expect(has(daemon, 'stopped')).toBe(1);
}

test('it starts without NATS and without a cloud, and is there when both come', async () => {
  await nats.kill();
  const agent = startAgent();
  await agent.logged('running');
  expect(await agent.logged('bus away')).toHaveProperty('reason');
  await nats.up();
  await agent.logged('bus reached');
  const api = await startApi();
  expect(await agent.logged('host met')).toMatchObject({ host: HOST, driver: 'sim', guests: 0 });
  const ask = await signedIn(api);
  const server = await makeServer(ask, 'panics');

  await nats.kill();
  await agent.logged('bus lost');
  await nats.up();
  await waitFor('the bus to be back', () => has(agent, 'bus reached') === 2, 30_000);
  const pause = { method: 'POST', body: JSON.stringify({ pause: null }) };
  expect((await ask(`/v2.1/servers/${server}/action`, pause)).status).toBe(202);
  await waitFor('the order to be carried out', async () => {
    return (await read(ask, `/v2.1/servers/${server}`))['server']?.['status'] === 'PAUSED';
  });

  // What may be looked at anew is; it goes on.
  agent.kill('SIGHUP');
  await stopped(agent);
  await stopped(api);
  expect(agent.log().filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

test('it finishes what it was told to do before it ends, and its folder is its own', async () => {
  const api = await startApi();
  const dir = tempDir();
  const agent = startAgent(dir);
  await agent.logged('host met');
  const second = startAgent(dir);
  expect(await second.ended()).toMatchObject({ code: 1 });
  expect(second.errors()).toMatch(/^remnantd: state_dir: .*lock: another process has it\n$/);

  const ask = await signedIn(api);
  const server = await makeServer(ask, 'slow');
  const asked = await ask(`/v2.1/servers/${server}/action`, {
    method: 'POST',
    body: JSON.stringify({ trigger_crash_dump: null }),
  });
  const action = `/v2.1/servers/${server}/os-instance-actions/${asked.headers.get('x-openstack-request-id')}`;
  const events = async () => (await read(ask, action))['instanceAction']?.['events'] ?? [];
  await waitFor('the order to be with its host', async () => (await events()).length > 0);
  await stopped(agent);
  expect((await events())[0]?.['result']).toBe('Success');

  const open = readdirSync(agent.stateDir, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('images'))
    .filter((path) => (lstatSync(join(agent.stateDir, path)).mode & 0o077) !== 0);
  expect(open).toEqual([]);
  expect(readdirSync(agent.stateDir).filter((name) => name.endsWith('.db'))).toEqual([]);
});

test('an image that the host has not fails the server, and is told to who runs the host', async () => {
  const api = await startApi();
  const dir = tempDir();
  const agent = startAgent(dir);
  await agent.logged('host met');
  rmSync(join(agent.stateDir, 'images', 'tiny'), { recursive: true });
  const ask = await signedIn(api);
  const body = { server: { name: 'x', flavorRef: '1', imageRef: IMAGE, networks: 'none' } };
  const made = await ask('/v2.1/servers', { method: 'POST', body: JSON.stringify(body) });
  const { id } = ((await made.json()) as { server: { id: string } }).server;
  await waitFor('the server to fail', async () => {
    return (await read(ask, `/v2.1/servers/${id}`))['server']?.['status'] === 'ERROR';
  });
  const request = made.headers.get('x-openstack-request-id');
  const { instanceAction } = await read(ask, `/v2.1/servers/${id}/os-instance-actions/${request}`);
  // Nova's details are a class of Nova's; who runs the host is told which image.
  expect(instanceAction?.['events']?.[0]).toMatchObject({ result: 'Error', host: HOST, details: 'ImageNotFound' });
  expect(await agent.logged('a server needs an image that this host has not')).toMatchObject({
    host: HOST,
    image: IMAGE,
  });
});

test('metrics are on an address of their own, and a configuration that cannot work is told before anything starts', async () => {
  const port = await freePort();
  const agent = startAgent(undefined, { metrics: { listen: `127.0.0.1:${port}` } });
  await agent.logged('bus reached');
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(metrics).toMatch(/^remnant_agent_bus_up 1$/m);
  expect(metrics).toMatch(/^remnant_agent_host_met\{host="rack-1"\} 0$/m);

  const dir = tempDir();
  const ca = join(dir, 'ca.pem');
  writeFileSync(ca, 'no certificate');
  const bad = startAgent(dir, { lane: { ca } });
  expect(await bad.ended()).toMatchObject({ code: 1 });
  expect(bad.errors()).toBe(`remnantd: lane.ca: ${ca} is not a PEM certificate\n`);
});
