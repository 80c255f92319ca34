// What simulated guests hand over when they crash: every behaviour with a crash kernel, on a clock by hand.

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { asId, type CommandId, type ServerId } from '../../model/ids.ts';
import { walkFlat } from '../conformance/flat-walk.contract.ts';
import { ability, type GuestPort, type GuestSpec } from '../driver.ts';
import { flatCut, flatLength } from './flat-dump.ts';
import { manualClock } from './manual-clock.ts';
import { simDriver } from './sim-driver.ts';
import { openSimWorld } from './sim-world.ts';

const order = { command: asId<CommandId>('cccccccc-cccc-4ccc-8ccc-cccccccccccc') };
const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

describe('a crash kernel', () => {
  it('kdump: says where it saves, waits for a reader, and reboots when all is read', async () => {
    const { clock, seen, send, port, text } = await setUp('kdump', { sim_dump_bytes: '100000' });
    const status = await port('status');
    await send();
    clock.advance(60_000);
    expect(seen).toEqual(['crashloaded Crashed Crashloaded', 'port-opened status', 'port-opened dump']);
    expect(await taken(status)).toBe('CRASH-KERNEL-UP dump=port\n');
    const dump = await readDump(await port('dump'));
    expect(dump.length).toBe(flatLength({ bytes: 100_000, mark: '' }));
    clock.advance(690);
    expect(seen.slice(3)).toEqual(['port-closed dump']);
    clock.advance(1_000);
    expect(await taken(status)).toBe('DUMP-DONE rc=0\n');
    expect(seen.slice(4)).toEqual(['port-closed status', 'rebooted Rebooted']);
    expect(await text()).toMatch(/CRASH-KERNEL-UP[^]*DUMP-DONE rc=0\n[^]*login: \n$/);
  });

  it('kdump: comes up able to do it again, with another dump, and shrugs at an NMI on the way', async () => {
    const { clock, seen, send, port } = await setUp('kdump');
    const dumps: Buffer[] = [];
    for (let round = 0; round < 2; round += 1) {
      await send();
      clock.advance(310);
      await send();
      dumps.push(await readDump(await port('dump')));
      clock.advance(1_690);
    }
    expect(seen.filter((each) => /crashloaded|rebooted/.test(each))).toHaveLength(4);
    expect(dumps[0]?.length).toBe(dumps[1]?.length);
    expect(dumps[0]?.equals(dumps[1] ?? Buffer.alloc(0))).toBe(false);
  });

  it('kdump-silent: nothing is heard before the status port, and the reboot has a time that can be chosen', async () => {
    const { clock, seen, send, port } = await setUp('kdump-silent', { sim_reboot_ms: '60000' });
    await send();
    clock.advance(299);
    expect(seen).toEqual([]);
    clock.advance(11);
    expect(seen).toEqual(['port-opened status', 'port-opened dump']);
    await readDump(await port('dump'));
    clock.advance(60_689);
    expect(seen.at(-1)).toBe('port-closed dump');
    clock.advance(1);
    expect(seen.at(-1)).toBe('rebooted Rebooted');
  });

  it.each([
    ['kdump-local', 'local'],
    ['kdump-nfs', 'nfs'],
  ])('%s: says so, and no byte comes through the port', async (behaviour, target) => {
    const { clock, seen, send, port } = await setUp(behaviour);
    const [status, dump] = [await port('status'), await port('dump')];
    await send();
    clock.advance(60_000);
    expect(await taken(status)).toBe(`CRASH-KERNEL-UP dump=${target}\nDUMP-DONE rc=0\n`);
    expect(await taken(dump)).toBe('');
    expect(seen).toEqual([
      'crashloaded Crashed Crashloaded',
      'port-opened status',
      'port-closed status',
      'rebooted Rebooted',
    ]);
  });

  it('kdump-hangs: stops in the middle, and stays so until its power goes', async () => {
    const { clock, driver, guest, seen, send, port } = await setUp('kdump-hangs');
    await send();
    clock.advance(310);
    const stream = await port('dump');
    const all = buffer(stream);
    clock.advance(3_600_000);
    expect(seen.at(-1)).toBe('port-opened dump');
    await turns();
    await driver.powerOff(guest, order);
    const dump = await all;
    expect(dump.length).toBe(flatCut({ bytes: 262_144, mark: '' }));
    expect(walkFlat(dump).whole).toBe(false);
  });

  it('kdump-stands: says that it is up, and no more', async () => {
    const { clock, seen, send, port } = await setUp('kdump-stands');
    const [status, dump] = [await port('status'), await port('dump')];
    await send();
    clock.advance(3_600_000);
    expect(await taken(status)).toBe('CRASH-KERNEL-UP dump=port\n');
    expect(await taken(dump)).toBe('');
    expect(seen).toEqual(['crashloaded Crashed Crashloaded', 'port-opened status']);
  });

  it('kdump-dies: takes over and is never heard of', async () => {
    const { clock, seen, send, text } = await setUp('kdump-dies');
    const before = await text();
    await send();
    clock.advance(3_600_000);
    expect(seen).toEqual(['crashloaded Crashed Crashloaded']);
    expect(await text()).toBe(before);
  });

  it('kdump-fails: says so, without a byte', async () => {
    const { clock, seen, send, port, text } = await setUp('kdump-fails');
    const [status, dump] = [await port('status'), await port('dump')];
    await send();
    clock.advance(60_000);
    expect(await taken(status)).toBe('CRASH-KERNEL-UP dump=port\nDUMP-DONE rc=1\n');
    expect(await taken(dump)).toBe('');
    expect(seen.slice(2)).toEqual(['port-opened dump', 'port-closed dump', 'port-closed status', 'rebooted Rebooted']);
    expect(await text()).toMatch(/DUMP-DONE rc=1\n/);
  });

  it('kdump-broken: breaks off in the middle of a record and calls it done', async () => {
    const { clock, seen, send, port } = await setUp('kdump-broken');
    const [status, dump] = [await port('status'), await port('dump')];
    const pieces: Buffer[] = [];
    dump.on('data', (piece: Buffer) => pieces.push(piece));
    await send();
    clock.advance(310);
    await turns();
    clock.advance(690);
    expect(seen.at(-1)).toBe('port-closed dump');
    clock.advance(0);
    expect(walkFlat(Buffer.concat(pieces)).whole).toBe(false);
    expect(await taken(status)).toBe('CRASH-KERNEL-UP dump=port\nDUMP-DONE rc=0\n');
  });

  it('panics-in-text: no panic device, no event, only words', async () => {
    const { clock, driver, guest, seen, send, printed } = await setUp('panics-in-text');
    await send();
    clock.advance(40);
    expect(seen).toEqual([]);
    expect(printed()).toContain('Kernel panic - not syncing: NMI: Not continuing');
    expect(await ability(driver, 'followCrash').sight(guest)).not.toContain('panic-device');
  });
});

