// The configurations of the cloud's processes, and the images its servers are made from. Every process is told of the others by
// their addresses in the cloud's network alone.

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudNet } from './cloud-net.ts';
import { ROOT } from './cloud-net.ts';

export const APIS = ['api1', 'api2'] as const;
export type ApiName = (typeof APIS)[number];
export const SIM_HOSTS = ['host1', 'host2'] as const;
export const HOSTS = [...SIM_HOSTS, 'host3'] as const;
export type CloudHost = (typeof HOSTS)[number];

/** The image of a guest with a crash kernel. */
export const KDUMP_IMAGE = '70000000-0000-4000-8000-000000000002';
export const API_PORT = 8774;
export const BUS_PORT = 4222;
export const DB_PORT = 5432;
const LANE_PORT = 8775;
const GUEST = join(ROOT, 'var/lab/guest');

/** Bounds of commands and dumps, in seconds, as both kinds of configuration have them. */
export interface CloudBounds {
  readonly commands: Readonly<Record<string, number>>;
  readonly dumps: Readonly<Record<'react' | 'crash_kernel' | 'stall' | 'finish' | 'reboot' | 'find' | 'whole', number>>;
}

/** Where a process keeps everything. */
export function homeOf(net: CloudNet, name: string): string {
  return join(net.state, name);
}

/** Where the database is. */
export function databaseUrl(net: CloudNet): string {
  return `postgresql://remnant@${net.address('db')}:${DB_PORT}/postgres`;
}

/** What an API process runs on. */
export function apiConfig(net: CloudNet, name: ApiName, bounds: CloudBounds): object {
  const address = net.address(name);
  return {
    state_dir: join(homeOf(net, name), 'state'),
    api: { host: address, port: API_PORT, public_url: `http://${address}:${API_PORT}` },
    database: { url: databaseUrl(net) },
    bus: { url: `nats://${net.address('bus')}:${BUS_PORT}`, credentials: join(homeOf(net, name), 'bus.nk') },
    lane: { listen: `${address}:${LANE_PORT}` },
    images: { folder: imagesFolder(net) },
    // A wall clock that jumps by an hour must not sign everybody out.
    identity: { token_ttl: 86_400, accounts: [{ user: 'admin', project: 'admin', role: 'admin' }] },
    quota: { instances: -1, cores: -1, ram: -1 },
    flavors: [
      { id: '1', name: 'small', vcpus: 1, ram: 64 },
      { id: '2', name: 'medium', vcpus: 1, ram: 512 },
    ],
    stop: { grace: 5 },
    ...bounds,
  };
}

/** What a host's agent runs on. `busAt`: where it finds the bus, when not where the bus is. */
export function agentConfig(
  net: CloudNet,
  host: CloudHost,
  options: { readonly bounds: CloudBounds; readonly libvirt: string; readonly busAt?: string },
): object {
  const { stall, find, whole } = options.bounds.dumps;
  const isSim = SIM_HOSTS.some((name) => name === host);
  return {
    state_dir: join(homeOf(net, host), 'state'),
    hosts: [
      isSim ? { name: host, driver: 'sim' } : { name: host, driver: 'libvirt', socket: options.libvirt, accel: 'tcg' },
    ],
    bus: {
      url: options.busAt ?? `nats://${net.address('bus')}:${BUS_PORT}`,
      credentials: join(homeOf(net, host), 'bus.nk'),
    },
    images: { folder: imagesFolder(net) },
    // The disk of a host is small here; that of the machine under it is nobody's business.
    dumps: { stall, find, whole, keep_free: 0.001, makedumpfile: join(GUEST, 'lib/makedumpfile') },
    stop: { grace: 5 },
  };
}

/** Where the images are. */
function imagesFolder(net: CloudNet): string {
  return join(net.state, 'images');
}

/** Writes the image of the lab's kdump guest; simulated hosts never read its files. */
export function putKdumpImage(net: CloudNet): void {
  const folder = join(imagesFolder(net), 'kdump');
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(GUEST, 'vmlinuz'), join(folder, 'kernel'));
  symlinkSync(join(GUEST, 'kdump.img'), join(folder, 'initrd'));
  const commandLine =
    'console=ttyS0 quiet nokaslr crashkernel=128M crash_kexec_post_notifiers kd.agent=on kd.dump=port';
  const image = {
    id: KDUMP_IMAGE,
    name: 'kdump',
    kernel: 'kernel',
    initrd: 'initrd',
    min_ram: 64,
    properties: { os_command_line: commandLine },
  };
  writeFileSync(join(folder, 'image.yaml'), JSON.stringify(image));
}
