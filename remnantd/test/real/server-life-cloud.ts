// A cloud for the life of one server: the daemon as a process of its own on a lab libvirtd whose QEMU is another user, with a
// network that gives addresses, and images with disks. Everything lies in one folder; `close` ends and removes all.

import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { freePort } from '../harness/child-daemon.ts';
import { waitFor } from '../harness/wait-for.ts';
import { CloudUser } from './cloud-user.ts';
import { GUEST_DISK, LibvirtLab } from './libvirt-lab.ts';
import { RemnantDaemon } from './remnant-daemon.ts';

const run = promisify(execFile);
/** libvirt's name for the network that servers are on. */
export const NETWORK = 'labnet';
const HOST = 'h1';
const LINE = 'console=ttyS0 quiet no_timer_check kd.tell=on';
/** A guest with two CPUs that are emulated may stand still for a minute in its boot. */
const PATIENCE_MS = 180_000;
/** A task_state lasts longer than this. */
const EVERY_MS = 20;
/** Who looks at a console more often takes its guest's processor. */
const CONSOLE_EVERY_MS = 250;

/** The images: with a kernel and a disk that its guest marks, with a kernel and a disk that it leaves alone, and a disk alone. */
export const IMAGES = {
  marking: '70000000-0000-4000-8000-000000000011',
  rescue: '70000000-0000-4000-8000-000000000012',
  disk: '70000000-0000-4000-8000-000000000013',
} as const;

/** What is read of a server. */
export interface SeenServer {
  readonly status: string;
  readonly addresses: Readonly<Record<string, readonly { readonly addr: string; readonly version: number }[]>>;
  readonly fault?: { readonly message: string };
  readonly key_name: string | null;
  readonly config_drive: string;
  readonly flavor: { readonly original_name: string };
  readonly image: { readonly id: string };
  readonly 'OS-EXT-STS:task_state': string | null;
  readonly 'OS-EXT-STS:power_state': number;
}

/** An action of a server, with its events in the order in which they began. */
export interface SeenAction {
  readonly action: string;
  readonly message: string | null;
  readonly events: readonly string[];
}

/** The cloud. */
export class ServerLifeCloud {
  readonly lab: LibvirtLab;
  readonly user: CloudUser;
  readonly #daemon: RemnantDaemon;

  private constructor(lab: LibvirtLab, user: CloudUser, daemon: RemnantDaemon) {
    this.lab = lab;
    this.user = user;
    this.#daemon = daemon;
  }

  /** Installs and builds what is missing, and starts all of it. */
  static async open(): Promise<ServerLifeCloud> {
    const lab = await LibvirtLab.open({ qemuUser: 'libvirt-qemu', network: NETWORK });
    let daemon: RemnantDaemon | null = null;
    try {
      // What an operator sees to: QEMU's user may come to the images, and to the logs and disks of guests.
      await chmod(lab.folder, 0o711);
      await makeImages(lab.folder);
      const state = join(lab.folder, 'state');
      await mkdir(state, { mode: 0o700 });
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const started = await RemnantDaemon.start(lab.folder, configuration(lab, port), `${url}/healthz`);
      daemon = started;
      const { clouds } = parse(await readFile(join(state, 'clouds.yaml'), 'utf8')) as {
        clouds: Record<string, { auth: { password: string } }>;
      };
      const password = Object.values(clouds)[0]?.auth.password ?? '';
      const user = await CloudUser.signIn(url, 'owner', password, 'lab', '2.96');
      await waitFor('the host to be met', () => started.log().includes('"msg":"host met"'), 60_000, EVERY_MS);
      return new ServerLifeCloud(lab, user, started);
    } catch (error) {
      await daemon?.stop();
      await lab.close();
      throw error;
    }
  }

  /** Acts on a server: its answer is Nova's success. */
  async act(id: string, action: object): Promise<void> {
    const { status, body } = await this.user.ask('POST', `/v2.1/servers/${id}/action`, action);
    if (![200, 202, 204].includes(status)) {
      throw new Error(`${JSON.stringify(action)}: ${status} ${JSON.stringify(body)}`);
    }
  }

  /** What is shown of a server. */
  async server(id: string): Promise<SeenServer> {
    return (await this.user.read(`/v2.1/servers/${id}`))['server'] as SeenServer;
  }

