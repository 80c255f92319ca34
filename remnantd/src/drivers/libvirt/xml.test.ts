// Proves that no text can become markup, with hostile names in the domain itself; a real libvirt reads these too, in the
// tests against real things.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { asId, type ServerId } from '../../model/ids.ts';
import type { GuestSpec } from '../driver.ts';
import { domainXml, METADATA_URI } from './domain-xml.ts';
import { element, escapeXml, renderXml, representable, XmlError } from './xml.ts';

const portPath = (port: string) => `/var/ports/${port}`;
const none = { rootDisk: null, configDrive: null, network: null, screen: false };
const host = { accel: 'tcg', emulator: '/usr/bin/qemu', consoleLog: '/var/x.log', portPath, ...none } as const;
const boot = { kernel: '/k', initrd: '/i', commandLine: 'console=ttyS0', properties: {} };
const plain: GuestSpec = {
  id: asId<ServerId>('00010203-0405-0607-0809-0a0b0c0d0e0f'),
  name: 'instance-00010203',
  displayName: 'web',
  projectId: 'p1',
  vcpus: 2,
  memoryMb: 512,
  boot,
  metadata: {},
};

/** What a parser would make of escaped text. */
const read = (text: string) =>
  text
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');

test('escaped text holds no markup and reads back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }).map(representable), (text) => {
      const escaped = escapeXml(text);
      expect(escaped).not.toMatch(/[<>"'\t\n\r]|&(?!(amp|lt|gt|quot|apos|#\d+);)/);
      expect(read(escaped)).toBe(text);
    }),
  );
});

test.each(['\0', 'a\u001b[31m', '\ufffe', '\ud800', 'x\udfff'])(
  'what XML cannot carry is refused or replaced: %j',
  (text) => {
    expect(() => escapeXml(text)).toThrow(XmlError);
    expect(escapeXml(representable(text))).toContain('\ufffd');
  },
);

test('elements nest, attributes are quoted', () => {
  const tree = element('a', { b: '"<' }, 'x & y', element('c'));
  expect(renderXml(tree)).toBe('<a b="&quot;&lt;">x &amp; y<c/></a>');
});

test('the domain has all that a crash dump needs', () => {
  const xml = domainXml(plain, host);
  for (const part of [
    '<domain type="qemu">',
    '<name>instance-00010203</name><uuid>00010203-0405-0607-0809-0a0b0c0d0e0f</uuid>',
    `<remnant:guest xmlns:remnant="${METADATA_URI}">`,
    '<memory unit="MiB">512</memory><vcpu>2</vcpu>',
    '<type arch="x86_64" machine="q35">hvm</type><kernel>/k</kernel><initrd>/i</initrd><cmdline>console=ttyS0</cmdline>',
    '<vmcoreinfo state="on"/>',
    '<on_crash>preserve</on_crash>',
    '<log file="/var/x.log" append="on"/>',
    '<target type="virtio" name="org.qemu.guest_agent.0"/>',
    '<channel type="pipe"><source path="/var/ports/status"/><target type="virtio" name="remnant.status"/></channel>',
    '<channel type="pipe"><source path="/var/ports/dump"/><target type="virtio" name="remnant.dump"/></channel>',
    '<panic model="isa"/>',
  ]) {
    expect(xml).toContain(part);
  }
  expect(domainXml(plain, { ...host, accel: 'kvm' })).toContain('<domain type="kvm">');
});

test('a guest has a screen where it is wanted, and nobody can connect to it', () => {
  expect(domainXml(plain, host)).not.toContain('<video');
  const xml = domainXml(plain, { ...host, screen: true });
  expect(xml).toContain('<video><model type="vga" vram="4096" heads="1"/></video></devices>');
  expect(xml).not.toMatch(/<graphics|<redirdev|<input/);
  // Its console goes on being the serial one, and all else stays as it was.
  expect(xml.replace(/<video>.*<\/video>/, '')).toBe(domainXml(plain, host));
});

test('a guest has the disks and the network that it was given, and no others', () => {
  expect(domainXml(plain, host)).not.toMatch(/<disk|<interface|<controller type="scsi"/);
  const given = { ...host, rootDisk: '/d/root', configDrive: '/d/iso', network: 'default' };
  const xml = domainXml({ ...plain, boot: null }, given);
  for (const part of [
    '<type arch="x86_64" machine="q35">hvm</type><boot dev="hd"/></os>',
    '<driver name="qemu" type="qcow2" discard="unmap"/><source file="/d/root"/><target dev="vda" bus="virtio"/></disk>',
    '<disk type="file" device="cdrom"><driver name="qemu" type="raw"/><source file="/d/iso"/>',
    '<interface type="network"><mac address="52:',
    '<source network="default"/><model type="virtio"/></interface>',
  ]) {
    expect(xml).toContain(part);
  }
  // A server has the same card for life.
  const mac = (id: string) => /mac address="([^"]+)"/.exec(domainXml({ ...plain, id: asId<ServerId>(id) }, given))?.[1];
  expect(mac(plain.id)).toBe(mac(plain.id));
  expect(mac(plain.id)).toMatch(/^52(:[0-9a-f]{2}){5}$/);
  expect(mac(plain.id)).not.toBe(mac('00010203-0405-0607-0809-0a0b0c0d0e00'));
});

test('a hostile name stays a name; a command line that cannot be written is refused', () => {
  const displayName = `</remnant:name><on_crash>destroy</on_crash>&"'\0`;
  const xml = domainXml({ ...plain, displayName }, host);
  expect(xml.match(/<on_crash>/g)).toHaveLength(1);
  expect(xml).toContain('&lt;/remnant:name&gt;&lt;on_crash&gt;destroy&lt;/on_crash&gt;&amp;&quot;&apos;\ufffd');
  expect(() => domainXml({ ...plain, boot: { ...boot, commandLine: 'a\0b' } }, host)).toThrow('U+0000');
});
