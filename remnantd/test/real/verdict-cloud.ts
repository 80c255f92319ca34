// A cloud for the verdict table: the daemon as a process of its own, a libvirtd whose QEMU is another user (as on most
// hosts), an NFS server, and the Compute API as its owner speaks it. Everything lies in one folder; `close` ends and removes all.

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { freePort } from '../harness/child-daemon.ts';
import { waitFor } from '../harness/wait-for.ts';
import { CloudUser } from './cloud-user.ts';
import { RemnantDaemon } from './remnant-daemon.ts';

const root = join(import.meta.dirname, '../../..');
const guests = join(root, 'var/lab/guest');
const nfs = join(root, 'var/lab/nfs');
const run = promisify(execFile);
/** Who QEMU runs as. */
export const QEMU_USER = 'libvirt-qemu';
const HOST = 'h1';
const EVERY_MS = 250;

const lab = async (script: string, ...args: string[]) => {
  const env = { ...process.env, QEMU_USER };
  return (await run('bash', [join(root, 'lab', script), ...args], { env, maxBuffer: 16 * 1024 * 1024 })).stdout.trim();
};

/** A guest from the lab's images. */
export interface GuestWish {
  readonly image: 'plain' | 'kdump';
  readonly cpus?: 1 | 2;
  /** Options of its kernel's command line. */
  readonly options: string;
}

/** The cloud. */
export class VerdictCloud {
  readonly folder: string;
  readonly nfsPort: number;
  readonly #url: string;
  #daemon: RemnantDaemon | null = null;
  #user: CloudUser | null = null;

  private constructor(folder: string, port: number, nfsPort: number) {
    this.folder = folder;
    this.nfsPort = nfsPort;
    this.#url = `http://127.0.0.1:${port}`;
  }

  /** Installs and builds what is missing, and starts all of it; `before`: what is to run on the host before Remnant does. */
  static async open(bounds: object, before: (cloud: VerdictCloud) => Promise<void>): Promise<VerdictCloud> {
    await lab('install.sh', 'libvirt', 'guest');
    await Promise.all([lab('guest.sh', guests), lab('nfs.sh', 'build', nfs)]);
    const cloud = new VerdictCloud(await mkdtemp(join(tmpdir(), 'vt-')), await freePort(), await freePort());
    try {
      await cloud.#start(bounds, before);
    } catch (error) {
      await cloud.close();
      throw error;
    }
    return cloud;
  }

  /** The folder that Remnant keeps everything in. */
  get state(): string {
    return join(this.folder, 'state');
  }