  /** Waits until the server is at rest in this status; gives the task_states that were seen on the way. */
  async until(id: string, status: string): Promise<ReadonlySet<string>> {
    const seen = new Set<string>();
    await waitFor(
      `server ${id} to be ${status}`,
      async () => {
        const server = await this.server(id);
        if (server.status === 'ERROR') throw new Error(`the server is in error: ${server.fault?.message ?? ''}`);
        const task = server['OS-EXT-STS:task_state'];
        if (task !== null) seen.add(task);
        return task === null && server.status === status;
      },
      PATIENCE_MS,
      EVERY_MS,
    );
    return seen;
  }

  /** Its console, as its owner reads it. */
  async console(id: string): Promise<string> {
    const { status, body } = await this.user.ask('POST', `/v2.1/servers/${id}/action`, { 'os-getConsoleOutput': {} });
    if (status !== 200) throw new Error(`no console: ${status} ${JSON.stringify(body)}`);
    return body['output'] as string;
  }

  /** Waits until its console says something of this form, and gives the first group of that. */
  async says(id: string, what: RegExp): Promise<string> {
    let said = '';
    const found = await waitFor(
      `the console of ${id} to say ${what.source}`,
      async () => {
        said = await this.console(id);
        return what.exec(said);
      },
      PATIENCE_MS,
      CONSOLE_EVERY_MS,
    ).catch((error: unknown) => {
      throw new Error(`its console says:\n${said}`, { cause: error });
    });
    return found[1] ?? '';
  }

  /** What was done with a server, first to last. */
  async actions(id: string): Promise<SeenAction[]> {
    const path = `/v2.1/servers/${id}/os-instance-actions`;
    const list = (await this.user.read(path))['instanceActions'] as { request_id: string }[];
    const all = list.map(async ({ request_id: request }) => {
      const { action, message, events } = (await this.user.read(`${path}/${request}`))['instanceAction'] as {
        action: string;
        message: string | null;
        events: { event: string; result: string | null }[];
      };
      const said = events.map(({ event, result }) => `${event} ${result}`);
      return { action, message, events: said.toReversed() };
    });
    return (await Promise.all(all)).toReversed();
  }

  /** The text of a file on its config drive, as its host has it. */
  async onConfigDrive(id: string, path: string): Promise<string> {
    const drive = join(this.#driverFolder, 'disks', id, 'config.iso');
    return (await run('isoinfo', ['-R', '-x', `/${path}`, '-i', drive])).stdout;
  }

  /** What of a server's files its host has, below the folder of its driver. */
  async filesOf(id: string): Promise<string[]> {
    const names = await readdir(this.#driverFolder, { recursive: true });
    return names.filter((name) => name.includes(id)).toSorted();
  }

  /** What the daemon logged. */
  log(): string {
    return this.#daemon.log();
  }

  async close(): Promise<void> {
    await this.#daemon.stop();
    await this.lab.close();
  }

  get #driverFolder(): string {
    return join(this.lab.folder, 'state/hosts', HOST, 'libvirt');
  }
}

function configuration(lab: LibvirtLab, port: number): object {
  return {
    state_dir: join(lab.folder, 'state'),
    api: { port },
    images: { folder: join(lab.folder, 'images') },
    identity: { accounts: [{ user: 'owner', project: 'lab', role: 'member' }] },
    hosts: [{ name: HOST, driver: 'libvirt', socket: lab.socketPath, accel: 'tcg', network: NETWORK }],
    flavors: [
      { id: '1', name: 'small', vcpus: 1, ram: 128 },
      { id: '2', name: 'broad', vcpus: 2, ram: 192, disk: 1 },
      { id: '3', name: 'large', vcpus: 1, ram: 192, disk: 1 },
    ],
  };
}

async function makeImages(folder: string): Promise<void> {
  const images = join(folder, 'images');
  const lab = join(GUEST_DISK, '..');
  await mkdir(images);
  // Copies: libvirt gives them to QEMU's user while guests run. A disk is copied anyway.
  await Promise.all(['vmlinuz', 'plain.img'].map((file) => copyFile(join(lab, file), join(images, file))));
  await symlink(GUEST_DISK, join(images, 'disk.raw'));
  const kernel = (line: string) => ({
    kernel: '../vmlinuz',
    initrd: '../plain.img',
    properties: { os_command_line: line },
  });
  const own = {
    marking: kernel(`${LINE} kd.button=on kd.net=on kd.mark=broken`),
    rescue: kernel(LINE),
    disk: {},
  };
  for (const [name, id] of Object.entries(IMAGES)) {
    await mkdir(join(images, name));
    const image = { id, name, disk: '../disk.raw', disk_format: 'raw', ...own[name as keyof typeof IMAGES] };
    await writeFile(join(images, name, 'image.yaml'), JSON.stringify(image));
  }
}
