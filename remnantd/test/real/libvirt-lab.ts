// A libvirtd and guests of a test's own, through the lab's scripts, in a folder that `close` removes with everything that
// ran in it. What a test needs and the lab cannot give is an error, never a skip.

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, vi } from 'vitest';
import type {
  BootSource,
  Driver,
  DriverConnection,
  GuestEvent,
  GuestMaker,
  GuestSpec,
} from '../../src/drivers/driver.ts';
import { libvirtDriver } from '../../src/drivers/libvirt/driver.ts';
import { asId, type ServerId } from '../../src/model/ids.ts';

const root = join(import.meta.dirname, '../../..');
const guestFolder = join(root, 'var/lab/guest');
const run = promisify(execFile);

const lab = (script: string, ...args: string[]) => labWith({}, script, ...args);
const labWith = async (more: Readonly<Record<string, string>>, script: string, ...args: string[]) => {
  const env = { ...process.env, ...more };
  const { stdout } = await run('bash', [join(root, 'lab', script), ...args], { maxBuffer: 16 * 1024 * 1024, env });
  return stdout.trim();
};

/** A guest that boots from a kernel. */
type KernelGuest = GuestSpec & { readonly boot: BootSource };

/** The disk that boots a lab guest by itself. */
export const GUEST_DISK = join(guestFolder, 'disk.raw');

/** What a libvirtd is started with. */
export interface LibvirtLabOptions {
  /** Who QEMU runs as: root unless told otherwise; `libvirt-qemu` on Debian's own. */
  readonly qemuUser?: string;
  /** In a network namespace of its own, with one network, of this name. */
  readonly network?: string;
  /** A folder of disks that it shares with others. */
  readonly disks?: string;
}

/** A libvirtd of its own. */
export class LibvirtLab {
  readonly folder: string;
  readonly socketPath: string;
  readonly #options: LibvirtLabOptions;

  constructor(folder: string, options: LibvirtLabOptions = {}) {
    this.folder = folder;
    this.socketPath = join(folder, 'sock/libvirt-sock');
    this.#options = options;
  }

  /** Installs and builds what is missing, and starts a libvirtd. */
  static async open(options: LibvirtLabOptions = {}): Promise<LibvirtLab> {
    await lab('install.sh', 'libvirt', 'guest', ...(options.network === undefined ? [] : ['network']));
    await lab('guest.sh', guestFolder);
    // Short: a unix socket's path holds 107 characters.
    const opened = new LibvirtLab(await mkdtemp(join(tmpdir(), 'lv-')), options);
    try {
      await opened.startDaemon();
      if (options.network !== undefined) await opened.#startNetwork(options.network);
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  }

  async startDaemon(): Promise<void> {
    const { qemuUser, network } = this.#options;
    const env = {
      ...(qemuUser === undefined ? {} : { QEMU_USER: qemuUser }),
      ...(network === undefined ? {} : { NETWORK: 'own' }),
    };
    await labWith(env, 'libvirtd.sh', 'start', this.folder);
  }

  /** `open`: libvirt gives out addresses, and leaves the firewall alone. */
  async #startNetwork(name: string): Promise<void> {
    const file = join(this.folder, 'network.xml');
    const range = "<dhcp><range start='10.99.7.10' end='10.99.7.99'/></dhcp>";
    const ip = `<ip address='10.99.7.1' netmask='255.255.255.0'>${range}</ip>`;
    await writeFile(
      file,
      `<network><name>${name}</name><forward mode='open'/><bridge name='labbr0' stp='off'/>${ip}</network>`,
    );
    await this.virsh('net-define', file);
    await this.virsh('net-start', name);
  }

