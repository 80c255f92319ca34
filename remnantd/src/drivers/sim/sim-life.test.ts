// What simulated guests do when they are put away, rebooted, rescued and resized, on a clock by hand: beyond the contract, what
// their own words (`sim_takes`, `sim_fails`, `sim_down_ms`, `sim_address_ms`) make of it, and what a restarted world still has.

import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { asId, type CommandId, type ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import { ability, type Driver, type GuestSpec, type RescueBoot } from '../driver.ts';
import { manualClock } from './manual-clock.ts';
import { simDriver } from './sim-driver.ts';
import { openSimWorld } from './sim-world.ts';

const dirs: string[] = [];
const order = { command: asId<CommandId>('cccccccc-cccc-4ccc-8ccc-cccccccccccc') };
const RESCUE: RescueBoot = {
  boot: { kernel: '/k', initrd: '/i', commandLine: 'root=rescue', properties: {} },
  disk: null,
};

afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

describe('a suspended guest', () => {
  it('says so as a real one does, and goes on where it was without booting', async () => {
    const { driver, spec, seen, text, clock } = await setUp();
    const before = await text();
    clock.advance(5_000);
    await ability(driver, 'suspend').suspend(spec.id, order);
    clock.advance(3_600_000);
    await ability(driver, 'suspend').resume(spec.id, order);
    expect(seen).toEqual([
      'paused Suspended Paused',
      'stopped Stopped Saved',
      'started Started Restored',
      'resumed Resumed Unpaused',
    ]);
    expect(await text()).toBe(before);
  });

  it('keeps the NMI that it had latched, and what it was doing about another', async () => {
    const latched = await setUp();
    await latched.driver.pause.pause(latched.spec.id, order);
    await latched.nmi();
    await latched.away();
    expect(await latched.powerState()).toBe(POWER_STATE.running);
    latched.clock.advance(20);
    expect(await latched.powerState()).toBe(POWER_STATE.crashed);

    const busy = await setUp({ sim_behaviour: 'kdump-local' });
    await busy.nmi();
    busy.clock.advance(300);
    expect(await busy.text()).toMatch(/CRASH-KERNEL-UP\n$/);
    await ability(busy.driver, 'suspend').suspend(busy.spec.id, order);
    busy.clock.advance(60_000);
    expect(await busy.text()).toMatch(/CRASH-KERNEL-UP\n$/);
    await ability(busy.driver, 'suspend').resume(busy.spec.id, order);
    expect(busy.seen.slice(-3)).toEqual(['started Started Restored', 'port-opened status', 'resumed Resumed Unpaused']);
    busy.clock.advance(1_700);
    expect(busy.seen.slice(-2)).toEqual(['port-closed status', 'rebooted Rebooted']);
  });

  it('ends a dump of its memory, and its port streams', async () => {
    const { driver, spec, nmi, clock, powerState } = await setUp({ sim_behaviour: 'kdump' });
    const dump = await ability(driver, 'dumpMemory').start(spec.id, { format: 'elf', boundMs: 60_000 }, order);
    await ability(driver, 'suspend').suspend(spec.id, order);
    await dump.over;
    expect(await powerState()).toBe(POWER_STATE.shutdown);
    await ability(driver, 'suspend').resume(spec.id, order);
    expect(await powerState()).toBe(POWER_STATE.running);
    await nmi();
    clock.advance(60_000);
    const port = await ability(driver, 'followCrash').openPort(spec.id, 'status');
    const ended = new Promise((resolve) => port.once('end', resolve));
    port.resume();
    await ability(driver, 'suspend').suspend(spec.id, order);
    await ended;
  });
});

describe('a guest that is asked to go down', () => {
  it('takes as long as it says, and no longer is waited for', async () => {
    const { driver, spec, seen, clock } = await setUp({ sim_down_ms: '4000' });
    const done = ability(driver, 'reboot').soft(spec.id, 20_000, order);
    await turn();
    clock.advance(3_999);
    await turn();
    expect(seen).toEqual([]);
    clock.advance(1);
    await done;
    expect(seen).toEqual(['stopped Stopped Shutdown', 'started Started Booted']);
  });

  it.each([
    ['would take too long', { sim_down_ms: '20001' }],
    ['never does', { sim_down_ms: 'never' }],
    ['hangs', { sim_stall: 'hard' }],
  ])('and %s has its power cut when its time is over', async (_, metadata) => {
    const { driver, spec, seen, clock } = await setUp(metadata);
    const done = ability(driver, 'reboot').soft(spec.id, 20_000, order);
    await turn();
    clock.advance(19_999);
    await turn();
    expect(seen).toEqual([]);
    clock.advance(1);
    await done;
    expect(seen).toEqual(['stopped Stopped Destroyed', 'started Started Booted']);
  });

  it('and crashes meanwhile does not count as down by itself', async () => {
    const { driver, spec, seen, clock, nmi } = await setUp({ sim_down_ms: '1000' });
    const done = ability(driver, 'reboot').soft(spec.id, 20_000, order);
    await turn();
    await nmi();
    clock.advance(1_000);
    await done;
    expect(seen).toEqual(['panicked Crashed Panicked', 'stopped Stopped Destroyed', 'started Started Booted']);
  });

  it('and is destroyed meanwhile is not found', async () => {
    const { driver, spec, clock } = await setUp({ sim_down_ms: '1000' });
    const done = ability(driver, 'reboot').soft(spec.id, 20_000, order);
    await turn();
    await driver.destroy(spec.id, order);
    clock.advance(1_000);
    await expect(done).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a rescued guest', () => {
  it('boots what it is rescued with, which does not hang as its own does', async () => {
    const { driver, spec, text } = await setUp({ sim_stall: 'hard' });
    const own = (await text()).length;
    await ability(driver, 'rescue').rescue(spec.id, RESCUE, order);
    const rescued = (await text()).slice(own);
    expect(rescued).toContain('root=rescue');
    expect(rescued).not.toContain('soft lockup');
    await ability(driver, 'guestAgent').readFiles(spec.id, [], { mostBytes: 1, boundMs: 1_000 });
    await ability(driver, 'rescue').unrescue(spec.id, order);
    const again = (await text()).slice(own + rescued.length);
    expect(again).not.toContain('root=rescue');
    expect(again).toContain('soft lockup');
  });

  it('forgets what was put away of it', async () => {
    const { driver, spec, text, clock } = await setUp();
    await ability(driver, 'suspend').suspend(spec.id, order);
    await ability(driver, 'rescue').rescue(spec.id, RESCUE, order);
    await ability(driver, 'rescue').unrescue(spec.id, order);
    clock.advance(1_000);
    expect((await text()).split('Linux version')).toHaveLength(4);
  });
});

describe('a guest says how verbs go', () => {
  it('how long each takes, before anything is done', async () => {
    const { driver, spec, seen, clock } = await setUp({ sim_takes: 'suspend=500, all=100', sim_down_ms: '0' });
    const verbs: [number, () => Promise<void>][] = [
      [500, () => ability(driver, 'suspend').suspend(spec.id, order)],
      [100, () => ability(driver, 'suspend').resume(spec.id, order)],
      [100, () => driver.pause.pause(spec.id, order)],
      [100, () => driver.pause.unpause(spec.id, order)],
      [100, () => ability(driver, 'reboot').soft(spec.id, 1_000, order)],
      [100, () => ability(driver, 'rescue').rescue(spec.id, RESCUE, order)],
      [100, () => ability(driver, 'rescue').unrescue(spec.id, order)],
      [100, () => ability(driver, 'resize').resize(spec.id, { vcpus: 2, memoryMb: 1, diskGb: 0 }, order)],
      [100, () => driver.powerOff(spec.id, order)],
      [100, () => driver.powerOn(spec.id, order)],
      [100, () => driver.destroy(spec.id, order)],
    ];
    for (const [ms, verb] of verbs) {
      seen.length = 0;
      let over = false;
      const done = verb().finally(() => (over = true));
      await turn();
      clock.advance(ms - 1);
      await turn();
      expect([over, seen]).toEqual([false, []]);
      clock.advance(1);
      await done;
      expect(seen).not.toEqual([]);
    }
  });

  it('which fail, and then nothing was done; a rescue that fails leaves it off, as it was', async () => {
    const fails = 'suspend,resume,reboot,resize,pause,unpause,power-on,power-off,unrescue,destroy';
    const { driver, spec, seen, text } = await setUp({ sim_fails: `${fails},rescue` });
    const before = await text();
    const failed = { code: 'failed', novaClass: 'libvirtError', asked: 'no' };
    for (const verb of [
      () => ability(driver, 'suspend').suspend(spec.id, order),
      () => ability(driver, 'reboot').hard(spec.id, order),
      () => ability(driver, 'resize').resize(spec.id, { vcpus: 2, memoryMb: 1, diskGb: 0 }, order),
      () => ability(driver, 'rescue').unrescue(spec.id, order),
      () => driver.pause.pause(spec.id, order),
      () => driver.powerOff(spec.id, order),
      () => driver.destroy(spec.id, order),
    ]) {
      await expect(verb()).rejects.toMatchObject(failed);
    }
    expect(seen).toEqual([]);
    await expect(ability(driver, 'rescue').rescue(spec.id, RESCUE, order)).rejects.toMatchObject(failed);
    expect(seen).toEqual(['stopped Stopped Destroyed', 'defined Defined Updated']);
    await expect(driver.powerOn(spec.id, order)).rejects.toMatchObject(failed);
    await expect(ability(driver, 'suspend').resume(spec.id, order)).rejects.toMatchObject(failed);
    expect(await text()).toBe(before);
  });

  it('and a verb under way whose connection breaks may have been done', async () => {
    const { driver, spec, world } = await setUp({ sim_takes: 'suspend=500' });
    const done = ability(driver, 'suspend').suspend(spec.id, order);
    const broken = expect(done).rejects.toMatchObject({ code: 'connection-lost', asked: 'maybe' });
    world.host('host-1').disconnect('no route');
    await broken;
  });

  it.each([
    [{ sim_fails: 'explode' }, "sim_fails has no verb 'explode'"],
    [{ sim_takes: 'explode=5' }, "sim_takes has no verb 'explode'"],
    [{ sim_takes: 'suspend' }, "sim_takes has no milliseconds for 'suspend', as in suspend=500"],
    [{ sim_takes: 'suspend=-1' }, "sim_takes has no milliseconds for 'suspend'"],
    [{ sim_down_ms: 'soon' }, "sim_down_ms is not milliseconds or 'never'"],
    [{ sim_address_ms: '' }, "sim_address_ms is not milliseconds or 'never'"],
  ])('or is not made: %j', async (metadata, why) => {
    const { driver } = await setUp();
    await expect(driver.make.create(specOf(metadata), order)).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining(why),
    });
    expect(await driver.guests()).toHaveLength(1);
  });
});

describe('an address', () => {
  it('is had some time after the boot, on the network alone', async () => {
    const { driver, spec, clock } = await setUp({ sim_address_ms: '3000' }, { network: true });
    const read = () => ability(driver, 'readAddresses').addresses(spec.id);
    clock.advance(2_999);
    expect(await read()).toEqual([]);
    clock.advance(1);
    expect(await read()).toEqual([
      {
        network: 'private',
        version: 4,
        addr: expect.stringMatching(/^10\./),
        mac: expect.stringMatching(/^52:54:00:/),
      },
    ]);
    const never = await setUp({ sim_address_ms: 'never' }, { network: true });
    never.clock.advance(3_600_000);
    expect(await ability(never.driver, 'readAddresses').addresses(never.spec.id)).toEqual([]);
  });
});

describe('a world opened again', () => {
  it('has guests suspended, rescued, resized and where they were', async () => {
    const { dir, open } = place();
    const first = await open();
    const [away, rescued] = [specOf(), specOf()];
    const configDrive = { 'openstack/latest/meta_data.json': '{}', 'openstack/latest/user_data': Buffer.of(0, 255) };
    const resized: GuestSpec = { ...specOf(), disk: DISK, network: true, configDrive };
    for (const spec of [away, rescued, resized]) await first.driver.make.create(spec, order);
    await first.driver.pause.pause(away.id, order);
    await ability(first.driver, 'injectNmi').send(away.id, order);
    await ability(first.driver, 'suspend').suspend(away.id, order);
    await ability(first.driver, 'rescue').rescue(rescued.id, RESCUE, order);
    await first.driver.powerOff(rescued.id, order);
    await ability(first.driver, 'resize').resize(resized.id, { vcpus: 3, memoryMb: 2_048, diskGb: 1 }, order);
    const [guests, where] = [await first.driver.guests(), await addresses(first.driver, resized.id)];
    expect(where).toHaveLength(1);

    appendFileSync(join(dir, 'world.jsonl'), '{"op":"changed","host":"host-1","id":"');
    const { driver, clock, world } = await open();
    expect(await driver.guests()).toEqual(guests);
    expect(await driver.guest(resized.id)).toMatchObject({ vcpus: 3, memoryMb: 2_048 });
    expect(await addresses(driver, resized.id)).toEqual(where);
    // Its disk is larger than asked for, and stays so.
    expect(world.host('host-1').guests.get(resized.id)?.spec).toMatchObject({
      disk: DISK,
      configDrive: { ...configDrive, 'openstack/latest/user_data': 'base64:AP8=' },
    });
    await driver.powerOn(rescued.id, order);
    expect((await textOf(driver, rescued.id)).split('root=rescue')).toHaveLength(3);
    await ability(driver, 'rescue').unrescue(rescued.id, order);
    expect((await textOf(driver, rescued.id)).split('root=rescue')).toHaveLength(3);
    await driver.powerOn(away.id, order);
    clock.advance(20);
    expect((await driver.guest(away.id)).powerState).toBe(POWER_STATE.crashed);
  });

  it('takes the guests of a file from before they could be suspended, rescued, or on a network', async () => {
    const { dir, open } = place();
    const spec = specOf();
    const state = { powerState: 1, kernel: 'up', bootedAt: 0, nmiLatched: false, reaction: null };
    const guest = { spec, ours: true, console: 'text', ...state, ports: { open: [], said: '', writing: null } };
    writeFileSync(join(dir, 'world.jsonl'), `${JSON.stringify({ op: 'made', host: 'host-1', guest })}\n`);
    const { driver } = await open();
    expect(await addresses(driver, spec.id)).toBeNull();
    await ability(driver, 'suspend').suspend(spec.id, order);
    await ability(driver, 'suspend').resume(spec.id, order);
    await ability(driver, 'rescue').unrescue(spec.id, order);
    expect(await textOf(driver, spec.id)).toBe('text');
    await ability(driver, 'rescue').rescue(spec.id, RESCUE, order);
    expect(await textOf(driver, spec.id)).toContain('root=rescue');
  });
});

const DISK = { image: '/images/disk.qcow2', format: 'qcow2', sizeGb: 4 } as const;

async function setUp(metadata: Record<string, string> = {}, more: Partial<GuestSpec> = {}) {
  const clock = manualClock();
  const world = openSimWorld({ dir: null, ...clock });
  const driver = simDriver({ world, host: 'host-1' });
  const spec = { ...specOf(metadata), ...more };
  const seen: string[] = [];
  await driver.start({ guestEvent: ({ kind, detail }) => void seen.push(`${kind} ${detail}`), connection() {} });
  const made = driver.make.create(spec, order);
  await turn();
  if (metadata['sim_takes'] !== undefined) clock.advance(1_000);
  await made;
  seen.length = 0;
  const verbs = ability(driver, 'suspend');
  return {
    clock,
    world,
    driver,
    spec,
    seen,
    text: () => textOf(driver, spec.id),
    nmi: () => ability(driver, 'injectNmi').send(spec.id, order),
    powerState: async () => (await driver.guest(spec.id)).powerState,
    away: async () => {
      await verbs.suspend(spec.id, order);
      await verbs.resume(spec.id, order);
    },
  };
}

function place() {
  const dir = mkdtempSync(join(tmpdir(), 'sim-life-'));
  dirs.push(dir);
  // The world before is left open, as a killed process leaves it.
  const open = async () => {
    const clock = manualClock();
    const world = openSimWorld({ dir, ...clock });
    const driver = simDriver({ world, host: 'host-1' });
    await driver.start({ guestEvent() {}, connection() {} });
    return { clock, world, driver };
  };
  return { dir, open };
}

function specOf(metadata: Record<string, string> = {}): GuestSpec {
  const id = asId<ServerId>(randomUUID());
  const boot = { kernel: '/k', initrd: '/i', commandLine: 'console=ttyS0', properties: {} };
  return { id, name: `instance-${id}`, displayName: 'a', projectId: 'p', vcpus: 1, memoryMb: 512, boot, metadata };
}

function textOf(driver: Driver, guest: ServerId): Promise<string> {
  return ability(driver, 'readConsole').read(guest, null);
}

function addresses(driver: Driver, guest: ServerId) {
  return ability(driver, 'readAddresses').addresses(guest);
}

/** Lets what waits for nothing but its turn go on. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