describe('a reader', () => {
  it('that leaves takes nothing along, and a paused guest gives nothing', async () => {
    const { clock, driver, guest, send, port } = await setUp('kdump');
    await send();
    clock.advance(310);
    const first = await port('dump');
    const part = await firstOf(first, 1_000);
    first.destroy();
    const head = await some(await port('dump'), 5_000);
    await driver.pause.pause(guest, order);
    const waits = await port('dump');
    const rest = readDump(waits, [part, head]);
    await turns();
    expect(waits.readableLength).toBe(0);
    await driver.pause.unpause(guest, order);
    expect((await rest).length).toBe(flatLength({ bytes: 262_144, mark: '' }));
  });

  it('finds the dump where it stopped when the world is opened again, and the port told as open', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sim-crash-'));
    dirs.push(dir);
    const first = await setUp('kdump', {}, dir);
    await first.send();
    first.clock.advance(310);
    const head = await some(await first.port('dump'), 20_000);
    // Left open, as a killed process leaves it.
    const clock = manualClock(first.clock.now());
    const driver = simDriver({ world: openSimWorld({ dir, ...clock }), host: 'host-1' });
    const seen: string[] = [];
    await driver.start({ guestEvent: ({ kind, detail }) => void seen.push(`${kind} ${detail}`), connection() {} });
    expect(seen).toEqual(['port-opened status', 'port-opened dump']);
    await readDump(await ability(driver, 'followCrash').openPort(first.guest, 'dump'), [head]);
    clock.advance(2_000);
    expect(seen.slice(2)).toEqual(['port-closed dump', 'port-closed status', 'rebooted Rebooted']);
  });

  it('hears of what a port did while the host was cut off', async () => {
    const { clock, world, seen, send, port } = await setUp('kdump');
    const dump = await port('dump');
    await send();
    clock.advance(30);
    world.host('host-1').disconnect('gone');
    clock.advance(280);
    await readDump(dump);
    expect(seen).toHaveLength(1);
    world.host('host-1').reconnect();
    expect(seen.slice(1)).toEqual(['port-opened status', 'port-opened dump']);
    world.host('host-1').disconnect('gone');
    clock.advance(690);
    world.host('host-1').reconnect();
    expect(seen.at(-1)).toBe('port-closed dump');
  });

  it('has no port of a guest that Remnant did not make, nor may it be two', async () => {
    const { driver, world, guest, port } = await setUp('kdump');
    const old = asId<ServerId>(randomUUID());
    world.plantGuest('host-1', { id: old, name: 'old', metadata: { sim_behaviour: 'kdump' } });
    const follow = ability(driver, 'followCrash');
    expect(await follow.sight(old)).toEqual(['panic-device', 'agent']);
    await expect(follow.openPort(old, 'dump')).rejects.toMatchObject({ code: 'failed' });
    await port('dump');
    await expect(follow.openPort(guest, 'dump')).rejects.toMatchObject({ code: 'failed' });
  });

  it('gets what was said before the power went, and then the end', async () => {
    const { clock, driver, guest, send, port } = await setUp('kdump');
    const status = await port('status');
    await send();
    clock.advance(310);
    await driver.powerOff(guest, order);
    expect((await buffer(status)).toString()).toBe('CRASH-KERNEL-UP dump=port\n');
    expect((await buffer(await port('status'))).toString()).toBe('');
  });
});

