// The parts of the cloud that may fail, each with the same handles: start it, kill it, stop it properly, hold it still, let it go.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '../harness/wait-for.ts';
import { LibvirtLab } from '../real/libvirt-lab.ts';
import { DB_PORT, homeOf } from './cloud-config.ts';
import type { CloudNet } from './cloud-net.ts';
import { ROOT } from './cloud-net.ts';
import { CloudProcess } from './cloud-process.ts';

const run = promisify(execFile);

/** Something that may fail. */
export interface CloudPart {
  readonly name: string;
  /** Starts it; it answers, or soon will. */
  start(): Promise<void> | void;
  /** Ends it at once, as a loss of power does. */
  kill(): Promise<void>;
  /** Stops it properly. */
  stop(): Promise<void>;
  freeze(): Promise<void> | void;
  thaw(): Promise<void> | void;
}

/** PostgreSQL, all processes of it. */
export function postgresPart(net: CloudNet): CloudPart {
  const script = join(ROOT, 'lab/postgres.sh');
  const folder = homeOf(net, 'db');
  const signalAll = async (signal: NodeJS.Signals) => {
    for (const pid of await net.processes('db')) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        // One that ended meanwhile.
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
      }
    }
  };
  return {
    name: 'postgresql',
    start: async () => {
      await net.run('db', [script, 'up', folder, String(DB_PORT)], { LISTEN: net.address('db') });
    },
    kill: async () => {
      await signalAll('SIGKILL');
      await waitFor('the end of PostgreSQL', async () => (await net.processes('db')).length === 0);
    },
    stop: async () => void (await net.run('db', [script, 'down', folder])),
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
  };
}

/** nats-server, on the settings in its folder. */
export function natsPart(net: CloudNet): CloudProcess {
  const folder = homeOf(net, 'bus');
  const argv = net.on('bus', ['/usr/sbin/nats-server', '-c', join(folder, 'nats.conf')]);
  return new CloudProcess({ name: 'nats', argv, log: join(folder, 'nats.log') });
}

/** The libvirtd of the real host, in a folder of its own; its guests live on without it. */
export class LibvirtPart implements CloudPart {
  readonly name = 'libvirtd';
  readonly #lab: LibvirtLab;
  #frozen = 0;

  constructor(net: CloudNet) {
    // A unix socket's path is short, however deep this checkout lies.
    this.#lab = new LibvirtLab(`/tmp/remnant-${net.tag}`);
  }

  get folder(): string {
    return this.#lab.folder;
  }

  get socketPath(): string {
    return this.#lab.socketPath;
  }

  /** Ends what an earlier run left of it, and removes it. */
  close(): Promise<void> {
    return this.#lab.close();
  }

  start(): Promise<void> {
    return this.#lab.startDaemon();
  }

  kill(): Promise<void> {
    return this.#lab.signalDaemon('SIGKILL');
  }

  async stop(): Promise<void> {
    const pid = await this.#pid();
    process.kill(pid, 'SIGTERM');
    await waitFor('libvirtd to stop', () => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    });
  }

  async freeze(): Promise<void> {
    this.#frozen = await this.#pid();
    process.kill(this.#frozen, 'SIGSTOP');
  }

  thaw(): void {
    process.kill(this.#frozen, 'SIGCONT');
  }

  async #pid(): Promise<number> {
    const { stdout } = await run(join(ROOT, 'lab/libvirtd.sh'), ['pid', this.#lab.folder]);
    return Number(stdout);
  }
}
