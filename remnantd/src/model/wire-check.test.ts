// What hosts say, good and bad: a message that passes has every field that is read of it, and one that does not is told by name.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../lib/json.ts';
import type { HostSays } from './wire.ts';
import { WIRE_VERSION } from './wire.ts';
import { wireProblem } from './wire-check.ts';

const GUEST = { id: 'g', name: 'n', powerState: 1, vcpus: 1, memoryMb: 128, ours: true };
const OFFERED = {
  driver: 'sim',
  abilities: ['injectNmi'],
  nmiBoundMs: null,
  hypervisorType: 'sim',
  hypervisorVersion: 1,
  hypervisorHostname: 'h',
  arch: 'x86_64',
  vcpus: 4,
  memoryMb: 4096,
  diskGb: 10,
  guests: [GUEST],
};
const NODE = {
  id: 'n',
  name: '',
  powerState: 0,
  arch: '',
  vcpus: 0,
  memoryMb: 0,
  diskGb: 0,
  provision: 'active',
  maintenance: null,
  lastError: null,
  guest: null,
};
const ENTRY = { seq: 1, server: null, kind: 'blind', detail: 'd', at: 1 };

/** A good one of each. */
const GOOD: Readonly<Record<HostSays, Readonly<Record<string, JsonValue>>>> = {
  hello: { host: 'h', wire: WIRE_VERSION, life: 'l', calls: ['inject-nmi'], offered: OFFERED },
  beat: { host: 'h', life: 'l', connection: { up: true, reason: '' } },
  claim: { host: 'h', ledger: 'x', holding: ['c'], busy: [] },
  report: { host: 'h', command: 'c', outcome: { result: 'success' } },
  evidence: { host: 'h', journal: 'j', entries: [ENTRY] },
};
const ALL = Object.keys(GOOD) as HostSays[];

describe('what the wire has', () => {
  it.each(ALL)('a %s passes, and one with more in it too', (says) => {
    expect(wireProblem(says, GOOD[says])).toBeNull();
    expect(wireProblem(says, { ...GOOD[says], later: [1] })).toBeNull();
  });

  it.each([
    ['hello', { offered: { ...OFFERED, guests: null } }],
    ['hello', { offered: { ...OFFERED, nodes: [] } }],
    ['hello', { offered: { ...OFFERED, disks: { problem: 'p', freeGb: 0, shared: false } } }],
    ['hello', { offered: { ...OFFERED, disks: { problem: null, freeGb: 1, shared: true } } }],
    ['hello', { offered: { ...OFFERED, nodes: [NODE], guests: [{ ...GUEST, node: 'n', vcpus: 0 }] } }],
    ['hello', { offered: { ...OFFERED, nodes: [{ ...NODE, maintenance: '', lastError: 'e', guest: 'g' }] } }],
    ['beat', { connection: null }],
    ['beat', { connection: { up: false, reason: 'away', unknown: true } }],
    ['beat', { leaving: true }],
    ['claim', { holding: [], busy: ['s'] }],
    ['report', { outcome: { result: 'success', meaning: 'latched' } }],
    ['report', { outcome: { result: 'success', kept: { making: 'c' } } }],
    ['report', { outcome: { result: 'success', kept: { making: null } } }],
    ['report', { outcome: { result: 'error', reason: 'r', details: 'd', faultCode: 400 } }],
    ['report', { outcome: { result: 'unknown', reason: 'r' } }],
    ['evidence', { entries: [] }],
    ['evidence', { entries: [{ ...ENTRY, server: 's', command: 'c', facts: { memory: { done: 1, total: 2 } } }] }],
    ['evidence', { entries: [{ ...ENTRY, facts: { artefact: { id: 'a', bytes: 0, format: 'kdump' } } }] }],
    [
      'evidence',
      { entries: [{ ...ENTRY, facts: { extract: { artefact: 'a', bytes: null, panic: null, error: 'e' } } }] },
    ],
  ] as const)('a %s with %j passes', (says, change) => {
    expect(wireProblem(says, { ...GOOD[says], ...change })).toBeNull();
  });
});

