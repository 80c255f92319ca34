// What a simulated data centre keeps across the end of its process: everything a verb did before it returned, however
// the process ended, and no part of what a kill tore.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { afterEach, describe, expect, it } from 'vitest';

import { asId, type CommandId, type ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import { ability, type Driver, type GuestSpec } from '../driver.ts';
import { manualClock } from './manual-clock.ts';
import { readNmis } from './nmi-journal.ts';
import { simDriver } from './sim-driver.ts';
import { openSimWorld } from './sim-world.ts';
import { applyRecord, CONSOLE_LIMIT, NO_PORTS, type SimGuests } from './world-record.ts';

const G1 = asId<ServerId>('11111111-1111-4111-8111-111111111111');
const G2 = asId<ServerId>('22222222-2222-4222-8222-222222222222');
const order = { command: asId<CommandId>('cccccccc-cccc-4ccc-8ccc-cccccccccccc') };
const dirs: string[] = [];

afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

describe('a world opened again', () => {
  it('has the guests it had, as they were', async () => {
    const { dir, open } = place();
    const first = await open();
    await first.driver.make.create(specOf(G1), order);
    await first.driver.make.create(specOf(G2), order);
    await first.driver.pause.pause(G2, order);
    first.world.plantGuest('host-1', { id: asId('33333333-3333-4333-8333-333333333333'), name: 'old' });
    await ability(first.driver, 'injectNmi').send(G2, order);
    const before = await first.driver.guests();
    const second = await open();
    expect(await second.driver.guests()).toEqual(before);
    expect(before.map((guest) => [guest.powerState, guest.ours])).toEqual([
      [POWER_STATE.running, true],
      [POWER_STATE.paused, true],
      [POWER_STATE.running, false],
    ]);
    expect(await text(second.driver, G1)).toBe(await text(first.driver, G1));
    // The paused guest kept its NMI.
    await second.driver.pause.unpause(G2, order);
    second.clock.advance(20);
    expect((await second.driver.guest(G2)).powerState).toBe(POWER_STATE.crashed);
    expect(second.world.nmis()).toHaveLength(1);
    expect(readNmis(dir)).toEqual([{ host: 'host-1', guest: G2, command: order.command, at: BORN, mono: 1_000 }]);
  });

  it('has the disks it had, of guests that are gone too, and none that was removed', async () => {
    const { open } = place();
    const first = await open();
    const disk = { image: '/d', format: 'raw', sizeGb: 1 } as const;
    const [made, later] = [asId<CommandId>('made'), asId<CommandId>('later')];
    await first.driver.make.create({ ...specOf(G1), disk, making: made }, order);
    await first.driver.make.create({ ...specOf(G2), disk, making: made }, order);
    await first.driver.destroy(G1, order, [later]);
    await first.driver.destroy(G2, order);
    const second = await open();
    expect(await ability(second.driver, 'make').findDisk(G1)).toEqual({ making: made });
    expect(await ability(second.driver, 'make').findDisk(G2)).toBeNull();
    const third = await open();
    expect(await ability(third.driver, 'make').findDisk(G1), 'rewritten without its history').toEqual({ making: made });
  });

  it('lets a guest go on whose memory was being written: who wrote it is no more', async () => {
    const { open } = place();
    const first = await open();
    await first.driver.make.create(specOf(G1), order);
    const ask = { format: 'elf', boundMs: 60_000 } as const;
    await ability(first.driver, 'dumpMemory').start(G1, ask, order);
    expect((await first.driver.guest(G1)).powerState).toBe(POWER_STATE.paused);
    const second = await open();
    expect((await second.driver.guest(G1)).powerState).toBe(POWER_STATE.running);
  });

  it('finds a guest where time has brought it: steps due meanwhile are done unseen, later ones come', async () => {
    const { open } = place();
    const first = await open();
    await first.driver.make.create(specOf(G1, { sim_behaviour: 'kdump-local' }), order);
    await ability(first.driver, 'injectNmi').send(G1, order);
    const second = await open(BORN + 1_500);
    expect(await text(second.driver, G1)).toMatch(/CRASH-KERNEL-UP\n.*DUMP-DONE rc=0\n$/);
    // What is heard at the start is how things are then.
    expect(second.seen).toEqual(['port-opened']);
    second.clock.advance(499);
    expect(second.seen).toHaveLength(1);
    second.clock.advance(1);
    expect(second.seen).toEqual(['port-opened', 'port-closed', 'rebooted']);
    const third = await open(BORN + 3_600_000);
    third.clock.advance(60_000);
    expect(third.seen).toEqual([]);
  });

  it('waits no longer than a step takes when the wall clock was set back', async () => {
    const { open } = place();
    const first = await open();
    await first.driver.make.create(specOf(G1), order);
    await ability(first.driver, 'injectNmi').send(G1, order);
    const second = await open(BORN - 3_600_000);
    second.clock.advance(20);
    expect(second.seen).toEqual(['panicked']);
  });

  it('drops a torn last line of either journal and writes on behind what is whole', async () => {
    const { dir, open } = place();
    const first = await open();
    await first.driver.make.create(specOf(G1), order);
    await ability(first.driver, 'injectNmi').send(G1, order);
    appendFileSync(join(dir, 'world.jsonl'), '{"op":"gone","host":"host-1","id":"1111');
    appendFileSync(join(dir, 'nmi.jsonl'), '{"host":"ho');
    expect(readNmis(dir)).toHaveLength(1);
    const second = await open();
    expect(await second.driver.guests()).toHaveLength(1);
    await ability(second.driver, 'injectNmi').send(G1, order);
    expect(readNmis(dir)).toHaveLength(2);
  });

  it('will not open over a line that is damaged in the middle', async () => {
    const { dir, open } = place();
    writeFileSync(join(dir, 'world.jsonl'), '{"op":\n{"op":"gone","host":"h","id":"i"}\n');
    await expect(open()).rejects.toThrow(/world\.jsonl:1 is not JSON/);
  });

  it('forgets the history of what it keeps', async () => {
    const { dir, open } = place();
    const first = await open();
    for (let round = 0; round < 200; round += 1) {
      await first.driver.make.create(specOf(G1), order);
      await first.driver.powerOff(G1, order);
      await first.driver.destroy(G1, order);
    }
    await first.driver.make.create(specOf(G2), order);
    const before = statSync(join(dir, 'world.jsonl')).size;
    await open();
    expect(readFileSync(join(dir, 'world.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(1);
    expect(statSync(join(dir, 'world.jsonl')).size).toBeLessThan(before / 50);
    expect(statSync(join(dir, 'world.jsonl')).mode & 0o077).toBe(0);
  });
});

describe('a killed process', () => {
  it('leaves every guest and NMI whose verb had returned', async () => {
    const { dir, open } = place();
    const sim = new URL('.', import.meta.url).href;
    // The child writes to a pipe without node's stream, whose queue would die with it.
    const script = `
      import { writeSync } from 'node:fs';
      import { openSimWorld } from '${sim}sim-world.ts';
      import { simDriver } from '${sim}sim-driver.ts';
      const world = openSimWorld({ dir: ${JSON.stringify(dir)}, now: Date.now, mono: () => 0, defer: () => () => {} });
      const driver = simDriver({ world, host: 'host-1' });
      await driver.start({ guestEvent() {}, connection() {} });
      for (let n = 0; ; n += 1) {
        const spec = { ...${JSON.stringify(specOf(G1))}, id: 'guest-' + n };
        await driver.make.create(spec, { command: 'make-' + n });
        await driver.injectNmi.send(spec.id, { command: 'nmi-' + n });
        writeSync(1, spec.id + '\\n');
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const done: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      done.push(line);
      if (done.length === 300) child.kill('SIGKILL');
    }
    expect(await exited).toEqual([null, 'SIGKILL']);
    const { driver, world } = await open(Date.now());
    const there = new Set<string>((await driver.guests()).map((guest) => guest.id));
    const hit = new Set<string>(world.nmis().map((nmi) => nmi.guest));
    expect(done.length).toBeGreaterThanOrEqual(300);
    expect(done.filter((id) => !there.has(id) || !hit.has(id))).toEqual([]);
    // At most the one it was busy with is there unannounced.
    expect(there.size - done.length).toBeLessThanOrEqual(1);
  });
});

it('keeps the newest part of a long console', () => {
  const guests: SimGuests = new Map();
  const host = asId<never>('host-1');
  const state = {
    powerState: POWER_STATE.running,
    kernel: 'up',
    bootedAt: 0,
    nmiLatched: false,
    reaction: null,
    ports: NO_PORTS,
  } as const;
  applyRecord(guests, { op: 'made', host, guest: { spec: specOf(G1), ours: true, console: 'a', ...state } });
  applyRecord(guests, { op: 'changed', host, id: G1, to: {}, print: 'b'.repeat(CONSOLE_LIMIT) });
  expect(guests.get(host)?.get(G1)?.console).toBe('b'.repeat(CONSOLE_LIMIT));
});

const BORN = 1_800_000_000_000;

function place() {
  const dir = mkdtempSync(join(tmpdir(), 'sim-world-'));
  dirs.push(dir);
  // The world before is left open, as a killed process leaves it.
  const open = async (at = BORN) => {
    const clock = manualClock(at);
    const world = openSimWorld({ dir, ...clock });
    const driver = simDriver({ world, host: 'host-1' });
    const seen: string[] = [];
    await driver.start({ guestEvent: (event) => void seen.push(event.kind), connection() {} });
    return { clock, world, driver, seen };
  };
  return { dir, open };
}

function specOf(id: ServerId, metadata: Record<string, string> = {}): GuestSpec {
  const boot = { kernel: '/k', initrd: '/i', commandLine: 'console=ttyS0', properties: {} };
  return { id, name: 'instance-1', displayName: 'a', projectId: 'p', vcpus: 1, memoryMb: 512, boot, metadata };
}

function text(driver: Driver, guest: ServerId): Promise<string> {
  return ability(driver, 'readConsole').read(guest, null);
}
