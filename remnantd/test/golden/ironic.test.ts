// The recorded answers of a real Ironic, twice: the driver's decoder takes each of them, and the Ironic for tests gives the same
// answer to the same request. So what the driver is tested against stays what it will meet.

import { describe, expect, it, onTestFinished } from 'vitest';
import { ironicWords } from '../../src/drivers/ironic/ironic-error.ts';
import { readNode } from '../../src/drivers/ironic/read-node.ts';
import { isObject } from '../../src/lib/json.ts';
import { FakeIronic } from '../harness/fake-ironic.ts';
import type { FakeNode } from '../harness/fake-ironic-node.ts';
import { type IronicRecording, recordedAnswer, recording, recordingNames } from '../harness/ironic-recording.ts';

const IPMI = '22222222-2222-4222-8222-222222222222';
const LOCKED = '4ed04aa0-8771-4543-ba4c-11dd72a8bca5';
const REDFISH = '86e6073b-8a8b-427f-84c6-975dba7a6a61';

/** The nodes the recordings were made on. */
function recordedNodes(ironic: FakeIronic): void {
  ironic.add({
    uuid: '11111111-1111-4111-8111-111111111111',
    name: 'fake-0',
    driver: 'fake-hardware',
    driverInfo: {},
    properties: { cpus: 4, memory_mb: 8192, local_gb: 100, cpu_arch: 'x86_64' },
  });
  ironic.add({
    uuid: IPMI,
    name: 'ipmi-0',
    instanceUuid: '33333333-3333-4333-8333-333333333333',
    instanceInfo: {
      image_source: 'http://127.0.0.1:8/none.img',
      image_checksum: '0',
      root_gb: 1,
      display_name: 'server-1',
    },
    properties: {
      cpus: 1,
      memory_mb: 256,
      local_gb: 1,
      cpu_arch: 'x86_64',
      capabilities: 'boot_option:local',
      vendor: 'unknown',
    },
  });
}

/** What else was set up for a recording; without a row, the nodes above are all there is. */
const SET_UP: Readonly<Record<string, (ironic: FakeIronic) => void>> = {
  'get-boot-device-bmc-bad-password-500': (ironic) => {
    withUser(ironic);
    plain(ironic, { name: 'wrong', bmc: 'wrong-password' });
  },
  'get-nodes-empty': (ironic) => removeAll(ironic),
  'get-nodes-no-conductor': (ironic) => {
    removeAll(ironic);
    plain(ironic, {
      uuid: 'debfdf69-152b-4172-b7ab-b8bee55a21a7',
      name: 'ipmi-b',
      powerState: null,
      provisionState: 'enroll',
    });
    ironic.conductor = 'dead';
  },
  'get-states-power-transition': (ironic) => {
    Object.assign(ironic.node('ipmi-0'), { powerState: 'power off', targetPowerState: 'power on' });
  },
  'http-basic-bad-password-401': withUser,
  'http-basic-no-credentials-401': withUser,
  'http-basic-root-public': withUser,
  'http-basic-ok-200': (ironic) => {
    withUser(ironic);
    removeAll(ironic);
  },
  'inject-nmi-bmc-bad-password-500': (ironic) => plain(ironic, { name: 'bad-password', bmc: 'wrong-password' }),
  'inject-nmi-bmc-refuses-diag-500': (ironic) => plain(ironic, { name: 'no-diag', bmc: 'refuses-diag' }),
  'inject-nmi-bmc-unreachable-500': (ironic) => plain(ironic, { name: 'no-bmc', bmc: 'unreachable' }),
  'inject-nmi-conductor-gone-500': (ironic) => {
    plain(ironic, { name: 'ipmi-b' });
    ironic.conductor = 'gone';
  },
  'inject-nmi-no-conductor-alive-503': (ironic) => {
    plain(ironic, { name: 'ipmi-b' });
    ironic.conductor = 'dead';
  },
  'inject-nmi-in-maintenance-204': (ironic) => {
    ironic.node('ipmi-0').maintenance = true;
  },
  'inject-nmi-manual-management-400': (ironic) => plain(ironic, { name: 'manual', driver: 'manual-management' }),
  'inject-nmi-missing-driver-info-400': (ironic) => plain(ironic, { name: 'no-info', driverInfo: {} }),
  'inject-nmi-node-locked-409': (ironic) =>
    plain(ironic, { uuid: LOCKED, name: 'bad-password', reservation: 'localhost' }),
  'put-power-node-locked-409': (ironic) =>
    plain(ironic, { uuid: LOCKED, name: 'bad-password', reservation: 'localhost' }),
  'inject-nmi-powered-off-500': (ironic) => {
    ironic.node('ipmi-0').powerState = 'power off';
  },
  'inject-nmi-redfish-204': (ironic) => redfish(ironic, { name: 'redfish-0' }),
  'inject-nmi-redfish-refused-500': (ironic) => redfish(ironic, { name: 'redfish-no-nmi', bmc: 'refuses-diag' }, 8001),
  'inject-nmi-redfish-unreachable-500': (ironic) =>
    redfish(ironic, { name: 'redfish-no-nmi', bmc: 'unreachable' }, 8001),
  'inject-nmi-redfish-wrong-password-500': (ironic) => redfish(ironic, { name: 'redfish-0', bmc: 'wrong-password' }),
};