describe('what it has not', () => {
  it.each([
    ['hello', { wire: '1' }, 'hello.wire must be a whole number, 1 or more'],
    ['hello', { wire: null }, 'hello.wire must be a whole number, 1 or more'],
    ['hello', { calls: 'all' }, 'hello.calls must be a list'],
    ['hello', { offered: null }, 'hello.offered must be an object'],
    [
      'hello',
      { offered: { ...OFFERED, guests: [GUEST, { ...GUEST, ours: 1 }] } },
      'hello.offered.guests[1].ours must be true or false',
    ],
    ['hello', { offered: { ...OFFERED, nodes: {} } }, 'hello.offered.nodes must be a list'],
    [
      'hello',
      { offered: { ...OFFERED, nodes: [NODE, { ...NODE, memoryMb: -1 }] } },
      'hello.offered.nodes[1].memoryMb must be a whole number, 0 or more',
    ],
    [
      'hello',
      { offered: { ...OFFERED, nodes: [{ ...NODE, maintenance: true }] } },
      'hello.offered.nodes[0].maintenance must be text',
    ],
    [
      'hello',
      { offered: { ...OFFERED, guests: [{ ...GUEST, node: '' }] } },
      'hello.offered.guests[0].node must be text of 1 to 255 letters',
    ],
    [
      'hello',
      { offered: { ...OFFERED, disks: { problem: 1, freeGb: 1, shared: true } } },
      'hello.offered.disks.problem must be text',
    ],
    ['beat', { connection: { up: 'yes', reason: '' } }, 'beat.connection.up must be true or false'],
    ['beat', { connection: { up: false, reason: '', unknown: 1 } }, 'beat.connection.unknown must be true or false'],
    ['claim', { ledger: '' }, 'claim.ledger must be text of 1 to 255 letters'],
    ['claim', { busy: [1] }, 'claim.busy[0] must be text of 1 to 255 letters'],
    ['report', { outcome: null }, 'report.outcome must be an object'],
    [
      'report',
      { outcome: { result: 'success', kept: {} } },
      'report.outcome.kept.making must be text of 1 to 255 letters',
    ],
    ['report', { outcome: { result: 'toString' } }, 'report.outcome.result must be success, error or unknown'],
    [
      'report',
      { outcome: { result: 'error', reason: 'r', details: 'd', faultCode: 200 } },
      'report.outcome.faultCode must be 400, 500 or null',
    ],
    ['evidence', { entries: [{ ...ENTRY, seq: 0 }] }, 'evidence.entries[0].seq must be a whole number, 1 or more'],
    [
      'evidence',
      { entries: [{ ...ENTRY, facts: { artefact: { id: 'a', bytes: -1, format: 'f' } } }] },
      'evidence.entries[0].facts.artefact.bytes must be a whole number, 0 or more',
    ],
  ] as const)('a %s with %j is told by the field', (says, change, problem) => {
    expect(wireProblem(says, { ...GOOD[says], ...change })).toBe(`not a ${says} of the wire: ${problem}`);
  });

  it('is a hello of a version to come, whatever else is in it', () => {
    expect(wireProblem('hello', { wire: WIRE_VERSION + 1 })).toBe(
      `the agent speaks version ${WIRE_VERSION + 1} of the wire, this service ${WIRE_VERSION}: update the service first`,
    );
  });

  it.each(ALL)('is a %s without one of its fields', (says) => {
    for (const field of Object.keys(GOOD[says])) {
      if (field === 'host') continue;
      const { [field]: _gone, ...rest } = GOOD[says];
      expect(wireProblem(says, rest)).toContain(`${says}.${field} must be`);
    }
  });

  it('is told of anything at all, and never thrown', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALL), fc.jsonValue(), (says, message) => {
        expect(wireProblem(says, message as JsonValue)).toMatch(/^(not a|the agent speaks)/);
      }),
    );
  });
});