  /** The owner of all servers. */
  get user(): CloudUser {
    if (this.#user === null) throw new Error('nobody has signed in yet');
    return this.#user;
  }

  /** What the NFS server serves as /export. */
  get exported(): string {
    return join(this.folder, 'nfs/export');
  }

  /** Makes a server whose guest runs. */
  async makeServer(name: string, wish: GuestWish): Promise<string> {
    const imageRef = await this.#image(wish);
    const flavorRef = `${wish.image}-${wish.cpus ?? 1}`;
    return this.user.makeServer(name, imageRef, flavorRef);
  }

  /** Waits until the console of a guest that Remnant made says `text`. */
  async consoleSays(id: string, text: string): Promise<void> {
    const path = join(this.state, 'hosts', HOST, 'libvirt/console', `${id}.log`);
    await this.#fileSays(path, text);
  }

  /** The same of a guest that it did not make. */
  async foreignConsoleSays(name: string, text: string): Promise<void> {
    await this.#fileSays(join(this.folder, `${name}.console.log`), text);
  }

  /** Changes the definition of a guest that is off, as `virsh edit` does. */
  async edit(id: string, change: (xml: string) => string): Promise<void> {
    await this.user.act(id, { 'os-stop': null });
    await this.user.until(id, 'SHUTOFF');
    const changed = change(await this.virsh('dumpxml', '--inactive', id));
    await this.define(id, changed);
    await this.user.act(id, { 'os-start': null });
    await this.user.until(id, 'ACTIVE');
  }

  /** Defines a domain, or changes it. */
  async define(name: string, xml: string): Promise<void> {
    const file = join(this.folder, `${name}.xml`);
    await writeFile(file, xml);
    await this.virsh('define', file);
  }

  /** Runs virsh. */
  async virsh(...args: string[]): Promise<string> {
    const uri = await lab('libvirtd.sh', 'uri', join(this.folder, 'lv'));
    return (await run('virsh', ['-q', '-c', uri, ...args])).stdout.trim();
  }

  /** Kills the QEMU of a guest, as a loss of power would end it. */
  async losePower(id: string): Promise<void> {
    const name = await this.virsh('domname', id);
    const pid = Number(await readFile(join(this.folder, 'lv/root/run/libvirt/qemu', `${name}.pid`), 'utf8'));
    process.kill(pid, 'SIGKILL');
  }

  /** Who runs a guest's QEMU. */
  async qemuUser(id: string): Promise<string> {
    const name = await this.virsh('domname', id);
    const pid = (await readFile(join(this.folder, 'lv/root/run/libvirt/qemu', `${name}.pid`), 'utf8')).trim();
    const uid = /^Uid:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    const users = await readFile(join(this.folder, 'lv/root/etc/passwd'), 'utf8');
    return (
      users
        .split('\n')
        .find((line) => line.split(':')[2] === uid)
        ?.split(':')[0] ?? `user ${uid}`
    );
  }

  /** A domain of the lab's kdump guest that Remnant does not make, with `devices` beside its console and panic device. */
  foreignXml(name: string, options: string, devices: string): string {
    return `<domain type='qemu'><name>${name}</name><uuid>${randomUUID()}</uuid><memory unit='MiB'>512</memory><vcpu>1</vcpu>
      <os><type arch='x86_64' machine='q35'>hvm</type><kernel>${this.folder}/guest/vmlinuz</kernel>
        <initrd>${this.folder}/guest/kdump.img</initrd><cmdline>${KDUMP} ${options}</cmdline></os>
      <features><acpi/><apic/></features><on_reboot>restart</on_reboot><on_crash>preserve</on_crash>
      <devices><emulator>/usr/bin/qemu-system-x86_64</emulator><controller type='usb' model='none'/><memballoon model='none'/>
        <serial type='pty'><log file='${this.folder}/${name}.console.log' append='off'/><target port='0'/></serial>
        <panic model='isa'/>${devices}</devices></domain>`;
  }

  /** What the daemon logged, for the message of a test that failed. */
  log(): string {
    return this.#daemon?.log() ?? '';
  }

  /** Runs the lab's makedumpfile. */
  async makedumpfile(...args: string[]): Promise<void> {
    await run(join(guests, 'bin/makedumpfile'), args);
  }

  /** Makes a normal dump of a flattened one. */
  async rearrange(flattened: string, vmcore: string): Promise<void> {
    await run('bash', ['-c', '"$0" -R "$2" <"$1"', join(guests, 'bin/makedumpfile'), flattened, vmcore]);
  }

  async close(): Promise<void> {
    const ends = [
      async () => this.#daemon?.stop(),
      () => lab('nfs.sh', 'stop', nfs, join(this.folder, 'nfs')),
      () => lab('libvirtd.sh', 'stop', join(this.folder, 'lv')),
      () => rm(this.folder, { recursive: true, force: true }),
    ];
    const failed: unknown[] = [];
    // Each of them, whatever became of the one before.
    for (const end of ends) await end().catch((error: unknown) => failed.push(error));
    if (failed.length > 0) throw new AggregateError(failed, 'not everything ended');
  }

  async #start(bounds: object, before: (cloud: VerdictCloud) => Promise<void>): Promise<void> {
    // What an operator sees to: QEMU's user may come to the images, and to the logs and disks of guests.
    await chmod(this.folder, 0o711);
    await mkdir(join(this.folder, 'guest'));
    // Copies: libvirt gives them to QEMU's user while guests run.
    const files = ['vmlinuz', 'plain.img', 'kdump.img'];
    await Promise.all(files.map((file) => copyFile(join(guests, file), join(this.folder, 'guest', file))));
    await mkdir(this.state, { mode: 0o700 });
    await Promise.all([
      lab('libvirtd.sh', 'start', join(this.folder, 'lv')),
      lab('nfs.sh', 'start', nfs, join(this.folder, 'nfs'), String(this.nfsPort)),
    ]);
    await before(this);
    const flavors = [
      { id: 'plain-1', name: 'plain-1', vcpus: 1, ram: 128 },
      { id: 'plain-2', name: 'plain-2', vcpus: 2, ram: 128 },
      { id: 'kdump-1', name: 'kdump-1', vcpus: 1, ram: 512 },
      { id: 'kdump-2', name: 'kdump-2', vcpus: 2, ram: 512 },
    ];
    const config = {
      state_dir: this.state,
      api: { port: Number(new URL(this.#url).port) },
      identity: { accounts: [{ user: 'owner', project: 'lab', role: 'member' }] },
      adopt: { project: 'lab', user: 'owner' },
      hosts: [{ name: HOST, driver: 'libvirt', socket: join(this.folder, 'lv/sock/libvirt-sock'), accel: 'tcg' }],
      dumps: bounds,
      flavors,
    };
    this.#daemon = await RemnantDaemon.start(this.folder, config, `${this.#url}/healthz`);
    const { clouds } = parse(await readFile(join(this.state, 'clouds.yaml'), 'utf8')) as {
      clouds: Record<string, { auth: { password: string } }>;
    };
    const password = Object.values(clouds)[0]?.auth.password ?? '';
    this.#user = await CloudUser.signIn(this.#url, 'owner', password, 'lab');
    await waitFor('the host to be met', () => this.log().includes('"msg":"host met"'), 60_000, EVERY_MS);
  }

  /** An image of its own for each guest: options of the kernel are the image's. */
  async #image({ image, options }: GuestWish): Promise<string> {
    const id = randomUUID();
    const folder = join(this.state, 'images', id);
    await mkdir(folder, { recursive: true });
    const line = `${image === 'kdump' ? KDUMP : PLAIN} ${options}`.trim();
    const text = `id: ${id}\nname: ${id}\nkernel: ../../../guest/vmlinuz\ninitrd: ../../../guest/${image}.img\nproperties:\n  os_command_line: "${line}"\n`;
    await writeFile(join(folder, 'image.yaml'), text);
    return id;
  }

  async #fileSays(path: string, text: string): Promise<void> {
    await waitFor(
      `${path} to say "${text}"`,
      async () => {
        const said = await readFile(path, 'latin1').catch(() => '');
        if (said.includes('CRASH-KERNEL loaded=0')) throw new Error('the guest has no crash kernel');
        return said.includes(text);
      },
      180_000,
      EVERY_MS,
    );
  }
}

const PLAIN = 'console=ttyS0 quiet';
// Without KASLR the crash kernel's memory is always reserved.
const KDUMP = `${PLAIN} crashkernel=128M nokaslr`;

/** The dumps below `folder`, each in a folder of its time as Debian's kdump-tools lays them. */
export async function dumpsBelow(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  return files.filter((file) => /^\d{12}\/dump\.\d{12}$/.test(file)).map((file) => join(folder, file));
}
