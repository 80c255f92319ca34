// A guest's disks, as libvirt's XML has them: its own, the one it is rescued with, and the drive with its configuration.

import { element, type XmlElement } from './xml.ts';

/** A disk of a guest: the qcow2 `file`, seen by the guest at `target`, e.g. `vda`. */
export function diskElement(file: string, target: string): XmlElement {
  return element(
    'disk',
    { type: 'file', device: 'disk' },
    element('driver', { name: 'qemu', type: 'qcow2', discard: 'unmap' }),
    element('source', { file }),
    element('target', { dev: target, bus: 'virtio' }),
  );
}

/**
 * The CD `file`, and what it hangs on: virtio-scsi, for kernels that are made for clouds (Debian's, say) know no SATA.
 */
export function cdromElements(file: string): XmlElement[] {
  const cdrom = element(
    'disk',
    { type: 'file', device: 'cdrom' },
    element('driver', { name: 'qemu', type: 'raw' }),
    element('source', { file }),
    element('target', { dev: 'sda', bus: 'scsi' }),
    element('readonly'),
  );
  return [element('controller', { type: 'scsi', index: '0', model: 'virtio-scsi' }), cdrom];
}
