// A libvirtd and guests of a test's own, through the lab's scripts, in a folder that `close` removes with everything that
// ran in it. What a test needs and the lab cannot give is an error, never a skip.

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, vi } from 'vitest';
import type { Driver, DriverConnection, GuestEvent, GuestSpec } from '../../src/drivers/driver.ts';
import { libvirtDriver } from '../../src/drivers/libvirt/driver.ts';
import { asId, type ServerId } from '../../src/model/ids.ts';

const root = join(import.meta.dirname, '../../..');
const guestFolder = join(root, 'var/lab/guest');
const run = promisify(execFile);

const lab = async (script: string, ...args: string[]) => {
  const { stdout } = await run('bash', [join(root, 'lab', script), ...args], { maxBuffer: 16 * 1024 * 1024 });
  return stdout.trim();
};

/** A libvirtd of its own. */
export class LibvirtLab {
  readonly folder: string;
  readonly socketPath: string;

  constructor(folder: string) {
    this.folder = folder;
    this.socketPath = join(folder, 'sock/libvirt-sock');
  }

  /** Installs and builds what is missing, and starts a libvirtd. */
  static async open(): Promise<LibvirtLab> {
    await lab('install.sh', 'libvirt', 'guest');
    await lab('guest.sh', guestFolder);
    // Short: a unix socket's path holds 107 characters.
    const opened = new LibvirtLab(await mkdtemp(join(tmpdir(), 'lv-')));
    try {
      await opened.startDaemon();
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  }

  async startDaemon(): Promise<void> {
    await lab('libvirtd.sh', 'start', this.folder);
  }

  /** The daemon's process; guests are processes of their own and live on without it. */
  async signalDaemon(signal: NodeJS.Signals): Promise<void> {
    const pid = Number(await lab('libvirtd.sh', 'pid', this.folder));
    process.kill(pid, signal);
    if (signal === 'SIGKILL') {
      await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 10_000, interval: 10 });
    }
  }

  /** Runs virsh, as a second opinion and to do what the driver does not. */
  async virsh(...args: string[]): Promise<string> {
    const uri = await lab('libvirtd.sh', 'uri', this.folder);
    const { stdout } = await run('virsh', ['-q', '-c', uri, ...args]);
    return stdout.trim();
  }

  /** The XML of a guest that Remnant does not make. */
  async foreignXml(name: string): Promise<string> {
    return lab('domain.sh', name, guestFolder, this.folder);
  }

  /** A driver under emulation, not started. */
  driver(): Driver {
    return libvirtDriver({ socketPath: this.socketPath, stateDir: this.folder, accel: 'tcg', now: () => Date.now() });
  }

  /** A guest that panics on an NMI. */
  spec(overrides: Partial<GuestSpec> = {}): GuestSpec {
    const id = asId<ServerId>(randomUUID());
    const boot = {
      kernel: join(guestFolder, 'vmlinuz'),
      initrd: join(guestFolder, 'plain.img'),
      commandLine: 'console=ttyS0 quiet',
      properties: {},
    };
    const name = `instance-${id.slice(0, 8)}`;
    return { id, name, displayName: 'web', projectId: 'p1', vcpus: 1, memoryMb: 128, boot, metadata: {}, ...overrides };
  }

  async close(): Promise<void> {
    try {
      await lab('libvirtd.sh', 'stop', this.folder);
    } finally {
      await rm(this.folder, { recursive: true, force: true });
    }
  }
}

/** A driver that was started, and everything it told. */
export interface Watched {
  readonly driver: Driver;
  readonly connections: readonly DriverConnection[];
  readonly events: readonly GuestEvent[];
  /** What `id` did, as `kind: detail`. */
  told(id: ServerId): string[];
}

/** Starts `driver` and waits until it is connected. */
export async function watched(driver: Driver): Promise<Watched> {
  const connections: DriverConnection[] = [];
  const events: GuestEvent[] = [];
  await driver.start({
    connection: (connection) => void connections.push(connection),
    guestEvent: (event) => void events.push(event),
  });
  await eventually(() => expect(connections.at(-1)).toMatchObject({ up: true }));
  const told = (id: ServerId) =>
    events.filter(({ guest }) => guest === id).map(({ kind, detail }) => `${kind}: ${detail}`);
  return { driver, connections, events, told };
}

/** Waits until `state` no longer throws; emulated guests on a busy machine take their time. */
export function eventually<T>(state: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(state, { timeout: 90_000, interval: 20 });
}

/** Waits until the console of `id` says `text`. */
export async function consoleSays(driver: Driver, id: ServerId, text: string): Promise<void> {
  await eventually(async () => expect(await driver.readConsole?.read(id, null)).toContain(text));
}
