// The memory of a real guest that spins with its interrupts off, written by QEMU through libvirt, repaired and kept; the
// kernel's log comes out of it. And what becomes of the guest when libvirtd or the agent dies in the middle.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ArtefactStore } from '../../src/agent/capture/artefact-store.ts';
import { hostDisk } from '../../src/agent/capture/disk.ts';
import { MemoryDumper, type MemorySeen } from '../../src/agent/memory/memory-dumper.ts';
import type { MemoryFormat, Order } from '../../src/drivers/driver.ts';
import type { CommandId, ServerId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import { POWER_STATE } from '../../src/model/power-state.ts';
import { testClock } from '../harness/test-clock.ts';
import { consoleSays, eventually, LibvirtLab, type Watched, watched } from './libvirt-lab.ts';

const run = promisify(execFile);
const order: Order = { command: asId<CommandId>('00000000-0000-4000-8000-000000000001') };
const makedumpfile = join(import.meta.dirname, '../../../var/lab/guest/bin/makedumpfile');
const STALLED = 'hardstall: every CPU now spins with interrupts off';

let lab: LibvirtLab;
let host: Watched;
let guest: ServerId;
let folder: string;

beforeAll(async () => {
  lab = await LibvirtLab.open();
  host = await watched(lab.driver());
  folder = await mkdtemp(join(tmpdir(), 'memory-'));
  const { boot } = lab.spec();
  // KASLR is on: without the repair nobody finds the kernel.
  const stalling = { ...boot, commandLine: `${boot.commandLine} kd.stall=hard kd.after=1` };
  const spec = lab.spec({ memoryMb: 256, boot: stalling });
  guest = spec.id;
  await host.driver.make.create(spec, order);
  await consoleSays(host.driver, guest, STALLED);
});
afterAll(async () => {
  await host.driver.stop();
  await lab.close();
  await rm(folder, { recursive: true, force: true });
});

const becomes = (wanted: number) =>
  eventually(async () => expect((await host.driver.guest(guest)).powerState).toBe(wanted));

/** The kernel's log out of a dump that was kept. */
async function dmesgOf(format: MemoryFormat, kept: NodeJS.ReadableStream): Promise<string> {
  const [raw, dump, dmesg] = ['raw', 'dump', 'dmesg'].map((name) => join(folder, `${format}.${name}`)) as [
    string,
    string,
    string,
  ];
  await pipeline(kept, createWriteStream(raw));
  if (format === 'elf') await run(makedumpfile, ['--dump-dmesg', '-f', raw, dmesg]);
  else {
    await run('sh', ['-c', '"$0" -R "$1" <"$2"', makedumpfile, dump, raw]);
    await run(makedumpfile, ['--dump-dmesg', '-f', dump, dmesg]);
  }
  return readFile(dmesg, 'utf8');
}

describe('a guest that spins with its interrupts off', () => {
  test.each(['kdump', 'elf'] as const)('is dumped as %s, and its log says so', async (format) => {
    const clock = testClock();
    const seen: MemorySeen[] = [];
    const stateDir = join(folder, format);
    const caps = { perDump: 2 ** 30, perHost: 2 ** 31, keepFree: 2 ** 20 };
    const store = await ArtefactStore.open({ stateDir, clock, disk: hostDisk, caps });
    const dumper = new MemoryDumper({
      driver: host.driver,
      store,
      clock,
      settings: { format, withinMs: 300_000 },
      tell: async (entry) => void seen.push(entry),
    });
    await dumper.run(guest, order, () => undefined);
    clock.stop();
    await becomes(POWER_STATE.running);
    expect(seen.map(({ kind }) => kind).filter((kind) => kind !== 'memory-bytes')).toEqual([
      'memory-asked',
      'memory-dump',
    ]);
    const [kept] = store.list();
    expect(kept).toMatchObject({ source: 'hypervisor', format: format === 'elf' ? 'elf' : 'flattened', server: guest });
    if (kept === undefined) throw new Error('nothing was kept');
    // What lies on the disk is sealed, and the pipe it came through is gone.
    expect((await readFile(join(stateDir, 'artefacts', kept.id, 'data'))).includes('Linux version')).toBe(false);
    await eventually(async () => expect(await readdir(join(lab.folder, 'memory'))).toEqual([]));
    expect(await dmesgOf(format, await store.read(kept.id))).toContain(STALLED);
  });

  test('stands still only as long as somebody reads: an agent that is killed lets it go on', async () => {
    const life = spawn(
      process.execPath,
      [join(import.meta.dirname, 'memory-life.ts'), lab.socketPath, lab.folder, guest],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    try {
      await once(life.stdout, 'data');
      await becomes(POWER_STATE.paused);
      const [left = ''] = await readdir(join(lab.folder, 'memory'));
      const pipe = await stat(join(lab.folder, 'memory', left));
      expect([pipe.isFIFO(), pipe.mode & 0o777]).toEqual([true, 0o600]);
    } finally {
      life.kill('SIGKILL');
    }
    await becomes(POWER_STATE.running);
    // The next life sweeps up after it.
    await host.driver.stop();
    host = await watched(lab.driver());
    expect(await readdir(join(lab.folder, 'memory'))).toEqual([]);
  });

  test('goes on when libvirtd was killed in the middle, once another one is there', async () => {
    const dump = await host.driver.dumpMemory?.start(guest, { format: 'elf', boundMs: 300_000 }, order);
    if (dump === undefined) throw new Error('the driver writes no memory');
    const fault = once(dump.bytes, 'error');
    await once(dump.bytes, 'readable');
    dump.bytes.read();
    await lab.signalDaemon('SIGKILL');
    dump.bytes.resume();
    expect((await fault)[0]).toMatchObject({ name: 'DriverFault', code: 'connection-lost' });
    await dump.over;
    await lab.startDaemon();
    await eventually(() => expect(host.connections.at(-1)).toMatchObject({ up: true }));
    await becomes(POWER_STATE.running);
  });
});
