// What the driver makes of a libvirtd that dies, hangs or was never there: it says so, comes back by itself, and finds what
// happened meanwhile. Guests are processes of their own and live through all of it.

import { open } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DriverFault, type Order } from '../../src/drivers/driver.ts';
import { asId, type CommandId, type ServerId } from '../../src/model/ids.ts';
import { POWER_STATE } from '../../src/model/power-state.ts';
import { consoleSays, eventually, LibvirtLab, type Watched, watched } from './libvirt-lab.ts';

const order: Order = { command: asId<CommandId>('00000000-0000-4000-8000-000000000001') };
let lab: LibvirtLab;
let host: Watched;

beforeEach(async () => {
  lab = await LibvirtLab.open();
  host = await watched(lab.driver());
});
afterEach(async () => {
  await host.driver.stop();
  await lab.close();
});

/** Types `text` on a guest's terminal until `done` no longer throws: QEMU looks once a second whether somebody is there. */
async function typeUntil(terminal: string, text: string, done: () => Promise<void>): Promise<void> {
  const file = await open(terminal, 'r+');
  try {
    await eventually(async () => {
      await file.write(text);
      await done();
    });
  } finally {
    await file.close();
  }
}

const expectConsole = async (id: ServerId, text: string) =>
  expect(await host.driver.readConsole?.read(id, null)).toContain(text);

const isUp = (up: boolean) => eventually(() => expect(host.connections.at(-1)).toMatchObject({ up }));

test('after kill -9 it comes back, hears events again, and tells a panic it missed', async () => {
  const spec = lab.spec();
  await host.driver.make.create(spec, order);
  await consoleSays(host.driver, spec.id, 'GUEST-READY');
  const terminal = await lab.virsh('ttyconsole', spec.id);

  await lab.signalDaemon('SIGKILL');
  await isUp(false);
  const refused: unknown = await host.driver.injectNmi?.send(spec.id, order).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DriverFault);
  expect(refused).toMatchObject({ code: 'connection-lost', asked: 'no' });
  // The console can be read all the same. The guest panics while nobody hears it.
  await consoleSays(host.driver, spec.id, 'GUEST-READY');
  await typeUntil(terminal, 'echo c > /proc/sysrq-trigger\n', () =>
    expectConsole(spec.id, 'Kernel panic - not syncing: sysrq triggered crash'),
  );
  await lab.startDaemon();

  await isUp(true);
  expect(host.connections.map(({ up }) => up)).toEqual([true, false, true]);
  await eventually(() => expect(host.told(spec.id).at(-1)).toBe('panicked: Crashed Panicked (found after connecting)'));
  // Its panic device stopped it in the middle of its last words.
  await host.driver.pause.unpause(spec.id, order);
  await consoleSays(host.driver, spec.id, 'end Kernel panic');
  await host.driver.powerOff(spec.id, order);
  await eventually(() => expect(host.told(spec.id)).toContain('stopped: Stopped Destroyed'));
  expect(await host.driver.guest(spec.id)).toMatchObject({ ours: true, powerState: POWER_STATE.shutdown });
});

test('a call under way when the daemon dies may have been carried out', async () => {
  const spec = lab.spec();
  await host.driver.make.create(spec, order);
  await lab.signalDaemon('SIGSTOP');
  const asked = host.driver.pause.pause(spec.id, order).catch((error: unknown) => error);
  await lab.signalDaemon('SIGKILL');
  expect(await asked).toMatchObject({ code: 'connection-lost', asked: 'maybe' });
});

test('an NMI is not left with a daemon that hangs, to go out when it goes on', async () => {
  const spec = lab.spec();
  await host.driver.make.create(spec, order);
  await consoleSays(host.driver, spec.id, 'GUEST-READY');
  await lab.signalDaemon('SIGSTOP');
  const refused: unknown = await host.driver.injectNmi?.send(spec.id, order).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'connection-lost', asked: 'no' });
  await lab.signalDaemon('SIGCONT');
  // Calls for one guest are carried out in turn: an NMI that was kept would go before this.
  await host.driver.pause.pause(spec.id, order);
  expect(host.told(spec.id).filter((each) => each.startsWith('panicked'))).toEqual([]);
  expect(await host.driver.guest(spec.id)).toMatchObject({ powerState: POWER_STATE.paused });
});

test('a daemon that hangs is told as down, and as up when it goes on', async () => {
  await lab.signalDaemon('SIGSTOP');
  await isUp(false);
  expect(host.connections.at(-1)).toMatchObject({ reason: 'libvirtd said nothing for 25 s' });
  await lab.signalDaemon('SIGCONT');
  await isUp(true);
  expect(await host.driver.guests()).toEqual([]);
});
