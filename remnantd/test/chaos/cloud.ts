// A small real cloud on one machine: two API processes on PostgreSQL and NATS, and three hosts with an agent each, two of them
// simulated, one with a libvirt of its own; each in a network namespace. `down` ends and removes all of it, however it was left.

import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { waitFor } from '../harness/wait-for.ts';
import { enrollAll } from './cloud-bus.ts';
import type { ApiName, CloudBounds, CloudHost } from './cloud-config.ts';
import {
  API_PORT,
  APIS,
  agentConfig,
  apiConfig,
  BUS_PORT,
  databaseUrl,
  HOSTS,
  homeOf,
  putKdumpImage,
} from './cloud-config.ts';
import { CloudHttp } from './cloud-http.ts';
import { CloudNet, DAEMON, ROOT } from './cloud-net.ts';
import type { CloudPart } from './cloud-parts.ts';
import { LibvirtPart, natsPart, postgresPart } from './cloud-parts.ts';
import { CloudProcess } from './cloud-process.ts';
import { CloudWall } from './cloud-wall.ts';
import { startWarden } from './cloud-warden.ts';

const run = promisify(execFile);
/** The disk of a host under whose agent it may become full. */
const SMALL_DISK = 'size=96m';
const START_MS = 90_000;

/** What a cloud is made with. */
export interface CloudOptions {
  readonly bounds: CloudBounds;
  /** Hosts between whose agent and the bus something treats messages badly, by the seed of its moods. */
  readonly imps?: Partial<Readonly<Record<CloudHost, number>>>;
}

/** The cloud. */
export class Cloud {
  readonly net: CloudNet;
  readonly db: CloudPart;
  readonly bus: CloudProcess;
  readonly apis: Readonly<Record<ApiName, CloudProcess>>;
  readonly agents: Readonly<Record<CloudHost, CloudProcess>>;
  readonly libvirt: LibvirtPart;
  readonly wall: CloudWall;
  readonly #options: CloudOptions;
  readonly #imps: readonly CloudProcess[];
  #http: CloudHttp | null = null;
  #warden: (() => void) | null = null;

