// The life of a server by the unmodified openstacksdk: one script that ends well, and what it saw.

import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LifeCloud } from './life-cloud.ts';

let cloud: LifeCloud;
beforeAll(async () => {
  cloud = await LifeCloud.up();
});
afterAll(async () => {
  await cloud.close();
});

it('lives through all of it', async () => {
  const seen: unknown = JSON.parse(await cloud.script(join(import.meta.dirname, 'openstacksdk-life.py')));
  expect(seen).toEqual({
    'private key': true,
    turns: [
      ['create', 'ACTIVE'],
      ['stop', 'SHUTOFF'],
      ['start', 'ACTIVE'],
      ['pause', 'PAUSED'],
      ['unpause', 'ACTIVE'],
      ['suspend', 'SUSPENDED'],
      ['resume', 'ACTIVE'],
      ['reboot', 'ACTIVE'],
      ['rescue', 'RESCUE'],
      ['unrescue', 'ACTIVE'],
      ['resize', 'VERIFY_RESIZE'],
      ['revert', 'ACTIVE'],
      ['resize', 'VERIFY_RESIZE'],
      ['confirm', 'ACTIVE'],
      ['rebuild', 'ACTIVE'],
    ],
    locked: true,
    metadata: { role: 'web', tier: '1' },
    dump: 202,
    console: true,
    flavor: 'medium',
    host_status: { demo: null, admin: 'UP' },
    services: ['sim-1', 'sim-2'],
    'forced down': [true],
    hypervisors: ['sim-1', 'sim-2'],
    zones: [['nova', true]],
    limits: 1,
    quota: 10,
    groups: ['apart'],
    aggregates: [['racks', 'west']],
    specs: { a: 'b' },
    keypairs: ['key1'],
    servers: [],
  });
});