async function setUp(behaviour: string, metadata: Record<string, string> = {}, dir: string | null = null) {
  const clock = manualClock();
  const world = openSimWorld({ dir, ...clock });
  const driver = simDriver({ world, host: 'host-1' });
  const seen: string[] = [];
  await driver.start({ guestEvent: ({ kind, detail }) => void seen.push(`${kind} ${detail}`), connection() {} });
  const id = asId<ServerId>(randomUUID());
  const boot = { kernel: '/k', initrd: '/i', commandLine: 'console=ttyS0', properties: {} };
  const size = { vcpus: 1, memoryMb: 512 };
  const about = { id, name: 'instance-1', displayName: 'a guest', projectId: 'demo' };
  const spec: GuestSpec = { ...about, ...size, boot, metadata: { sim_behaviour: behaviour, ...metadata } };
  await driver.make.create(spec, order);
  seen.length = 0;
  let said = '';
  await ability(driver, 'followCrash').followConsole(id, (text) => {
    said += text;
  });
  return {
    clock,
    world,
    driver,
    guest: id,
    seen,
    send: () => ability(driver, 'injectNmi').send(id, order),
    port: (port: GuestPort) => ability(driver, 'followCrash').openPort(id, port),
    text: () => ability(driver, 'readConsole').read(id, null),
    printed: () => said,
  };
}

/** Lets streams do all they can do by themselves. */
async function turns(): Promise<void> {
  for (let count = 0; count < 100; count += 1) await new Promise(setImmediate);
}

/** What can be read now, as text. */
async function taken(stream: Readable): Promise<string> {
  let text = '';
  for (let count = 0; count < 10; count += 1) {
    const piece: Buffer | null = stream.read();
    if (piece !== null) text += piece.toString();
    await new Promise(setImmediate);
  }
  return text;
}

/** Exactly the next `size` bytes; more may be on their way out of the guest. */
async function firstOf(stream: Readable, size: number): Promise<Buffer> {
  for (;;) {
    const piece: Buffer | null = stream.read(size);
    if (piece !== null) return piece;
    await new Promise(setImmediate);
  }
}

/** Reads at least `least` bytes and leaves. */
async function some(stream: Readable, least: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for await (const piece of stream) {
    bytes = Buffer.concat([bytes, piece as Buffer]);
    if (bytes.length >= least) break;
  }
  return bytes;
}

/** Reads on behind `before` until the dump is whole. */
async function readDump(stream: Readable, before: readonly Buffer[] = []): Promise<Buffer> {
  let bytes = Buffer.concat(before);
  for await (const piece of stream) {
    bytes = Buffer.concat([bytes, piece as Buffer]);
    if (walkFlat(bytes).whole) break;
  }
  return bytes;
}
