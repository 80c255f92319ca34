// The domain that Remnant makes for a server: a Linux guest from kernel and initial file system, with all that crash dumps
// need: a panic device, a note of the kernel's layout (vmcoreinfo), a console that is logged from the first byte, and
// `on_crash` preserve, so that nobody restarts or removes a guest that panicked.

import type { GuestSpec } from '../driver.ts';
import { element, renderXml, representable } from './xml.ts';

/** The namespace of our element in a domain's metadata: a domain that has one is ours. */
export const METADATA_URI = 'urn:remnant:guest:1';

/** What of a domain the host decides, not the server. */
export interface DomainHost {
  readonly accel: 'kvm' | 'tcg';
  /** The QEMU binary. */
  readonly emulator: string;
  /** Where QEMU logs the serial console. */
  readonly consoleLog: string;
}

/** The domain's XML for libvirt. Throws XmlError when a path or the command line cannot be written in XML. */
export function domainXml(spec: GuestSpec, host: DomainHost): string {
  const log = element('log', { file: host.consoleLog, append: 'off' });
  return renderXml(
    element(
      'domain',
      { type: host.accel === 'kvm' ? 'kvm' : 'qemu' },
      element('name', {}, spec.name),
      element('uuid', {}, spec.id),
      element('metadata', {}, ownMetadata(spec)),
      element('memory', { unit: 'MiB' }, String(spec.memoryMb)),
      element('vcpu', {}, String(spec.vcpus)),
      element(
        'os',
        {},
        element('type', { arch: 'x86_64', machine: 'q35' }, 'hvm'),
        element('kernel', {}, spec.boot.kernel),
        element('initrd', {}, spec.boot.initrd),
        element('cmdline', {}, spec.boot.commandLine),
      ),
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
        element('controller', { type: 'usb', model: 'none' }),
        element('memballoon', { model: 'none' }),
        element('serial', { type: 'pty' }, log, element('target', { port: '0' })),
        element('console', { type: 'pty' }, element('target', { type: 'serial', port: '0' })),
        element('channel', { type: 'unix' }, element('target', { type: 'virtio', name: 'org.qemu.guest_agent.0' })),
        element('panic', { model: 'isa' }),
      ),
    ),
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