  /** The daemon's process; guests are processes of their own and live on without it. */
  async signalDaemon(signal: NodeJS.Signals): Promise<void> {
    const pid = Number(await lab('libvirtd.sh', 'pid', this.folder));
    process.kill(pid, signal);
    if (signal === 'SIGKILL') {
      await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 10_000, interval: 10 });
    }
  }

  /** The host dies: its guests and its libvirtd are gone at once, its files stay; `startDaemon` is its reboot. */
  async die(): Promise<void> {
    await lab('libvirtd.sh', 'stop', this.folder);
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
  driver(disks = this.#options.disks ?? null): GuestMaker {
    return libvirtDriver({
      socketPath: this.socketPath,
      stateDir: this.folder,
      stateRoot: this.folder,
      accel: 'tcg',
      network: this.#options.network ?? null,
      disks,
      now: () => Date.now(),
    });
  }

  /** A guest that panics on an NMI. */
  spec(overrides: Partial<KernelGuest> = {}): KernelGuest {
    const id = asId<ServerId>(randomUUID());
    const boot = {
      kernel: join(guestFolder, 'vmlinuz'),
      initrd: join(guestFolder, 'plain.img'),
      // An emulated timer is late on a busy machine; a guest of KVM does not check it either.
      commandLine: 'console=ttyS0 quiet no_timer_check',
      properties: {},
    };
    const name = `instance-${id.slice(0, 8)}`;
    return { id, name, displayName: 'web', projectId: 'p1', vcpus: 1, memoryMb: 128, boot, metadata: {}, ...overrides };
  }

  /** Such a guest whose kernel has `options`, too. */
  specWith(options: string, overrides: Partial<GuestSpec> = {}): GuestSpec {
    const { boot, ...spec } = this.spec();
    return { ...spec, boot: { ...boot, commandLine: `${boot.commandLine} ${options}`.trim() }, ...overrides };
  }

  /** The files of a guest that are left below the lab's folder. */
  async leftOf(id: ServerId): Promise<string[]> {
    const names = await readdir(this.folder, { recursive: true });
    const name = `instance-${id.slice(0, 8)}`;
    // What libvirt and QEMU logged is theirs.
    return names.filter((path) => (path.includes(id) || path.includes(name)) && !path.includes('/log/'));
  }

  /** A guest with a crash kernel that hands its dump to the dump port; boots in 5 s, dumps 22 MB in 10 s. */
  crashSpec(options = ''): KernelGuest {
    const spec = this.spec({ memoryMb: 512 });
    // A crash kernel's own events, and no surprises: without KASLR its memory is always reserved.
    const commandLine = `${spec.boot.commandLine} crashkernel=128M nokaslr crash_kexec_post_notifiers ${options}`;
    return { ...spec, boot: { ...spec.boot, initrd: join(guestFolder, 'kdump.img'), commandLine: commandLine.trim() } };
  }

  /** `crashSpec` with a guest agent; with 'plain', nothing is reserved for its crash kernel. */
  agentSpec(kind: 'plain' | 'kdump' = 'plain', options = ''): KernelGuest {
    const spec = this.crashSpec(`kd.agent=on ${options}`.trim());
    if (kind === 'kdump') return spec;
    const commandLine = spec.boot.commandLine.replace('crashkernel=128M ', '');
    return { ...spec, boot: { ...spec.boot, commandLine } };
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
  readonly driver: GuestMaker;
  readonly connections: readonly DriverConnection[];
  readonly events: readonly GuestEvent[];
  /** What `id` did, as `kind: detail`. */
  told(id: ServerId): string[];
}

/** Starts `driver` and waits until it is connected. */
export async function watched(driver: GuestMaker): Promise<Watched> {
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

/** Waits until a lab guest is ready to crash, for the `boots`th time since its power came on. */
export async function readyToCrash(driver: Driver, id: ServerId, boots = 1): Promise<void> {
  await eventually(async () => {
    const text = (await driver.readConsole?.read(id, null)) ?? '';
    expect(text.split('GUEST-READY')).toHaveLength(boots + 1);
    expect(text).not.toContain('CRASH-KERNEL loaded=0');
  });
}

/** Waits until the console of `id` says `text`. */
export async function consoleSays(driver: Driver, id: ServerId, text: string): Promise<void> {
  await eventually(async () => expect(await driver.readConsole?.read(id, null)).toContain(text));
}
