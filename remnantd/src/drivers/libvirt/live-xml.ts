// What a domain's XML, as libvirt writes it, tells of the devices that crash dumps need. libvirt indents by two spaces a
// level and escapes all text, so the devices can be told from anything that stands in somebody's metadata.

import type { ServerId } from '../../model/ids.ts';
import type { GuestPort, Sight } from '../driver.ts';
import { PORT_NAMES } from './guest-ports.ts';
import { escapeXml } from './xml.ts';

/** Where the files of a guest that Remnant made are. */
export interface GuestFiles {
  consoleLog(id: ServerId): string;
  /** The port's path, as libvirt is given it. */
  port(id: ServerId, port: GuestPort): string;
}

/** One port of ours in a domain's XML. */
export interface LivePort {
  readonly port: GuestPort;
  /** libvirt's name for the device, as QEMU's events have it; null in a domain that is off. */
  readonly alias: string | null;
  /** True while the guest has it open. */
  readonly open: boolean;
}

/** Our ports in `xml`: those of our name over the very FIFOs that were made for this guest. */
export function livePorts(xml: string, id: ServerId, files: GuestFiles): LivePort[] {
  const channels = [...devicesOf(xml).matchAll(/<channel type='pipe'>[^]*?<\/channel>/g)].map(([text]) => text);
  const ports: LivePort[] = [];
  for (const port of ['status', 'dump'] as const) {
    const own = channels.find(
      (text) =>
        text.includes(` name='${PORT_NAMES[port]}'`) && text.includes(` path='${escapeXml(files.port(id, port))}'`),
    );
    if (own === undefined) continue;
    const alias = /<alias name='([^']+)'\/>/.exec(own)?.[1] ?? null;
    ports.push({ port, alias, open: own.includes(" state='connected'") });
  }
  return ports;
}

/** What of the domain can be seen. */
export function sightOf(xml: string, id: ServerId, files: GuestFiles): Sight[] {
  const devices = devicesOf(xml);
  const sights: Sight[] = [];
  if (/<panic[ />]/.test(devices)) sights.push('panic-device');
  if (devices.includes(`<log file='${escapeXml(files.consoleLog(id))}'`)) sights.push('console');
  if (livePorts(xml, id, files).length === 2) sights.push('ports');
  if (/<target type='virtio' name='org\.qemu\.guest_agent\.0'/.test(devices)) sights.push('agent');
  if (/<watchdog[ />]/.test(devices)) sights.push('watchdog');
  return sights;
}

/** True if an agent in the running guest has opened its channel. */
export function agentIsThere(xml: string): boolean {
  return /<target type='virtio' name='org\.qemu\.guest_agent\.0' state='connected'/.test(devicesOf(xml));
}

/** How the memory of the domain is kept from its host, in libvirt's word (`sev`, `tdx`, `s390-pv`...); null if it is not. */
export function confidentialKind(xml: string): string | null {
  return /^ {2}<launchSecurity type='([^']+)'/m.exec(xml)?.[1] ?? null;
}

function devicesOf(xml: string): string {
  return /^ {2}<devices>$([^]*?)^ {2}<\/devices>$/m.exec(xml)?.[1] ?? '';
}
