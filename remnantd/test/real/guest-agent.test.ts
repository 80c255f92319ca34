// Readiness of real guests with a real guest agent, through the agent of their host: one that is ready, one that only thinks it
// is, and one that stalled after it was looked at.

import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { FactsStore } from '../../src/agent/readiness/facts-store.ts';
import { GuestLooks, LOOK_TIMES } from '../../src/agent/readiness/guest-looks.ts';
import { ability, type GuestSpec, type Order } from '../../src/drivers/driver.ts';
import { asId, type CommandId } from '../../src/model/ids.ts';
import { POWER_STATE } from '../../src/model/power-state.ts';
import type { Readiness, ReadinessItemName } from '../../src/model/readiness.ts';
import { readiness } from '../../src/model/readiness.ts';
import { eventually, LibvirtLab, readyToCrash, type Watched, watched } from './libvirt-lab.ts';

const ORDER: Order = { command: asId<CommandId>('00000000-0000-4000-8000-000000000002') };
let lab: LibvirtLab;
let host: Watched;
let looks: GuestLooks;
const errors: string[] = [];

function openLooks(): GuestLooks {
  const onError = (what: string, error: unknown) => errors.push(`${what}: ${String(error)}`);
  return new GuestLooks({
    agent: host.driver.guestAgent,
    follow: host.driver.followCrash,
    store: new FactsStore(join(lab.folder, 'readiness'), onError),
    clock: systemClock(),
    times: LOOK_TIMES,
    onError,
  });
}

beforeAll(async () => {
  lab = await LibvirtLab.open();
  host = await watched(lab.driver());
  looks = openLooks();
  await looks.open();
});
afterAll(async () => {
  await looks.stop();
  await host.driver.stop();
  await lab.close();
  expect(errors).toEqual([]);
});

/** A guest that runs and answers. */
async function boot(options = ''): Promise<GuestSpec> {
  const spec = lab.agentSpec('kdump', options);
  await host.driver.make.create(spec, ORDER);
  await readyToCrash(host.driver, spec.id);
  await eventually(() => ability(host.driver, 'guestAgent').readFiles(spec.id, [], { mostBytes: 1, boundMs: 9_000 }));
  await eventually(async () => expect((await looks.answer(spec.id, true)).learnt?.stale).toBe(false));
  return spec;
}

/** Its readiness now, as the API would judge it. */
async function judged(spec: GuestSpec, refresh: boolean): Promise<Readiness> {
  return readiness({
    host: { status: 'UP', reachable: true },
    server: {
      id: spec.id,
      vmState: 'active',
      taskState: null,
      launchedAt: 1,
      lockedBy: null,
      host: 'h',
      powerState: POWER_STATE.running,
      memoryMb: spec.memoryMb,
      origin: 'created',
    },
    isAdmin: false,
    dumpRunning: false,
    offered: { canInject: true, arch: 'x86_64' },
    guest: await looks.answer(spec.id, refresh),
  });
}

const itemOf = ({ items }: Readiness, name: ReadinessItemName) => items.find(({ item }) => item === name);

it('a guest that is ready is green, and would hand its dump to the host', async () => {
  const spec = await boot();
  const now = await judged(spec, true);
  expect(now.items.filter(({ needed, state }) => needed && state !== 'green')).toEqual([]);
  expect([now.state, now.expectation]).toEqual(['green', 'host_dump']);
  expect(itemOf(now, 'crash_memory')?.says).toContain('128 MiB');
  expect(itemOf(now, 'ports')?.state).toBe('green');
  await host.driver.destroy(spec.id, ORDER);
}, 180_000);

it('one with panic_on_io_nmi alone is not, and is told why; its NMI is ignored indeed', async () => {
  const spec = await boot('kd.nmi=io');
  const now = await judged(spec, true);
  expect([now.state, now.expectation]).toEqual(['amber', 'nothing']);
  expect(itemOf(now, 'nmi_panic')).toMatchObject({
    state: 'amber',
    says: expect.stringContaining('panic_on_io_nmi alone does not make it panic'),
    fix: expect.stringContaining('kernel.unknown_nmi_panic = 1'),
  });
  await ability(host.driver, 'injectNmi').send(spec.id, ORDER);
  await eventually(async () =>
    expect(await ability(host.driver, 'readConsole').read(spec.id, null)).toContain('Dazed and confused'),
  );
  await host.driver.destroy(spec.id, ORDER);
}, 180_000);

it('one that stalls after it was looked at keeps what was learnt, with its age; an NMI is not held up by it', async () => {
  const spec = await boot('kd.stall=hard kd.after=60');
  await eventually(async () =>
    expect(await ability(host.driver, 'readConsole').read(spec.id, null)).toContain('STALL-HARD'),
  );
  const stalled = await judged(spec, true);
  expect(itemOf(stalled, 'guest_agent')).toMatchObject({ state: 'amber', needed: false });
  expect([stalled.state, stalled.expectation]).toEqual(['green', 'host_dump']);
  expect(itemOf(stalled, 'crash_kernel')?.ageMs).toBeGreaterThan(1_000);

  // A look is under way when the NMI is sent.
  const look = looks.answer(spec.id, true);
  looks.hold(spec.id);
  const from = performance.now();
  await ability(host.driver, 'injectNmi').send(spec.id, ORDER);
  expect(performance.now() - from).toBeLessThan(2_000);
  await look;

  // Another life of the agent knows it too.
  await looks.stop();
  looks = openLooks();
  await looks.open();
  expect((await looks.answer(spec.id, false)).learnt).toMatchObject({ stale: false, facts: { crashLoaded: true } });
  await host.driver.destroy(spec.id, ORDER);
}, 240_000);