  constructor(options: CloudOptions, state = join(ROOT, 'var/lab/cloud')) {
    this.#options = options;
    const net = new CloudNet(state);
    this.net = net;
    this.wall = new CloudWall(state);
    this.db = postgresPart(net);
    this.bus = natsPart(net);
    this.libvirt = new LibvirtPart(net);
    const node = (name: ApiName | CloudHost, role: string) =>
      new CloudProcess({
        name,
        argv: net.on(name, [
          ...this.wall.before(name),
          process.execPath,
          DAEMON,
          role,
          '--config',
          configOf(net, name),
        ]),
        log: join(homeOf(net, name), 'log'),
      });
    this.apis = { api1: node('api1', 'serve'), api2: node('api2', 'serve') };
    this.agents = { host1: node('host1', 'agent'), host2: node('host2', 'agent'), host3: node('host3', 'agent') };
    this.#imps = HOSTS.flatMap((host) => {
      const seed = options.imps?.[host];
      if (seed === undefined) return [];
      const words = [BUS_PORT, net.address('bus'), BUS_PORT, seed].map(String);
      const argv = net.on(host, [process.execPath, join(import.meta.dirname, 'cloud-imp.ts'), ...words]);
      return [new CloudProcess({ name: `imp of ${host}`, argv, log: join(homeOf(net, host), 'imp.log') })];
    });
  }

  /** Installs and builds what is missing, removes what an earlier run left, and starts all of it. */
  async up(): Promise<void> {
    await run(join(ROOT, 'lab/install.sh'), ['guest', 'libvirt', 'network', 'postgres', 'nats', 'clock']);
    await run(join(ROOT, 'lab/guest.sh'), [join(ROOT, 'var/lab/guest')], { maxBuffer: 16 * 1024 * 1024 });
    await this.down();
    for (const name of ['db', 'bus', ...APIS, ...HOSTS]) mkdirSync(homeOf(this.net, name), { recursive: true });
    this.#warden = startWarden(this.net, this.libvirt.folder, hostDisk(this.net));
    await this.net.up();
    this.#http = new CloudHttp(this.net);
    putKdumpImage(this.net);
    await this.#smallDisk();
    this.#configure();
    await Promise.all([this.db.start(), this.libvirt.start()]);
    await enrollAll(this.net);
    this.bus.start();
    // The first one brings the database to its schema, and makes the accounts whose passwords it keeps.
    this.apis.api1.start();
    await this.answers('api1');
    this.apis.api2.start();
    for (const imp of this.#imps) imp.start();
    for (const agent of Object.values(this.agents)) agent.start();
    await this.answers('api2');
  }

  /** From now on messages between hosts and the bus are treated badly. */
  unleash(): void {
    for (const imp of this.#imps) process.kill(imp.pid(), 'SIGUSR2');
  }

  /** Keeps the logs of all processes in `folder`, for who wants to know what happened. */
  keepLogs(folder: string): void {
    mkdirSync(folder, { recursive: true });
    for (const process of [...Object.values(this.apis), ...Object.values(this.agents), this.bus, ...this.#imps]) {
      writeFileSync(join(folder, `${process.name.replaceAll(' ', '-')}.log`), process.log());
    }
  }

  /** Ends and removes all of it. */
  async down(): Promise<void> {
    this.#warden?.();
    this.#warden = null;
    await this.#http?.close();
    this.#http = null;
    await this.libvirt.close();
    await this.net.down();
    await run('umount', ['--lazy', hostDisk(this.net)]).catch(() => {});
    rmSync(this.net.state, { recursive: true, force: true });
  }

  /** What speaks HTTP to it. */
  get http(): CloudHttp {
    if (this.#http === null) throw new Error('the cloud is not up');
    return this.#http;
  }

  /** Where an API process answers. */
  url(api: ApiName): string {
    return `http://${this.net.address(api)}:${API_PORT}`;
  }

  /** Waits until an API process is ready, and lacks nothing. */
  async answers(api: ApiName): Promise<void> {
    await waitFor(
      `${api} to be ready`,
      async () => {
        this.apis[api].pid();
        const { status, text } = await this.http.ask(`${this.url(api)}/readyz`, { timeoutMs: 5_000 });
        if (status !== 200) return false;
        return (JSON.parse(text) as { checks: { state: string }[] }).checks.every(({ state }) => state === 'ok');
      },
      START_MS,
      100,
    );
  }

  /** The password of the administrator. */
  password(): string {
    const path = join(homeOf(this.net, 'api1'), 'state/clouds.yaml');
    const { clouds } = parse(readFileSync(path, 'utf8')) as { clouds: Record<string, { auth: { password: string } }> };
    const password = clouds['admin']?.auth.password;
    if (password === undefined) throw new Error(`no password of admin in ${path}`);
    return password;
  }

  /** The rows of a query, as the database itself gives them: a second opinion, past Remnant. */
  async rows<T>(query: string): Promise<readonly T[]> {
    const asJson = `select coalesce(json_agg(q), '[]') from (${query}) q`;
    return JSON.parse(await this.net.run('client', ['psql', databaseUrl(this.net), '-XAtc', asJson])) as readonly T[];
  }

  /** Fills the disk of host1's agent; the result frees it. */
  async fillDisk(): Promise<() => void> {
    const filler = join(hostDisk(this.net), 'filler');
    await run('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k']).catch(() => {});
    // To the last byte: a block may be left.
    await run('dd', ['if=/dev/zero', `of=${filler}.more`, 'bs=1']).catch(() => {});
    return () => {
      rmSync(filler, { force: true });
      rmSync(`${filler}.more`, { force: true });
    };
  }

  /** Where the world of a simulated host lies, with its journal of NMIs. */
  simFolder(host: CloudHost): string {
    return join(homeOf(this.net, host), 'state/sim');
  }

  #configure(): void {
    const { bounds, imps } = this.#options;
    for (const name of [...APIS, ...HOSTS]) this.wall.set(name, 0);
    for (const api of APIS) writeFileSync(configOf(this.net, api), JSON.stringify(apiConfig(this.net, api, bounds)));
    for (const host of HOSTS) {
      const busAt = imps?.[host] === undefined ? {} : { busAt: `nats://127.0.0.1:${BUS_PORT}` };
      const options = { bounds, libvirt: this.libvirt.socketPath, ...busAt };
      writeFileSync(configOf(this.net, host), JSON.stringify(agentConfig(this.net, host, options)));
    }
  }

  // What the agent of host1 keeps; its simulated hypervisor has a disk of its own.
  async #smallDisk(): Promise<void> {
    mkdirSync(hostDisk(this.net), { recursive: true });
    await run('mount', ['-t', 'tmpfs', '-o', SMALL_DISK, 'tmpfs', hostDisk(this.net)]);
  }
}

function configOf(net: CloudNet, name: ApiName | CloudHost): string {
  return join(homeOf(net, name), 'remnant.yaml');
}

function hostDisk(net: CloudNet): string {
  return join(homeOf(net, 'host1'), 'state/hosts');
}
