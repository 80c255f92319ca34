// A host that was there before Remnant: its guests become servers, are never touched unasked, and go only when their owner
// deletes them. And a libvirtd that dies: the service disables itself with a reason, and comes back by itself.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryBus } from '../../src/adapters/memory-bus.ts';
import { memoryLane } from '../../src/adapters/memory-lane.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { openDurableLog } from '../../src/agent/durable-log.ts';
import { checkConfig } from '../../src/config/load-config.ts';
import type { Store } from '../../src/db/store.ts';
import { openStore } from '../../src/db/store.ts';
import type { Remnant } from '../../src/main/compose.ts';
import { compose } from '../../src/main/compose.ts';
import type { Ask } from '../harness/http-client.ts';
import { asker } from '../harness/http-client.ts';
import { waitFor } from '../harness/wait-for.ts';
import { LibvirtLab } from './libvirt-lab.ts';

let lab: LibvirtLab;
let remnant: Remnant;
let store: Store;
let password = '';
let secret = '';
const dir = mkdtempSync(join(tmpdir(), 'remnant-host-'));
const errors: string[] = [];

async function start(): Promise<Remnant> {
  const clock = systemClock();
  const config = checkConfig(
    {
      state_dir: dir,
      identity: { accounts: [{ user: 'owner', project: 'old', role: 'admin' }] },
      adopt: { project: 'old', user: 'owner' },
      hosts: [{ name: 'h1', driver: 'libvirt', socket: lab.socketPath, accel: 'tcg' }],
    },
    'test',
  );
  store = await openStore(`sqlite:${join(dir, 'remnant.db')}`);
  const started = await compose(config, {
    store,
    bus: memoryBus(clock, (what, error) => errors.push(`${what}: ${String(error)}`)),
    lane: memoryLane(clock),
    clock,
    openLog: openDurableLog,
    driver: () => lab.driver(),
    keepPasswords: (accounts) => {
      password = accounts[0]?.password ?? '';
    },
    onRequest: () => {},
    onHost: () => {},
    onError: (what, error) => errors.push(`${what}: ${String(error)}`),
  });
  await started.startAgents();
  if (secret === '') {
    const answer = await asker(started.http)({
      method: 'POST',
      path: '/identity/v3/auth/tokens',
      body: {
        auth: {
          identity: {
            methods: ['password'],
            password: { user: { name: 'owner', domain: { id: 'default' }, password } },
          },
          scope: { project: { name: 'old', domain: { id: 'default' } } },
        },
      },
    });
    secret = String(answer.headers['x-subject-token']);
  }
  return started;
}

const ask = (method: NonNullable<Ask['method']>, path: string, body?: object) =>
  asker(remnant.http)({ method, path: `/v2.1${path}`, token: secret, version: '2.17', body });

interface Seen {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly host_status: string;
  readonly 'OS-EXT-STS:power_state': number;
}

const servers = async () => (await ask('GET', '/servers/detail')).body['servers'] as unknown as Seen[];
const adopted = () => waitFor('the guest to be adopted', async () => (await servers())[0]);

interface SeenService {
  readonly status: string;
  readonly state: string;
  readonly disabled_reason: string | null;
}

const service = async () => ((await ask('GET', '/os-services')).body['services'] as unknown as SeenService[])[0];

beforeAll(async () => {
  lab = await LibvirtLab.open();
  mkdirSync(join(lab.folder, 'xml'), { recursive: true });
  writeFileSync(join(lab.folder, 'xml', 'old.xml'), await lab.foreignXml('old-guest'));
  await lab.virsh('create', join(lab.folder, 'xml', 'old.xml'));
  remnant = await start();
});
afterAll(async () => {
  await remnant.stop(1_000);
  await store.close();
  await lab.close();
  rmSync(dir, { recursive: true, force: true });
});

it('adopts a guest that was there, once', async () => {
  const server = await adopted();
  expect(server).toMatchObject({ name: 'old-guest', status: 'ACTIVE', host_status: 'UP' });
  expect(await lab.virsh('domuuid', 'old-guest')).toBe(server.id);
});

it('leaves it running when Remnant stops, and knows it again afterwards', async () => {
  const before = await adopted();
  await remnant.stop(1_000);
  await store.close();
  expect(await lab.virsh('domstate', 'old-guest')).toBe('running');
  remnant = await start();
  expect(await adopted()).toMatchObject({ id: before.id });
  expect(await servers()).toHaveLength(1);
});

it('disables the service while libvirt is lost and enables it when it is back', async () => {
  await waitFor('the service to be up', async () => (await service())?.state === 'up');
  await lab.signalDaemon('SIGKILL');
  const lost = await waitFor('the service to disable itself', async () => {
    const now = await service();
    return now?.status === 'disabled' ? now : null;
  });
  expect(lost.disabled_reason).toMatch(/^AUTO: /);
  expect((await adopted()).host_status).toBe('MAINTENANCE');
  await lab.startDaemon();
  await waitFor('the service to enable itself', async () => (await service())?.status === 'enabled', 30_000);
  expect((await adopted()).host_status).toBe('UP');
});

it('dumps an adopted guest without touching it otherwise', async () => {
  const server = await adopted();
  await waitFor('the guest to boot', async () => (await consoleOf('old-guest')).includes('GUEST-READY'), 60_000);
  const sent = await ask('POST', `/servers/${server.id}/action`, { trigger_crash_dump: null });
  expect(sent.status).toBe(202);
  await waitFor('the guest to panic', async () => (await lab.virsh('domstate', 'old-guest')) === 'crashed', 30_000);
  // libvirt knows it before Remnant does.
  const again = await waitFor('the server to be shown as crashed', async () => {
    const now = await adopted();
    return now['OS-EXT-STS:power_state'] === 6 ? now : null;
  });
  expect(again.status).toBe('ACTIVE');
  // Not resumed: only guests that Remnant made are made to print their panic.
  expect(await lab.virsh('domstate', '--reason', 'old-guest')).toBe('crashed (panicked)');
});

it('removes it when its owner deletes the server', async () => {
  const server = await adopted();
  expect((await ask('DELETE', `/servers/${server.id}`)).status).toBe(204);
  await waitFor('the guest to be gone', async () => (await lab.virsh('list', '--all', '--name')) === '', 30_000);
  await waitFor('the server to be gone', async () => (await ask('GET', `/servers/${server.id}`)).status === 404);
});

async function consoleOf(name: string): Promise<string> {
  return readFile(join(lab.folder, `${name}.console.log`), 'utf8');
}
