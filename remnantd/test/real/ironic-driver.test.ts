// The contract of a driver, kept by the one for Ironic on a real Ironic with machines behind BMCs of IPMI; and how soon and how
// cheaply many nodes are known.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { driverConformance } from '../../src/drivers/conformance.ts';
import type { Driver, GuestSpec } from '../../src/drivers/driver.ts';
import { ironicDriver } from '../../src/drivers/ironic/driver.ts';
import { noAuth } from '../../src/drivers/ironic/ironic-auth.ts';
import { asId, type ServerId } from '../../src/model/ids.ts';
import { waitFor } from '../harness/wait-for.ts';
import { IronicLab } from './ironic-lab.ts';

const PANIC = 'Kernel panic - not syncing: NMI: Not continuing';
const OPTIONS = { powerSync: 5, ipmiRetry: 10, ipmitoolRetries: true } as const;
const NODES = 200;

const driverOf = (lab: IronicLab): Driver =>
  ironicDriver({
    host: 'iron',
    url: lab.url,
    auth: noAuth(),
    ca: null,
    conductorGroup: null,
    adopt: [],
    pollMs: 2_000,
    timeoutMs: 30_000,
    nmiMs: 75_000,
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    mono: () => performance.now(),
    now: () => Date.now(),
  });

driverConformance(
  'ironic',
  ['injectNmi', 'followCrash', 'reboot'],
  async () => {
    const lab = await IronicLab.open(OPTIONS);
    // It is there for each part of the suite, goes down when its button is pressed, and says every second that it lives.
    const machine = await lab.node({ driver: 'ipmi', options: 'kd.button=on kd.stall=beat' });
    const spec = (): GuestSpec => {
      const [id, name] = [asId<ServerId>(machine.instance ?? ''), machine.displayName];
      return { id, name, displayName: name, projectId: 'p', vcpus: 1, memoryMb: 256, boot: null, metadata: {} };
    };
    let panics = 0;
    return {
      driver: () => driverOf(lab),
      spec,
      softly: spec,
      asksDown: true,
      stopsAlike: true,
      ready: async () => {
        const before = (await machine.serialLog()).length;
        const beats = async () => (await machine.serialLog()).slice(before).includes('beat ');
        await waitFor('the machine to say that it lives', beats, 120_000, 100);
      },
      panicked: async () => {
        panics += 1;
        await machine.says(PANIC, panics);
      },
      close: () => lab.close(),
    };
  },
  { ports: false },
);

let lab: IronicLab;
beforeAll(async () => {
  lab = await IronicLab.open({ ...OPTIONS, powerSync: 0 });
});
afterAll(async () => {
  await lab.close();
});

it(`knows what becomes of ${NODES} nodes within one poll, in two requests at most`, { timeout: 600_000 }, async () => {
  const uuids = await lab.fakes(NODES);
  const asked = async () => (await lab.log()).split('GET /v1/nodes?').length - 1;
  const driver = driverOf(lab);
  const events: string[] = [];
  let changes = 0;
  let up = false;
  await driver.start({
    guestEvent: ({ kind, detail }) => void events.push(`${kind} ${detail}`),
    connection: (connection) => {
      up = connection.up;
    },
    changed: () => {
      changes += 1;
    },
  });
  try {
    await waitFor('Ironic', () => up, 60_000);
    expect(await driver.guests()).toHaveLength(NODES);
    expect(await asked(), 'the log tells of requests').toBeGreaterThan(0);
    await lab.ask('PUT', `/nodes/${uuids[NODES - 1]}/maintenance`, { reason: 'fans' });
    const before = await asked();
    await waitFor('the change', () => changes > 0, 60_000);
    // The poll that was under way, and the one that saw it.
    expect((await asked()) - before).toBeLessThanOrEqual(2);
    expect((await driver.inventory()).nodes?.filter(({ maintenance }) => maintenance !== null)).toHaveLength(1);
    expect(events).toEqual([]);
  } finally {
    await driver.stop();
  }
});
