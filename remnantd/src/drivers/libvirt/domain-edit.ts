// Changes to a definition that libvirt gave: what is not named here stays as it was, slots of devices included, so that a guest
// finds its hardware where it left it.

import type { GuestSize, RescueBoot } from '../driver.ts';
import { diskElement } from './disk-xml.ts';
import { kernelOf } from './domain-xml.ts';
import { childOf, childrenOf, parseXml } from './parse-xml.ts';
import { element, renderXml, type XmlElement } from './xml.ts';

/** The files of a guest's disks. */
export interface RescueFiles {
  readonly root: string;
  readonly rescue: string;
}

/** What says what boots, and would stand beside another one's. */
const BOOT = new Set(['kernel', 'initrd', 'cmdline', 'boot']);
const ADDRESS = new Set(['address']);

/** `xml` for a guest that is rescued: it boots from `from`, the rescue's disk is its first and its own is its second. */
export function rescuedXml(xml: string, from: RescueBoot, files: RescueFiles): string {
  return edited(xml, (child) => {
    if (child.name === 'os') {
      return { ...child, children: [...withoutBlanks(child.children.filter(isNot(BOOT))), ...kernelOf(from.boot)] };
    }
    if (child.name !== 'devices') return child;
    const devices = child.children.flatMap((device) => withRescue(device, from, files));
    const first = from.disk === null || devices.some((device) => isFile(device, files.rescue));
    return { ...child, children: first ? devices : [...devices, diskElement(files.rescue, 'vda')] };
  });
}

/** `xml` for a guest of another size. */
export function resizedXml(xml: string, { vcpus, memoryMb }: Pick<GuestSize, 'vcpus' | 'memoryMb'>): string {
  return edited(xml, (child) => {
    if (child.name === 'memory' || child.name === 'currentMemory') {
      return element(child.name, { unit: 'MiB' }, String(memoryMb));
    }
    if (child.name !== 'vcpu') return child;
    // Of them all, `current` would be fewer.
    const { current: _, ...attributes } = child.attributes;
    return element('vcpu', attributes, String(vcpus));
  });
}

/** The document with each child of its root as `change` gives it. */
function edited(xml: string, change: (child: XmlElement) => XmlElement): string {
  const domain = parseXml(xml);
  const children = domain.children.map((child) => (typeof child === 'string' ? child : change(child)));
  return renderXml({ ...domain, children });
}

function isFile(device: XmlElement | string, file: string): device is XmlElement {
  if (typeof device === 'string' || device.name !== 'disk') return false;
  return childOf(device, 'source')?.attributes['file'] === file;
}

/** A device of a guest that is rescued: where its own disk was, the rescue's is, and its own comes behind. */
function withRescue(device: XmlElement | string, from: RescueBoot, files: RescueFiles): (XmlElement | string)[] {
  if (!isFile(device, files.root)) return [device];
  const own = element(device.name, device.attributes, ...device.children.map(asSecond));
  if (from.disk === null) return [own];
  // A guest counts its disks by their slots: whoever is to be first must have the first one's, and libvirt finds another.
  const slots = childrenOf(device, 'address');
  const rescue = diskElement(files.rescue, 'vda');
  return [
    { ...rescue, children: [...rescue.children, ...slots] },
    { ...own, children: own.children.filter(isNot(ADDRESS)) },
  ];
}

function asSecond(child: XmlElement | string): XmlElement | string {
  if (typeof child === 'string' || child.name !== 'target') return child;
  return element('target', { ...child.attributes, dev: 'vdb' });
}

function isNot(names: ReadonlySet<string>): (child: XmlElement | string) => boolean {
  return (child) => typeof child === 'string' || !names.has(child.name);
}

function withoutBlanks(children: readonly (XmlElement | string)[]): (XmlElement | string)[] {
  return children.filter((child) => typeof child !== 'string' || child.trim() !== '');
}
