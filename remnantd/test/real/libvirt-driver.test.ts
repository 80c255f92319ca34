// The contract's suite on a real libvirt with real guests, and what of the libvirt driver no other driver has: hostile names
// read by libvirt itself, console files, and guests that Remnant did not make.

import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { driverConformance } from '../../src/drivers/conformance.ts';
import type { Order } from '../../src/drivers/driver.ts';
import { METADATA_URI } from '../../src/drivers/libvirt/domain-xml.ts';
import { asId, type CommandId, type ServerId } from '../../src/model/ids.ts';
import { POWER_STATE } from '../../src/model/power-state.ts';
import { consoleSays, eventually, LibvirtLab, type Watched, watched } from './libvirt-lab.ts';

driverConformance('libvirt', async () => {
  const lab = await LibvirtLab.open();
  const looking = lab.driver();
  await watched(looking);
  return {
    driver: () => lab.driver(),
    abilities: ['injectNmi', 'readConsole'],
    spec: (overrides) => lab.spec(overrides),
    // libvirt takes the definition; QEMU then finds no kernel.
    brokenSpec: () => {
      const spec = lab.spec();
      return { ...spec, boot: { ...spec.boot, kernel: join(lab.folder, 'no-such-kernel') } };
    },
    ready: (id) => consoleSays(looking, id, 'GUEST-READY'),
    close: async () => {
      await looking.stop();
      await lab.close();
    },
  };
});

describe('on a real host', () => {
  const order: Order = { command: asId<CommandId>('00000000-0000-4000-8000-000000000001') };
  let lab: LibvirtLab;
  let host: Watched;

  beforeAll(async () => {
    lab = await LibvirtLab.open();
    host = await watched(lab.driver());
  });
  afterAll(async () => {
    await host.driver.stop();
    await lab.close();
  });

  test('a hostile display name reaches libvirt as a name, and files are for their owner alone', async () => {
    const displayName = `</remnant:name></remnant:guest><evil/>&amp;"'\u0007]]>\u{1f600}`;
    const spec = lab.spec({ displayName });
    await host.driver.create(spec, order);
    const metadata = await lab.virsh('metadata', spec.id, METADATA_URI);
    expect(metadata).not.toContain('<evil');
    expect(metadata).toContain('\u{1f600}');
    expect(await lab.virsh('dumpxml', spec.id)).toContain('<on_crash>preserve</on_crash>');
    await consoleSays(host.driver, spec.id, 'GUEST-READY');
    const folder = join(lab.folder, 'console');
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, `${spec.id}.log`))).mode & 0o777).toBe(0o600);
    await host.driver.destroy(spec.id, order);
    expect(await readdir(folder)).toEqual([]);
  });

  test('a panic is told before the resume that lets its text out, and the guest stays halted', async () => {
    const spec = lab.spec();
    await host.driver.create(spec, order);
    await consoleSays(host.driver, spec.id, 'GUEST-READY');
    await host.driver.injectNmi?.send(spec.id, order);
    await consoleSays(host.driver, spec.id, 'end Kernel panic - not syncing');
    expect(host.told(spec.id).slice(-2)).toEqual([
      'panicked: Crashed Panicked',
      'resumed: Resumed Unpaused (to let out the text of its panic)',
    ]);
    expect(await lab.virsh('domstate', '--reason', spec.id)).toBe('running (unpaused)');
    await host.driver.destroy(spec.id, order);
  });

  test('a guest that reboots is told of once', async () => {
    const boot = lab.spec().boot;
    const spec = lab.spec({ boot: { ...boot, commandLine: `${boot.commandLine} panic=1` } });
    await host.driver.create(spec, order);
    await consoleSays(host.driver, spec.id, 'GUEST-READY');
    await host.driver.injectNmi?.send(spec.id, order);
    await eventually(() => expect(host.told(spec.id)).toContain('rebooted: Rebooted'));
    // The second boot is far longer than the resets of one reboot are apart.
    await eventually(async () => {
      const text = (await host.driver.readConsole?.read(spec.id, null)) ?? '';
      expect(text.split('GUEST-READY')).toHaveLength(3);
    });
    expect(host.told(spec.id).filter((each) => each.startsWith('rebooted'))).toHaveLength(1);
    await host.driver.destroy(spec.id, order);
  });

  test('a guest that was there before is seen, told of and obeyed, but not touched unasked', async () => {
    const file = join(lab.folder, 'foreign.xml');
    await writeFile(file, await lab.foreignXml('foreign'));
    await lab.virsh('create', file);
    const id = asId<ServerId>(await lab.virsh('domuuid', 'foreign'));
    expect(await host.driver.guest(id)).toMatchObject({ name: 'foreign', ours: false, memoryMb: 128 });
    await expect(host.driver.readConsole?.read(id, 10)).rejects.toMatchObject({ code: 'failed' });
    // The lab's guest stalls with interrupts off after 3 s; an NMI gets through all the same.
    await eventually(() => expect(host.told(id)).toContain('started: Started Booted'));
    await eventually(async () => {
      await host.driver.injectNmi?.send(id, order);
      expect(host.told(id)).toContain('panicked: Crashed Panicked');
    });
    expect(await host.driver.guest(id)).toMatchObject({ powerState: POWER_STATE.crashed });
    expect(await lab.virsh('domstate', '--reason', 'foreign')).toBe('crashed (panicked)');
    await host.driver.destroy(id, order);
    await expect(host.driver.guest(id)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('ids that are no UUIDs are guests that are not there', async () => {
    const id = asId<ServerId>('../../etc/passwd');
    for (const verb of [host.driver.guest(id), host.driver.powerOn(id, order), host.driver.readConsole?.read(id, 1)]) {
      await expect(verb).rejects.toMatchObject({ code: 'not-found' });
    }
  });
});
