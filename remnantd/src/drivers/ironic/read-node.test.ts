// Nodes out of Ironic's JSON: a recorded one, and ones that operators, policies and nobody in particular have made strange.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedAnswer } from '../../../test/harness/ironic-recording.ts';
import { isObject, type JsonValue } from '../../lib/json.ts';
import { isDeployed, nodeLabel } from './ironic-node.ts';
import { readNode } from './read-node.ts';

const UUID = '22222222-2222-4222-8222-222222222222';

it('a recorded node of a real Ironic', () => {
  expect(readNode(recordedAnswer('get-node').json)).toEqual({
    uuid: UUID,
    name: 'ipmi-0',
    instanceUuid: '33333333-3333-4333-8333-333333333333',
    displayName: 'server-1',
    powerState: 'power on',
    targetPowerState: null,
    provisionState: 'active',
    targetProvisionState: null,
    maintenance: false,
    maintenanceReason: null,
    lastError: null,
    lockedBy: null,
    cpus: 1,
    memoryMb: 256,
    localGb: 1,
    cpuArch: 'x86_64',
    resourceClass: 'baremetal',
    consoleEnabled: false,
    ping: null,
    driver: 'ipmi',
    bmc: { kind: 'ipmi', address: '127.0.0.1', port: 6230 },
  });
});

it('what is missing or of another type is not known', () => {
  const nothing = readNode({ uuid: UUID });
  const wrong = {
    uuid: UUID.toUpperCase(),
    name: 7,
    instance_uuid: 'no UUID',
    instance_info: [],
    power_state: false,
    provision_state: null,
    maintenance: 'yes',
    properties: 'none',
    extra: null,
    driver_info: 1,
    console_enabled: 1,
    driver: {},
  };
  expect(readNode(wrong)).toEqual(nothing);
  expect(nothing).toMatchObject({
    name: null,
    powerState: null,
    provisionState: '',
    cpus: 0,
    memoryMb: 0,
    bmc: null,
    driver: '',
  });
});

it.each([undefined, null, 'node', [], {}, { uuid: null }, { uuid: 'x' }])('%j is no node', (value) => {
  expect(readNode(value)).toBeNull();
});

it('numbers may be text, and are whole and not negative', () => {
  const sizes = (properties: JsonValue) => {
    const node = readNode({ uuid: UUID, properties });
    return [node?.cpus, node?.memoryMb, node?.localGb];
  };
  expect(sizes({ cpus: '8', memory_mb: ' 65536 ', local_gb: 10 })).toEqual([8, 65_536, 10]);
  expect(sizes({ cpus: -1, memory_mb: 1.5, local_gb: '1e3' })).toEqual([0, 0, 0]);
  expect(sizes({ cpus: 2 ** 31, memory_mb: '9999999999', local_gb: true })).toEqual([0, 0, 0]);
});

it('what a policy hides is not known', () => {
  const node = readNode({
    uuid: UUID,
    last_error: '** Value Redacted - Requires baremetal:node:get:last_error permission. **',
    reservation: '** Redacted - requires baremetal:node:get:reservation permission. **',
    driver_info: { content: '** Redacted - requires baremetal:node:get:driver_info permission. **' },
  });
  expect(node).toMatchObject({ lastError: null, lockedBy: null, bmc: null });
});

it('texts are one printable line of bounded length', () => {
  const node = readNode({ uuid: UUID, name: 'a\u001b[31mb\n', last_error: `x\n${'y'.repeat(5000)}` });
  expect(node?.name).toBe('ab');
  expect(node?.lastError).toMatch(/^x y{597}…$/);
});

describe('its BMC', () => {
  it.each([
    [{ ipmi_address: '10.0.0.1' }, { kind: 'ipmi', address: '10.0.0.1', port: 623 }],
    [
      { ipmi_address: 'bmc-1.example', ipmi_port: 6230 },
      { kind: 'ipmi', address: 'bmc-1.example', port: 6230 },
    ],
    [
      { ipmi_address: '10.0.0.1', ipmi_port: '70000' },
      { kind: 'ipmi', address: '10.0.0.1', port: 623 },
    ],
    [{ ipmi_address: '******' }, null],
    [{ redfish_address: 'https://10.0.0.2' }, { kind: 'redfish', address: 'https://10.0.0.2', port: 0 }],
  ])('%j', (info, bmc) => {
    expect(readNode({ uuid: UUID, driver_info: info })?.bmc).toEqual(bmc);
  });
});

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['host.example', 'host.example'],
  ['-f', null],
  ['a b', null],
  ['$(reboot)', null],
  ['', null],
  [7, null],
])('the address to ping %j', (given, ping) => {
  expect(readNode({ uuid: UUID, extra: { remnant_ping: given } })?.ping).toBe(ping);
});

it.each([
  ['active', true],
  ['rescue', true],
  ['service failed', true],
  ['available', false],
  ['enroll', false],
  ['deploying', false],
  ['deleting', false],
  ['error', false],
  ['', false],
])('something is deployed in %j: %s', (provisionState, deployed) => {
  expect(isDeployed({ provisionState })).toBe(deployed);
});

it('people know it by its name', () => {
  expect([nodeLabel({ uuid: UUID, name: 'n1' }), nodeLabel({ uuid: UUID, name: null })]).toEqual([
    `n1 (${UUID})`,
    UUID,
  ]);
});

it('nothing it may be given makes it throw', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom('name', 'properties', 'extra', 'driver_info'), fc.jsonValue()),
      (any, some) => {
        const node = readNode(any);
        expect(node === null || isObject(any)).toBe(true);
        expect(readNode({ ...some, uuid: UUID })?.uuid).toBe(UUID);
      },
    ),
  );
});
