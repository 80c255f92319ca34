// After a panic without a crash kernel, on real guests: the text comes out and is told, then the guest is kept, reset or
// powered off. And a look at a guest before its NMI.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { AfterPanics } from '../../src/agent/after-panic/after-panic.ts';
import { takeVitals } from '../../src/agent/vitals/take-vitals.ts';
import type { Order } from '../../src/drivers/driver.ts';
import { ability } from '../../src/drivers/driver.ts';
import type { AfterPanic } from '../../src/model/dump-wishes.ts';
import type { CommandId, ServerId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import { POWER_STATE } from '../../src/model/power-state.ts';
import type { Evidence } from '../../src/model/wire.ts';
import { pixelsOf } from '../harness/picture-pixels.ts';
import { consoleSays, eventually, LibvirtLab, type Watched, watched } from './libvirt-lab.ts';

const NMI = asId<CommandId>('00000000-0000-4000-8000-000000000001');
const order: Order = { command: NMI };
const clock = systemClock();
let lab: LibvirtLab;
let host: Watched;
let stateDir: string;
let id: ServerId;
const seen: Omit<Evidence, 'seq'>[] = [];

beforeAll(async () => {
  lab = await LibvirtLab.open();
  host = await watched(lab.driver());
  stateDir = await mkdtemp(join(tmpdir(), 'after-'));
  const spec = lab.spec();
  id = spec.id;
  await host.driver.make.create(spec, order);
  await consoleSays(host.driver, id, 'GUEST-READY');
}, 300_000);

afterAll(async () => {
  await host.driver.destroy(id, order);
  await host.driver.stop();
  await lab.close();
  await rm(stateDir, { recursive: true, force: true });
});

const after = () =>
  AfterPanics.open({
    driver: host.driver,
    clock,
    stateDir,
    see: (entry) => seen.push(entry),
    onError: (_, error) => {
      throw error;
    },
  });
const powerState = async () => (await host.driver.guest(id)).powerState;
const panic = async () => {
  await ability(host.driver, 'injectNmi').send(id, order);
  await eventually(async () => expect(await powerState()).toBe(POWER_STATE.crashed));
};
const follows = async (wanted: AfterPanic) =>
  expect(await (await after()).run(id, asId('after'), { kind: 'after-panic', wanted, of: NMI })).toEqual({
    result: 'success',
  });
const boots = async () => ((await host.driver.readConsole?.read(id, null)) ?? '').split('GUEST-READY').length - 1;

test('a look at a guest has its counters, its console and its screen', { timeout: 120_000 }, async () => {
  const start = clock.mono();
  const { vitals, picture } = await takeVitals(host.driver, clock, id);
  expect(clock.mono() - start).toBeLessThan(1_000);
  expect(vitals.busyPercent).toHaveLength(1);
  expect(vitals.disk).toMatchObject({ readBytes: 0, writtenBytes: 0 });
  expect(JSON.stringify(vitals.console)).toContain('GUEST-READY');
  expect(vitals.screen).toBe('taken');
  // The firmware's text is on it, or a kernel's: what VGA shows in text mode.
  const { width, height, colours } = pixelsOf(picture?.format ?? '', picture?.bytes ?? Buffer.alloc(0));
  expect([width, height]).toEqual([720, 400]);
  expect(colours).toBeGreaterThan(1);
});

test('there is nothing to connect to its screen with', async () => {
  const xml = await lab.virsh('dumpxml', id);
  expect(xml.match(/<(video|graphics|input)/g)).toEqual(['<input', '<input', '<video']);
  expect(xml.match(/<input .*/g)?.every((input) => input.includes("bus='ps2'"))).toBe(true);
  expect(await lab.virsh('domdisplay', id).catch((error: unknown) => String(error))).not.toMatch(/(vnc|spice):/);
});

test('reset: its text is told, and it boots anew', { timeout: 300_000 }, async () => {
  await panic();
  await follows('reboot');
  expect(seen.map(({ kind }) => kind)).toEqual(['panic-text', 'rebooted']);
  expect(seen[0]?.facts?.panic).toMatchObject({
    reason: 'Kernel panic - not syncing: NMI: Not continuing',
    kernel: expect.stringContaining('cloud-amd64'),
  });
  expect(seen[0]?.facts?.panic?.lines.join('\n')).toContain('unknown_nmi_error');
  await eventually(async () => expect(await boots()).toBe(2));
  expect(await powerState()).toBe(POWER_STATE.running);
});

test('kept: paused, and shown as crashed; a paused guest is reset as well', { timeout: 300_000 }, async () => {
  await panic();
  await follows('keep');
  expect(await powerState()).toBe(POWER_STATE.paused);
  expect((await after()).shown(id, await powerState())).toBe(POWER_STATE.crashed);
  expect(await host.driver.readConsole?.read(id, null)).toContain('end Kernel panic');
  await ability(host.driver, 'reset').reset(id, order);
  await eventually(async () => expect(await boots()).toBe(3));
});

test('stopped: powered off', { timeout: 300_000 }, async () => {
  await panic();
  await follows('stop');
  expect(await powerState()).toBe(POWER_STATE.shutdown);
  expect(seen.filter(({ kind }) => kind === 'panic-text')).toHaveLength(3);
});
