// The simulated driver: the contract's suite on the real clock, then what it promises beyond it, on a clock by hand.

import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { asId, type CommandId, type ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import { driverConformance } from '../conformance.ts';
import {
  type Ability,
  ability,
  type Driver,
  type DriverListener,
  type GuestSize,
  type GuestSpec,
  type RescueBoot,
  type RootDisk,
} from '../driver.ts';
import { manualClock } from './manual-clock.ts';
import { simDriver } from './sim-driver.ts';
import { openSimWorld } from './sim-world.ts';

const DISK: RootDisk = { image: '/images/disk.qcow2', format: 'qcow2', sizeGb: 1 };
const RESCUE: RescueBoot = {
  boot: { kernel: '/k', initrd: '/i', commandLine: 'console=ttyS0 root=rescue', properties: {} },
  disk: null,
};
const LARGE: GuestSize = { vcpus: 2, memoryMb: 1_024, diskGb: 2 };

const ABILITIES: readonly Ability[] = [
  'make',
  'pause',
  'injectNmi',
  'readConsole',
  'followCrash',
  'guestAgent',
  'dumpMemory',
  'reset',
  'suspend',
  'reboot',
  'rescue',
  'resize',
  'readAddresses',
  'vitals',
  'hostUptime',
];

driverConformance('sim', ABILITIES, async () => {
  const world = openSimWorld({
    dir: null,
    now: Date.now,
    mono: () => performance.now(),
    defer(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
  world.plantGuest('host-1', { id: asId(randomUUID()), name: 'there-before' });
  return {
    driver: () => simDriver({ world, host: 'host-1' }),
    spec: (overrides) => ({ ...specOf('panics'), ...overrides }),
    crashSpec: () => specOf('kdump', { sim_dump_bytes: String(6 * 1024 * 1024) }),
    agentSpec: () => specOf('panics'),
    brokenSpec: () => specOf('panics', { sim_create: 'fails' }),
    softly: () => specOf('panics', { sim_down_ms: '20' }),
    asksDown: false,
    diskSpec: () => ({ ...specOf('panics'), disk: DISK }),
    twoHosts: async () => ({
      one: simDriver({ world, host: 'host-2', disks: '/shared' }),
      other: simDriver({ world, host: 'host-3', disks: '/shared' }),
      close: async () => {},
    }),
    rescueSource: () => ({ from: RESCUE, says: 'root=rescue' }),
    brokenRescue: () => ({ spec: specOf('panics', { sim_fails: 'rescue' }), from: RESCUE }),
    brokenResize: () => ({ spec: specOf('panics', { sim_fails: 'resize' }), size: LARGE }),
    networkSpec: () => ({ ...specOf('panics', { sim_address_ms: '20' }), network: true }),
    ready: async () => undefined,
    close: async () => world.close(),
  };
});

describe('a guest and an NMI', () => {
  it('panics: an event, then its text', async () => {
    const { driver, clock, guest, seen, send } = await setUp('panics');
    await send();
    clock.advance(20);
    expect(seen).toEqual(['panicked Crashed Panicked']);
    expect((await driver.guest(guest)).powerState).toBe(POWER_STATE.crashed);
    expect(await text(driver, guest)).not.toContain('panic');
    clock.advance(60_000);
    expect(await text(driver, guest)).not.toContain('panic');
    await driver.pause.unpause(guest, { command: asId('c') });
    clock.advance(20);
    expect(seen).toEqual(['panicked Crashed Panicked', 'resumed Resumed Unpaused']);
    expect((await driver.guest(guest)).powerState).toBe(POWER_STATE.running);
    expect(await text(driver, guest)).toContain('Kernel panic - not syncing: NMI: Not continuing');
    expect(await text(driver, guest)).not.toContain('Uhhuh');
  });

  it('ignores: two lines each time and no event', async () => {
    const { driver, clock, guest, seen, send } = await setUp('ignores');
    await send();
    clock.advance(1_000);
    await send();
    clock.advance(1_000);
    expect(seen).toEqual([]);
    const said = (await text(driver, guest)).match(/Uhhuh.*\n.*Dazed and confused, but trying to continue/g);
    expect(said).toHaveLength(2);
  });

  it('hangs: no sign at all', async () => {
    const { driver, clock, guest, seen, send } = await setUp('hangs');
    const before = await text(driver, guest);
    await send();
    clock.advance(600_000);
    expect(seen).toEqual([]);
    expect(await text(driver, guest)).toBe(before);
  });

  it('refuses and unsupported: a fault in the words of the hypervisor, and no NMI', async () => {
    const refuses = await setUp('refuses');
    await expect(refuses.send()).rejects.toMatchObject({ code: 'failed', novaClass: 'libvirtError', asked: 'no' });
    const unsupported = await setUp('unsupported');
    await expect(unsupported.send()).rejects.toMatchObject({ code: 'not-supported', asked: 'no' });
    expect([...refuses.world.nmis(), ...unsupported.world.nmis()]).toEqual([]);
  });

  it('slow: the guest panics long before the call is answered', async () => {
    const { clock, seen, send } = await setUp('slow');
    const answer = track(send());
    clock.advance(2_999);
    await answer.turn();
    expect(seen[0]).toBe('panicked Crashed Panicked');
    expect(answer.state).toBe('pending');
    clock.advance(1);
    await answer.turn();
    expect(answer.state).toBe('resolved');
  });

  it('stuck: no answer ever, until the driver is stopped', async () => {
    const { driver, clock, seen, send, world } = await setUp('stuck');
    const answer = track(send());
    clock.advance(3_600_000);
    await answer.turn();
    expect(answer.state).toBe('pending');
    expect(seen[0]).toBe('panicked Crashed Panicked');
    expect(world.nmis()).toHaveLength(1);
    await driver.stop();
    await answer.turn();
    expect(answer.state).toMatchObject({ code: 'connection-lost', asked: 'maybe' });
  });

  it('lost: the NMI went out, the answer and the panic event did not come back', async () => {
    const { driver, clock, guest, seen, send, world } = await setUp('lost');
    await expect(send()).rejects.toMatchObject({ code: 'connection-lost', asked: 'maybe' });
    expect(world.nmis()).toHaveLength(1);
    await expect(driver.guest(guest)).rejects.toMatchObject({ code: 'connection-lost', asked: 'no' });
    clock.advance(1_000);
    expect(seen).toEqual(['down Cannot recv data: Connection reset by peer', 'up']);
    expect((await driver.guest(guest)).powerState).toBe(POWER_STATE.crashed);
  });

  it('takes its behaviour from metadata before boot properties, and a name that is none makes no guest', async () => {
    const { driver } = await setUp('hangs');
    const spec = specOf('ignores');
    const boot = { kernel: '/k', initrd: '/i', commandLine: '', properties: { sim_behaviour: 'refuses' } };
    const both: GuestSpec = { ...spec, boot };
    await driver.make.create(both, order());
    await ability(driver, 'injectNmi').send(both.id, order());
    await expect(driver.make.create(specOf('dances'), order())).rejects.toThrow(/no sim_behaviour 'dances'.*panics/);
  });

  it('keeps one of two NMIs while paused, and stands still with a reaction half done', async () => {
    const { driver, clock, guest, seen, send, world } = await setUp('kdump-local');
    await driver.pause.pause(guest, order());
    await send();
    await send();
    clock.advance(60_000);
    await driver.pause.unpause(guest, order());
    clock.advance(30);
    await driver.pause.pause(guest, order());
    clock.advance(60_000);
    expect(seen.at(-1)).toBe('paused Suspended Paused');
    await driver.pause.unpause(guest, order());
    clock.advance(60_000);
    expect(seen.filter((each) => /crashloaded|rebooted/.test(each))).toEqual([
      'crashloaded Crashed Crashloaded',
      'rebooted Rebooted',
    ]);
    expect(world.nmis()).toHaveLength(2);
  });

  it('forgets a reaction when the power goes, whatever the wall clock does', async () => {
    const { driver, clock, guest, seen, send } = await setUp('kdump');
    await send();
    clock.jump(-3_600_000);
    clock.advance(30);
    expect(seen.at(-1)).toBe('crashloaded Crashed Crashloaded');
    await driver.powerOff(guest, order());
    clock.advance(60_000);
    expect(seen.at(-1)).toBe('stopped Stopped Destroyed');
  });

  it('prints a stall when asked to', async () => {
    const { driver, guest } = await setUp('panics', { sim_stall: 'hard' });
    expect(await text(driver, guest)).toContain('soft lockup');
  });
});

describe('a host cut off', () => {
  it('fails verbs, breaks calls under way, loses events, and says when it is back', async () => {
    const { driver, clock, guest, seen, send, world } = await setUp('slow');
    const answer = track(send());
    world.host('host-1').disconnect('end of file while reading data');
    await answer.turn();
    expect(answer.state).toMatchObject({ code: 'connection-lost', asked: 'maybe' });
    const down = { code: 'connection-lost', message: 'end of file while reading data', asked: 'no' };
    await expect(driver.guests()).rejects.toMatchObject(down);
    await expect(driver.inventory()).rejects.toMatchObject(down);
    await expect(driver.destroy(guest, order())).rejects.toMatchObject(down);
    clock.advance(10_000);
    world.host('host-1').reconnect();
    world.host('host-1').reconnect();
    expect(seen).toEqual(['down end of file while reading data', 'up']);
    expect(await driver.guests()).toHaveLength(1);
  });

  it('is told to a driver that starts meanwhile', async () => {
    const { world } = await setUp('panics');
    world.host('host-2').disconnect('no route');
    const { listener, seen } = watcher();
    await simDriver({ world, host: 'host-2' }).start(listener);
    expect(seen).toEqual(['down no route']);
  });
});

describe('many', () => {
  it('runs 5,000 hosts with a guest each', async () => {
    const clock = manualClock();
    const world = openSimWorld({ dir: null, ...clock });
    let panicked = 0;
    const listener = {
      guestEvent: (e: { kind: string }) => void (panicked += Number(e.kind === 'panicked')),
      connection() {},
    };
    const drivers = Array.from({ length: 5_000 }, (_, index) => simDriver({ world, host: `host-${index}` }));
    const spec = specOf('panics');
    for (const driver of drivers) {
      await driver.start(listener);
      await driver.make.create(spec, order());
      expect((await driver.inventory()).vcpus).toBe(64);
    }
    // The first host's guest alone gets one: the same id elsewhere is another guest.
    await ability(drivers[0] ?? drivers[1]!, 'injectNmi').send(spec.id, order());
    clock.advance(1_000);
    expect(panicked).toBe(1);
    expect(world.nmis()).toMatchObject([{ host: 'host-0', guest: spec.id, mono: 1_000 }]);
  });
});

async function setUp(behaviour: string, metadata: Record<string, string> = {}) {
  const clock = manualClock();
  const world = openSimWorld({ dir: null, ...clock });
  const driver = simDriver({ world, host: 'host-1' });
  const spec = specOf(behaviour, metadata);
  const { listener, seen } = watcher();
  await driver.start(listener);
  await driver.make.create(spec, order());
  seen.length = 0;
  const send = () => ability(driver, 'injectNmi').send(spec.id, order());
  return { clock, world, driver, guest: spec.id, seen, send };
}

function watcher(): { listener: DriverListener; seen: string[] } {
  const seen: string[] = [];
  return {
    seen,
    listener: {
      guestEvent: ({ kind, detail }) => void seen.push(`${kind} ${detail}`),
      connection: (connection) => void seen.push(connection.up ? 'up' : `down ${connection.reason}`),
    },
  };
}

function specOf(behaviour: string, metadata: Record<string, string> = {}): GuestSpec {
  const id = asId<ServerId>(randomUUID());
  return {
    id,
    name: `instance-${id.slice(0, 8)}`,
    displayName: 'a guest',
    projectId: 'demo',
    vcpus: 1,
    memoryMb: 512,
    boot: { kernel: '/k', initrd: '/i', commandLine: 'console=ttyS0', properties: {} },
    metadata: { sim_behaviour: behaviour, ...metadata },
  };
}

function order() {
  return { command: asId<CommandId>(randomUUID()) };
}

function text(driver: Driver, guest: ServerId): Promise<string> {
  return ability(driver, 'readConsole').read(guest, null);
}

function track(promise: Promise<void>) {
  const tracked: { state: unknown; turn: () => Promise<void> } = {
    state: 'pending',
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  };
  promise.then(
    () => (tracked.state = 'resolved'),
    (error: unknown) => (tracked.state = error),
  );
  return tracked;
}
