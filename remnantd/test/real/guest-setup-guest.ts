// A real Debian guest under Remnant: a server it made, whose definition then gets the disk of lab/debian-guest.sh, as an operator
// changes one with `virsh edit`, and a seed with user data. What goes on inside is asked of its guest agent.

import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '../harness/wait-for.ts';
import { lab } from './guest-setup-dump.ts';
import type { VerdictCloud } from './verdict-cloud.ts';

const root = join(import.meta.dirname, '../../..');
const image = join(root, 'var/lab/debian');
const run = promisify(execFile);
/** Installing packages under emulation, on a machine that does other things too. */
const LONG_MS = 2_400_000;

/** The guest. */
export class DebianGuest {
  readonly id: string;
  readonly #cloud: VerdictCloud;

  private constructor(cloud: VerdictCloud, id: string) {
    this.#cloud = cloud;
    this.id = id;
  }

  /** Builds the image if it is not there (once for each state of its packages), and boots a guest from a copy with this user data. */
  static async boot(cloud: VerdictCloud, userData: string): Promise<DebianGuest> {
    await lab('install.sh', 'debian');
    await lab('debian-guest.sh', image);
    const disk = join(cloud.folder, 'debian.raw');
    await run('cp', ['--sparse=always', join(image, 'disk.raw'), disk]);
    const seed = join(cloud.folder, 'seed');
    await mkdir(seed);
    await writeFile(join(seed, 'user-data'), userData);
    await writeFile(join(seed, 'meta-data'), 'instance-id: debian-1\nlocal-hostname: debian\n');
    await run('genisoimage', ['-quiet', '-V', 'CIDATA', '-J', '-r', '-o', `${seed}.iso`, seed]);
    await Promise.all([disk, `${seed}.iso`].map((path) => chmod(path, 0o666)));
    const id = await cloud.makeServer('debian', { image: 'kdump', options: '' });
    await cloud.edit(id, (xml) => ownDisk(xml, disk, `${seed}.iso`));
    return new DebianGuest(cloud, id);
  }

  /** Its console so far. */
  async console(): Promise<string> {
    const path = join(this.#cloud.state, 'hosts/h1/libvirt/console', `${this.id}.log`);
    return readFile(path, 'latin1').catch(() => '');
  }

  /** Waits until its console says `text` for the `times`th time. */
  async says(text: string, times = 1): Promise<void> {
    const said = async () => (await this.console()).split(text).length > times;
    await waitFor(`the guest's console to say "${text}" ${times} times`, said, LONG_MS, 500).catch(async (error) => {
      throw new Error(`${String(error)}\n${(await this.console()).slice(-6_000)}`);
    });
  }

  /** Runs a line of shell inside as root, on `input`, and gives what it printed; null while the guest has no agent to ask. */
  async shell(line: string, input = ''): Promise<string | null> {
    const asked = await this.#agent('guest-exec', {
      path: '/bin/sh',
      arg: ['-c', line],
      'input-data': Buffer.from(input).toString('base64'),
      'capture-output': true,
    }).catch(() => null);
    if (asked === null) return null;
    const { pid } = asked as { pid: number };
    const done = await waitFor(
      `"${line}" to end`,
      async () => {
        const status = (await this.#agent('guest-exec-status', { pid })) as Exec;
        return status.exited ? status : null;
      },
      LONG_MS,
      500,
    );
    const out = Buffer.from(done['out-data'] ?? '', 'base64').toString();
    if (done.exitcode !== 0) {
      const err = Buffer.from(done['err-data'] ?? '', 'base64').toString();
      throw new Error(`"${line}" ended with ${done.exitcode}: ${out}${err}`);
    }
    return out;
  }

  /** Asks inside, again and again, until what is printed passes `check`; a guest that boots has no answer. */
  async until(line: string, check: (printed: string) => boolean): Promise<string> {
    let last: string | null = null;
    const passes = async () => {
      last = await this.shell(line).catch((error: unknown) => String(error));
      return last !== null && check(last) ? last : null;
    };
    return waitFor(`"${line}" to pass`, passes, LONG_MS, 1_000).catch(async (error) => {
      throw new Error(`${String(error)}\nlast: ${last}\n${(await this.console()).slice(-6_000)}`);
    });
  }

  async #agent(execute: string, args: object): Promise<unknown> {
    const reply = await this.#cloud.virsh('qemu-agent-command', this.id, JSON.stringify({ execute, arguments: args }));
    return (JSON.parse(reply) as { return: unknown }).return;
  }
}

interface Exec {
  readonly exited: boolean;
  readonly exitcode?: number;
  readonly 'out-data'?: string;
  readonly 'err-data'?: string;
}

/** The definition with its own kernel away and the disks in, everything else as Remnant made it. */
function ownDisk(xml: string, disk: string, seed: string): string {
  const drive = (file: string, target: string, more: string) =>
    `<disk type='file' device='disk'><driver name='qemu' type='raw' cache='unsafe'/><source file='${file}'/><target dev='${target}' bus='virtio'/>${more}</disk>`;
  return xml
    .replace(/<kernel>[^]*<\/cmdline>/, '')
    .replace('</devices>', `${drive(disk, 'vda', '')}${drive(seed, 'vdb', '<readonly/>')}</devices>`);
}
