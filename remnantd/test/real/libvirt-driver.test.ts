// The contract's suite on a real libvirt with real guests, and what of the libvirt driver no other driver has: hostile names
// read by libvirt itself, console files, and guests that Remnant did not make.

import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { driverConformance } from '../../src/drivers/conformance.ts';
import type { Ability, Order } from '../../src/drivers/driver.ts';
import { METADATA_URI } from '../../src/drivers/libvirt/domain-xml.ts';
import { asId, type CommandId, type ServerId } from '../../src/model/ids.ts';
import { POWER_STATE } from '../../src/model/power-state.ts';
import { consoleSays, eventually, GUEST_DISK, LibvirtLab, readyToCrash, type Watched, watched } from './libvirt-lab.ts';

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

driverConformance('libvirt', ABILITIES, async () => {
  const lab = await LibvirtLab.open({ network: 'labnet' });
  const looking = lab.driver();
  await watched(looking);
  const withAgent = lab.agentSpec();
  return {
    driver: () => lab.driver(),
    spec: (overrides) => ({ ...lab.spec(), ...overrides }),
    crashSpec: () => lab.crashSpec(),
    agentSpec: () => withAgent,
    // libvirt takes the definition; QEMU then finds no kernel.
    brokenSpec: () => {
      const spec = lab.spec();
      return { ...spec, boot: { ...spec.boot, kernel: join(lab.folder, 'no-such-kernel') } };
    },
    softly: () => lab.specWith('kd.button=on'),
    asksDown: true,
    diskSpec: () => lab.specWith('', { disk: { image: GUEST_DISK, format: 'raw', sizeGb: 0 } }),
    rescueSource: () => ({
      from: { boot: lab.specWith('kd.tell=on').boot, disk: { image: GUEST_DISK, format: 'raw', sizeGb: 0 } },
      says: 'DISK vdb sectors=',
    }),
    brokenRescue: () => {
      const image = join(lab.folder, 'no-such-image');
      return { spec: lab.spec(), from: { boot: null, disk: { image, format: 'raw', sizeGb: 0 } } };
    },
    // More CPUs than a machine has sockets for.
    brokenResize: () => ({ spec: lab.spec(), size: { vcpus: 1_000, memoryMb: 128, diskGb: 0 } }),
    networkSpec: () => lab.specWith('kd.net=on', { network: true }),
    leftOf: (id) => lab.leftOf(id),
    twoHosts: async () => {
      const disks = await mkdtemp(join(tmpdir(), 'disks-'));
      const labs = await Promise.all([LibvirtLab.open({ disks }), LibvirtLab.open({ disks })]);
      return {
        one: labs[0].driver(),
        other: labs[1].driver(),
        leftOf: async (id) => [...(await readdir(disks)), ...(await labs[0].leftOf(id)), ...(await labs[1].leftOf(id))],
        close: async () => {
          await Promise.all(labs.map((each) => each.close()));
          await rm(disks, { recursive: true });
        },
      };
    },
    // The one with an agent has no crash kernel, and says so.
    ready: (id, boots) =>
      id === withAgent.id ? consoleSays(looking, id, 'GUEST-READY') : readyToCrash(looking, id, boots),
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
    await host.driver.make.create(spec, order);
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
    expect(await readdir(join(lab.folder, 'ports'))).toEqual([]);
  });

  test('a host whose storage of disks is not mounted has no room for them, and makes none elsewhere', async () => {
    const { driver } = await watched(lab.driver(join(lab.folder, 'mount/disks')));
    expect((await driver.inventory()).diskGb).toBe(0);
    const spec = lab.specWith('', { disk: { image: GUEST_DISK, format: 'raw', sizeGb: 0 } });
    const missing = { code: 'failed', forOwner: 'the storage of disks is not there' };
    await expect(driver.make.create(spec, order)).rejects.toMatchObject(missing);
    await expect(driver.make.findDisk(spec.id)).rejects.toMatchObject(missing);
    await expect(driver.destroy(spec.id, order)).rejects.toMatchObject(missing);
    expect(await lab.leftOf(spec.id)).toEqual([]);
    await driver.stop();
  });

  test('a panic stops the guest before its text is out; let go on, it says it and stays halted', async () => {
    const spec = lab.spec();
    await host.driver.make.create(spec, order);
    await consoleSays(host.driver, spec.id, 'GUEST-READY');
    await host.driver.injectNmi?.send(spec.id, order);
    await eventually(() => expect(host.told(spec.id).at(-1)).toBe('panicked: Crashed Panicked'));
    expect(await lab.virsh('domstate', '--reason', spec.id)).toBe('crashed (panicked)');
    expect(await host.driver.readConsole?.read(spec.id, null)).not.toContain('Kernel panic');
    await host.driver.pause.unpause(spec.id, order);
    await consoleSays(host.driver, spec.id, 'end Kernel panic - not syncing');
    expect(host.told(spec.id).slice(-2)).toEqual(['panicked: Crashed Panicked', 'resumed: Resumed Unpaused']);
    expect(await lab.virsh('domstate', '--reason', spec.id)).toBe('running (unpaused)');
    await host.driver.destroy(spec.id, order);
  });

  test('a guest that reboots is told of once', async () => {
    const boot = lab.spec().boot;
    const spec = lab.spec({ boot: { ...boot, commandLine: `${boot.commandLine} panic=1` } });
    await host.driver.make.create(spec, order);
    await consoleSays(host.driver, spec.id, 'GUEST-READY');
    await host.driver.injectNmi?.send(spec.id, order);
    await eventually(() => expect(host.told(spec.id)).toContain('panicked: Crashed Panicked'));
    await host.driver.pause.unpause(spec.id, order);
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
    expect(await host.driver.followCrash?.sight(id)).toEqual(['panic-device']);
    await expect(host.driver.vitals?.picture?.(id)).rejects.toMatchObject({
      code: 'not-supported',
      message: `Instance ${id} has no screen.`,
    });
    await expect(host.driver.followCrash?.openPort(id, 'dump')).rejects.toMatchObject({ code: 'failed' });
    await expect(host.driver.followCrash?.followConsole(id, () => undefined)).rejects.toMatchObject({ code: 'failed' });
    await eventually(() => expect(host.told(id)).toContain('started: Started Booted'));
    // Only when its kernel is up: an NMI that meets a kernel without handlers resets the machine.
    const text = join(lab.folder, 'foreign.console.log');
    await eventually(async () => expect(await readFile(text, 'utf8')).toContain('GUEST-READY'));
    // The lab's guest stalls with interrupts off after 3 s; an NMI gets through all the same.
    await host.driver.injectNmi?.send(id, order);
    await eventually(() => expect(host.told(id)).toContain('panicked: Crashed Panicked'));
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
