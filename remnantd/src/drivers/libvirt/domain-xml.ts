// The domain that Remnant makes for a server: a guest that boots from a kernel or from its disk, with all that crash dumps
// need: a panic device, a note of the kernel's layout (vmcoreinfo), a console that is logged from the first byte, the ports
// of a crash kernel, a screen to take a picture of, and `on_crash` preserve, so that nobody restarts or removes a guest that
// panicked.

import type { BootSource, GuestPort, GuestSpec } from '../driver.ts';
import { cdromElements, diskElement } from './disk-xml.ts';
import { PORT_NAMES } from './guest-ports.ts';
import { networkCard } from './network-card.ts';
import { element, renderXml, representable, type XmlElement } from './xml.ts';

/** The namespace of our element in a domain's metadata: a domain that has one is ours. */
export const METADATA_URI = 'urn:remnant:guest:1';

/** What of a domain the host decides, not the server. */
export interface DomainHost {
  readonly accel: 'kvm' | 'tcg';
  /** The QEMU binary. */
  readonly emulator: string;
  /** Where QEMU logs the serial console. */
  readonly consoleLog: string;
  /** The path of each port's pair of FIFOs, without `.in` and `.out`. */
  readonly portPath: (port: GuestPort) => string;
  /** The file of its root disk, qcow2; null where it has none. */
  readonly rootDisk: string | null;
  /** The file of its config drive; null where it has none. */
  readonly configDrive: string | null;
  /** libvirt's name for the network it is on; null: on none. */
  readonly network: string | null;
  /** Whether it has a screen. Nobody can connect to it: pictures are taken of it. */
  readonly screen: boolean;
}

/** MiB: enough for text and for the picture of a kernel without a desktop. What is here is in each dump of its memory, too. */
const SCREEN_MB = 4;

/** The domain's XML for libvirt. Throws XmlError when a path or the command line cannot be written in XML. */
export function domainXml(spec: GuestSpec, host: DomainHost): string {
  // A guest that goes on from memory that was put away goes on with its log; one that boots gets an empty file.
  const log = element('log', { file: host.consoleLog, append: 'on' });
  return renderXml(
    element(
      'domain',
      { type: host.accel === 'kvm' ? 'kvm' : 'qemu' },
      element('name', {}, spec.name),
      element('uuid', {}, spec.id),
      element('metadata', {}, ownMetadata(spec)),
      element('memory', { unit: 'MiB' }, String(spec.memoryMb)),
      element('vcpu', {}, String(spec.vcpus)),
      element('os', {}, element('type', { arch: 'x86_64', machine: 'q35' }, 'hvm'), ...kernelOf(spec.boot)),
      element('features', {}, element('acpi'), element('apic'), element('vmcoreinfo', { state: 'on' })),
      ...(host.accel === 'kvm' ? [element('cpu', { mode: 'host-passthrough' })] : []),
      element('clock', { offset: 'utc' }),
      element('on_poweroff', {}, 'destroy'),
      element('on_reboot', {}, 'restart'),
      element('on_crash', {}, 'preserve'),
      element(
        'devices',
        {},
        element('emulator', {}, host.emulator),
        ...(host.rootDisk === null ? [] : [diskElement(host.rootDisk, 'vda')]),
        ...(host.configDrive === null ? [] : cdromElements(host.configDrive)),
        ...(host.network === null ? [] : [networkCard(host.network, spec.id)]),
        element('controller', { type: 'usb', model: 'none' }),
        element('memballoon', { model: 'none' }),
        element('serial', { type: 'pty' }, log, element('target', { port: '0' })),
        element('console', { type: 'pty' }, element('target', { type: 'serial', port: '0' })),
        element('channel', { type: 'unix' }, element('target', { type: 'virtio', name: 'org.qemu.guest_agent.0' })),
        portChannel('status', host),
        portChannel('dump', host),
        element('panic', { model: 'isa' }),
        ...(host.screen ? [screen()] : []),
      ),
    ),
  );
}

/** What of an `os` element says what boots: a kernel, or the first disk. */
export function kernelOf(boot: BootSource | null): XmlElement[] {
  if (boot === null) return [element('boot', { dev: 'hd' })];
  return [
    element('kernel', {}, boot.kernel),
    element('initrd', {}, boot.initrd),
    element('cmdline', {}, boot.commandLine),
  ];
}

/** VGA, as a firmware, a kernel and a loader know it without a driver. Without `graphics` beside it, it is shown nowhere. */
function screen() {
  return element('video', {}, element('model', { type: 'vga', vram: String(SCREEN_MB * 1024), heads: '1' }));
}

function portChannel(port: GuestPort, host: DomainHost) {
  return element(
    'channel',
    { type: 'pipe' },
    element('source', { path: host.portPath(port) }),
    element('target', { type: 'virtio', name: PORT_NAMES[port] }),
  );
}

function ownMetadata(spec: GuestSpec) {
  return element(
    'remnant:guest',
    { 'xmlns:remnant': METADATA_URI },
    element('remnant:server', {}, spec.id),
    element('remnant:project', {}, representable(spec.projectId)),
    element('remnant:name', {}, representable(spec.displayName)),
  );
}
