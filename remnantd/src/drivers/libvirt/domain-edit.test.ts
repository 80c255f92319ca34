// A definition of libvirt's is changed in what was asked for and in nothing else.

import { expect, test } from 'vitest';
import type { BootSource, RescueBoot } from '../driver.ts';
import { rescuedXml, resizedXml } from './domain-edit.ts';
import { agentIsThere } from './live-xml.ts';
import { networkCards } from './network-card.ts';
import { childOf, childrenOf, parseXml } from './parse-xml.ts';
import { renderXml } from './xml.ts';

const FILES = { root: '/d/a&b/root.qcow2', rescue: '/d/a&b/rescue.qcow2' };

/** As libvirt writes one, off or running. */
const XML = `<domain type='kvm'>
  <name>instance-00000001</name>
  <metadata>
    <remnant:guest xmlns:remnant="urn:remnant:guest:1"><remnant:name>a &lt;b&gt;</remnant:name></remnant:guest>
  </metadata>
  <memory unit='KiB'>131072</memory>
  <currentMemory unit='KiB'>131072</currentMemory>
  <vcpu placement='static' current='1'>2</vcpu>
  <os>
    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
    <kernel>/i/vmlinuz</kernel>
    <initrd>/i/initrd</initrd>
    <cmdline>console=ttyS0 a=&quot;b&quot;</cmdline>
  </os>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' discard='unmap'/>
      <source file='/d/a&amp;b/root.qcow2'/>
      <target dev='vda' bus='virtio'/>
      <address type='pci' domain='0x0000' bus='0x04' slot='0x00' function='0x0'/>
    </disk>
    <disk type='file' device='cdrom'>
      <source file='/d/a&amp;b/config.iso'/>
      <target dev='sda' bus='scsi'/>
    </disk>
    <interface type='network'>
      <mac address='52:AA:00:00:00:01'/>
      <source network='default' portid='x' bridge='virbr0'/>
    </interface>
    <interface type='bridge'>
      <mac address='52:aa:00:00:00:02'/>
      <source bridge='br0'/>
    </interface>
    <interface type='user'>
      <mac address='52:aa:00:00:00:03'/>
    </interface>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0' state='connected'/>
    </channel>
  </devices>
</domain>
`;

const KERNEL: BootSource = { kernel: '/r/k', initrd: '/r/i', commandLine: 'rescue', properties: {} };
const DISK = { image: '/r/disk', format: 'qcow2', sizeGb: 0 } as const;

const disksOf = (xml: string) =>
  childrenOf(childOf(parseXml(xml), 'devices'), 'disk').map(
    (disk) => `${childOf(disk, 'target')?.attributes['dev']} ${childOf(disk, 'source')?.attributes['file']}`,
  );
const osOf = (xml: string) =>
  Object.fromEntries(
    (childOf(parseXml(xml), 'os')?.children ?? []).flatMap((child) =>
      typeof child === 'string' ? [] : [[child.name, child.children[0] ?? child.attributes['dev']]],
    ),
  );

test.each<[string, RescueBoot, object, string[]]>([
  ['a disk', { boot: null, disk: DISK }, { type: 'hvm', boot: 'hd' }, [FILES.rescue]],
  ['a kernel', { boot: KERNEL, disk: null }, { type: 'hvm', kernel: '/r/k', initrd: '/r/i', cmdline: 'rescue' }, []],
  [
    'both',
    { boot: KERNEL, disk: DISK },
    { type: 'hvm', kernel: '/r/k', initrd: '/r/i', cmdline: 'rescue' },
    [FILES.rescue],
  ],
])('a guest that is rescued with %s boots from it, its own disk the second', (_, from, os, first) => {
  const xml = rescuedXml(XML, from, FILES);
  expect(osOf(xml)).toEqual(os);
  expect(disksOf(xml).toSorted()).toEqual(
    [...first.map((file) => `vda ${file}`), `vdb ${FILES.root}`, 'sda /d/a&b/config.iso'].toSorted(),
  );
  // Guests count disks by their slots: the first one's is that of the rescue's disk, and the other gets a new one.
  const slot = '<address type="pci" domain="0x0000" bus="0x04" slot="0x00" function="0x0"/>';
  const holder = xml.split('<disk ').filter((disk) => disk.includes(slot));
  expect(holder).toEqual([expect.stringContaining(`dev="${first.length === 0 ? 'vdb' : 'vda'}"`)]);
  const rest = (text: string) => renderXml({ ...parseXml(text), children: parseXml(text).children.filter(isOther) });
  expect(rest(xml)).toBe(rest(XML));
});

test('one that has no disk of its own has that of the rescue', () => {
  const bare = '<domain><os><type>hvm</type></os><devices><panic/></devices></domain>';
  expect(disksOf(rescuedXml(bare, { boot: null, disk: DISK }, FILES))).toEqual([`vda ${FILES.rescue}`]);
  expect(disksOf(rescuedXml(bare, { boot: KERNEL, disk: null }, FILES))).toEqual([]);
});

test('a guest of another size differs in its size alone', () => {
  const xml = resizedXml(XML, { vcpus: 4, memoryMb: 256 });
  const plain = renderXml(parseXml(XML));
  expect(xml).toBe(
    plain
      .replaceAll('unit="KiB">131072<', 'unit="MiB">256<')
      .replace('<vcpu placement="static" current="1">2<', '<vcpu placement="static">4<'),
  );
  expect(resizedXml(xml, { vcpus: 4, memoryMb: 256 })).toBe(xml);
});

test('cards are told with the network they are on', () => {
  expect(networkCards(XML)).toEqual([
    { mac: '52:aa:00:00:00:01', network: 'default' },
    { mac: '52:aa:00:00:00:02', network: 'br0' },
    { mac: '52:aa:00:00:00:03', network: 'user' },
  ]);
  expect(networkCards('<domain/>')).toEqual([]);
});

test('an agent is there when its channel is open', () => {
  expect(agentIsThere(XML)).toBe(true);
  expect(agentIsThere(XML.replace("state='connected'", "state='disconnected'"))).toBe(false);
  expect(agentIsThere('<domain/>')).toBe(false);
});

function isOther(child: unknown): boolean {
  const name = typeof child === 'object' && child !== null && 'name' in child ? child.name : '';
  return name !== 'os' && name !== 'devices';
}
