// How Remnant signs in at a real Ironic: with a name and a password, and with a token of a real Keystone, as the configuration
// says it; and what it tells when it may not come in.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { checkAgentConfig } from '../../src/config/load-config.ts';
import type { Driver, DriverConnection } from '../../src/drivers/driver.ts';
import { ability } from '../../src/drivers/driver.ts';
import { ironicDriver } from '../../src/drivers/ironic/driver.ts';
import { ironicOf } from '../../src/main/ironic-part.ts';
import { asId, type CommandId, type ServerId } from '../../src/model/ids.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { waitFor } from '../harness/wait-for.ts';
import { IronicLab } from './ironic-lab.ts';
import { KeystoneLab } from './keystone-lab.ts';

const PATIENCE_MS = 60_000;

/** A driver as a configuration makes it, and how it stands to its Ironic. */
async function driverOf(ironic: object): Promise<{ driver: Driver; now: () => DriverConnection | undefined }> {
  const hosts = [{ name: 'iron', driver: 'ironic', ironic: { poll: 1, ...ironic } }];
  const config = checkAgentConfig({ state_dir: '/s', hosts, bus: { url: 'nats://127.0.0.1:1' } }, 'test');
  const { options, close } = ironicOf(config.hosts[0] as (typeof config.hosts)[number], systemClock());
  const driver = ironicDriver(options);
  const connections: DriverConnection[] = [];
  onTestFinished(async () => {
    await driver.stop();
    close();
  });
  await driver.start({ guestEvent: () => {}, connection: (connection) => void connections.push(connection) });
  return { driver, now: () => connections.at(-1) };
}

function passwordFile(password: string): string {
  const path = join(tempDir(), 'password');
  writeFileSync(path, `${password}\n`, { mode: 0o600 });
  return path;
}

/** It finds the machine, and Ironic takes a request that changes something from it. */
async function comesIn({ driver, now }: Awaited<ReturnType<typeof driverOf>>, machine: string): Promise<void> {
  await waitFor('Ironic to be reached', () => now()?.up === true, PATIENCE_MS);
  expect((await driver.guests()).map(({ id }) => id)).toEqual([machine]);
  const id = asId<ServerId>(machine);
  await driver.powerOff(id, { command: asId<CommandId>('c') });
  const sent = ability(driver, 'injectNmi').send(id, { command: asId<CommandId>('c') });
  await expect(sent).rejects.toMatchObject({ code: 'not-running' });
}

describe('with a name and a password', () => {
  let lab: IronicLab;
  let machine: string;

  beforeAll(async () => {
    lab = await IronicLab.open({ auth: 'http_basic' });
    machine = (await lab.node({ driver: 'fake-hardware' })).instance ?? '';
  });
  afterAll(() => lab?.close());

  it('comes in', async () => {
    const { username: user, password } = lab.credentials;
    await comesIn(
      await driverOf({ url: lab.url, http_basic: { user, password_file: passwordFile(password) } }),
      machine,
    );
  });

  it('does not with another, and not without: the reason says so', async () => {
    const { username: user } = lab.credentials;
    for (const signIn of [{ http_basic: { user, password_file: passwordFile('another') } }, {}]) {
      const { now } = await driverOf({ url: lab.url, ...signIn });
      await waitFor('the refusal', () => now()?.up === false, PATIENCE_MS);
      expect(now()).toMatchObject({ unknown: true, reason: expect.stringContaining('refuses the credentials') });
    }
  });
});

describe('with a token of Keystone', () => {
  let keystone: KeystoneLab;
  let lab: IronicLab;
  let machine: string;

  beforeAll(async () => {
    keystone = await KeystoneLab.open();
    lab = await IronicLab.open({ auth: keystone });
    machine = (await lab.node({ driver: 'fake-hardware' })).instance ?? '';
  });
  afterAll(async () => {
    await lab?.close();
    await keystone?.close();
  });

  const signIn = (password: string) => {
    const { OS_USERNAME: user, OS_PROJECT_NAME: project } = keystone.admin;
    return { auth_url: keystone.url, user, project, password_file: passwordFile(password) };
  };

  it('comes in', async () => {
    const there = await driverOf({ url: lab.url, keystone: signIn(keystone.admin['OS_PASSWORD'] ?? '') });
    await comesIn(there, machine);
  });

  it('does not with another password: the reason says so', async () => {
    const { now } = await driverOf({ url: lab.url, keystone: signIn('another') });
    await waitFor('the refusal', () => now()?.up === false, PATIENCE_MS);
    expect(now()).toMatchObject({
      unknown: true,
      reason: expect.stringContaining('there are no credentials for Ironic'),
    });
  });
});
