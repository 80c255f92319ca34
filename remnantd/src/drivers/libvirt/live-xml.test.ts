// Proves what is read out of a domain's XML, and that nothing in somebody's metadata is taken for a device.

import { expect, test } from 'vitest';
import { asId, type ServerId } from '../../model/ids.ts';
import { confidentialKind, livePorts, sightOf } from './live-xml.ts';

const id = asId<ServerId>('00010203-0405-0607-0809-0a0b0c0d0e0f');
const files = { consoleLog: () => "/st'ate/c.log", port: (_id: ServerId, port: string) => `/st'ate/ports/${port}` };

const channel = (port: string, path: string, live: string) => `
    <channel type='pipe'>
      <source path='${path}'/>
      <target type='virtio' name='remnant.${port}'${live === '' ? '' : ` state='${live}'`}/>${live === '' ? '' : `\n      <alias name='channel-${port}'/>`}
      <address type='virtio-serial' controller='0' bus='0' port='2'/>
    </channel>`;
const agent = `
    <channel type='unix'>
      <source mode='bind' path='/x'/>
      <target type='virtio' name='org.qemu.guest_agent.0' state='disconnected'/>
      <alias name='channel0'/>
    </channel>`;
const serial = `
    <serial type='pty'>
      <log file='/st&apos;ate/c.log' append='off'/>
    </serial>`;
const panic = `
    <panic model='isa'/>`;
const status = channel('status', '/st&apos;ate/ports/status', 'connected');
const dump = channel('dump', '/st&apos;ate/ports/dump', 'disconnected');
const domain = (devices: string, metadata = '') =>
  `<domain type='qemu' id='1'>\n  <metadata>\n    ${metadata}\n  </metadata>\n  <devices>${devices}\n  </devices>\n</domain>\n`;

test('a guest of ours shows all there is to see', () => {
  const xml = domain(serial + agent + status + dump + panic);
  expect(sightOf(xml, id, files)).toEqual(['panic-device', 'console', 'ports', 'agent']);
  expect(livePorts(xml, id, files)).toEqual([
    { port: 'status', alias: 'channel-status', open: true },
    { port: 'dump', alias: 'channel-dump', open: false },
  ]);
});

test('a watchdog is seen', () => {
  const watchdog = `\n    <watchdog model='i6300esb' action='inject-nmi'/>`;
  expect(sightOf(domain(watchdog), id, files)).toEqual(['watchdog']);
});

test('one that is off has its ports, without aliases', () => {
  const off = domain(channel('dump', '/st&apos;ate/ports/dump', ''));
  expect(livePorts(off, id, files)).toEqual([{ port: 'dump', alias: null, open: false }]);
  expect(sightOf(off, id, files)).toEqual([]);
});

test("another's ports and log are not ours, and one port alone is no sight", () => {
  const theirs = channel('dump', '/elsewhere/dump', 'connected') + serial.replace('/c.log', '/d.log');
  expect(livePorts(domain(theirs), id, files)).toEqual([]);
  expect(sightOf(domain(theirs + status), id, files)).toEqual([]);
});

test('what stands in metadata is no device', () => {
  const xml = domain('', `<x:y xmlns:x='u'><devices>${panic}${status}${dump}${agent}</devices></x:y>`);
  expect(sightOf(xml, id, files)).toEqual([]);
});

test('memory that is not for its host is told by kind, and nobody can claim it in a name', () => {
  const kinds = ['sev', 'sev-snp', 's390-pv', 'tdx'];
  for (const kind of kinds) {
    expect(confidentialKind(`<domain type='kvm'>\n  <launchSecurity type='${kind}'/>\n</domain>`)).toBe(kind);
  }
  const named = `<domain type='kvm'>\n  <metadata>\n    <launchSecurity type='sev'/>\n  </metadata>\n</domain>`;
  expect(confidentialKind(named)).toBeNull();
});