function plain(ironic: FakeIronic, more: Partial<FakeNode>): void {
  ironic.add(more);
}

function redfish(ironic: FakeIronic, more: Partial<FakeNode>, port = 8000): void {
  const driverInfo = { redfish_address: `http://127.0.0.1:${port}`, redfish_system_id: '/redfish/v1/Systems/1' };
  ironic.add({ uuid: REDFISH, driver: 'redfish', driverInfo, ...more });
}

function removeAll(ironic: FakeIronic): void {
  for (const name of ['fake-0', 'ipmi-0']) ironic.remove(ironic.node(name).uuid);
}

function withUser(ironic: FakeIronic): void {
  ironic.auth = { kind: 'basic', user: 'nova', password: 'secret' };
}

/** Asks the Ironic for tests what the real one was asked. */
async function replay({ method, path, asked, body }: IronicRecording, ironic: FakeIronic) {
  const { host: _, authorization, ...headers } = asked;
  // The recordings show who asked as `Basic <user:password>`.
  const [, who] = /^Basic <(.+)>$/.exec(authorization ?? '') ?? [];
  const signed = who === undefined ? {} : { authorization: `Basic ${Buffer.from(who).toString('base64')}` };
  const answer = await fetch(`${ironic.url}${path}`, {
    method,
    headers: { ...headers, ...signed },
    ...(body === '' ? {} : { body }),
  });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
}

/** The headers that a client may come to rely on. */
function told(headers: Readonly<Record<string, string>>, url: string): Record<string, string> {
  const names = [
    'content-type',
    'location',
    'www-authenticate',
    ...['minimum-', 'maximum-', ''].map((one) => `x-openstack-ironic-api-${one}version`),
  ];
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, placeless(headers[name], url)]])),
  );
}

/** Without what differs from one Ironic to the next: where it listens, where Python keeps an object. */
function placeless(text: string, url: string): string {
  return text
    .replaceAll(url, 'http://IRONIC')
    .replace(/http:\/\/127\.0\.0\.1:638\d/g, 'http://IRONIC')
    .replace(/0x[0-9a-f]+/g, '0x0');
}

/** A body, times and what the driver reads nothing of left out. */
function bodyOf(text: string, url: string): unknown {
  if (text === '') return '';
  return JSON.parse(placeless(text, url), (key, value: unknown) => {
    if (key.endsWith('_at') && typeof value === 'string') return 'TIME';
    return key === 'driver_internal_info' ? {} : value;
  });
}

describe('the Ironic for tests answers as the real one did', () => {
  it.each(recordingNames())('%s', async (name) => {
    const recorded = recording(name);
    const ironic = await FakeIronic.start();
    onTestFinished(() => ironic.close());
    recordedNodes(ironic);
    SET_UP[name]?.(ironic);
    const given = await replay(recorded, ironic);
    expect(given.status).toBe(recorded.status);
    expect(bodyOf(given.text, ironic.url)).toEqual(bodyOf(recorded.text, ironic.url));
    expect(told(given.headers, ironic.url)).toEqual(told(recorded.headers, ironic.url));
    const sent = recorded.path.endsWith('inject_nmi') && recorded.status === 204;
    expect(ironic.nmis, 'an NMI reaches a machine exactly where it is said to').toHaveLength(sent ? 1 : 0);
  });

  it('every row is of a recording', () => {
    expect(recordingNames()).toEqual(expect.arrayContaining(Object.keys(SET_UP)));
  });
});

describe('the driver reads what the real one answered', () => {
  it.each(recordingNames().filter((name) => recording(name).status >= 400))('the words of %s', (name) => {
    const { text, from } = ironicWords(recording(name).text);
    expect(text).not.toBe('');
    expect(text).not.toContain('error_message');
    expect(from).not.toBe('elsewhere');
  });

  it.each(recordingNames().filter((name) => name.startsWith('get-node') && recording(name).status === 200))(
    'the nodes of %s',
    (name) => {
      const { json } = recordedAnswer(name);
      const nodes = isObject(json) && Array.isArray(json['nodes']) ? json['nodes'] : [json];
      const uuids = nodes.map((one) => (isObject(one) ? one['uuid'] : null));
      expect(nodes.map((one) => readNode(one)?.uuid)).toEqual(uuids);
    },
  );
});
