// The model's small tables: microversions, faults and refusals, outcomes in Nova's words, power states, roles, ids.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notDelivered, outcomeDetails } from './command.ts';
import { FAULTS, fault, refusalFault } from './faults.ts';
import { impliedRoles } from './identity.ts';
import { isUuid, isUuidLike } from './ids.ts';
import { MICROVERSIONS, minor, within } from './microversion.ts';
import { POWER_STATE, powerStateOf, powerStateWord } from './power-state.ts';

describe('a microversion', () => {
  it('is compared as a number, not as text', () => {
    expect([minor('2.9'), minor('2.10'), minor('2.93')]).toEqual([9, 10, 93]);
    expect(within(9, { since: '2.10' })).toBe(false);
  });

  it('lies in a span that holds both its ends', () => {
    fc.assert(
      fc.property(fc.nat(120), fc.nat(120), fc.nat(120), (version, since, until) => {
        expect(within(version, { since: `2.${since}`, until: `2.${until}` })).toBe(
          since <= version && version <= until,
        );
      }),
    );
    expect(within(minor(MICROVERSIONS.max), { since: '2.1' })).toBe(true);
    expect(within(minor(MICROVERSIONS.min), {})).toBe(true);
  });
});

describe('a fault', () => {
  it("has Nova's status and words", () => {
    expect(fault('instance-locked', { id: '7' })).toMatchObject({
      name: 'Fault',
      code: 'instance-locked',
      status: 409,
      message: 'Instance 7 is locked',
    });
    expect(fault('policy-denied', { rule: 'r' }).message).toBe("Policy doesn't allow r to be performed.");
  });

  it('is never a failure of ours', () => {
    const statuses = Object.entries(FAULTS).map(([code, row]) => [code, row.status] as const);
    const ours = statuses.filter(([, status]) => status < 400 || status > 499).map(([code]) => code);
    // What is not done here, what is away, a file its host cannot read, and too many at once are no errors of the request.
    expect(ours.toSorted()).toEqual([
      'artefact-unreachable',
      'artefact-unreadable',
      'database-away',
      'identity-unavailable',
      'images-unavailable',
      'not-implemented',
      'not-supported',
      'server-busy',
    ]);
  });

  it.each([
    [{ why: 'locked' }, 'Instance 7 is locked'],
    [{ why: 'not-ready' }, 'Instance 7 is not ready'],
    [{ why: 'never-launched' }, "Instance 7 is in an invalid state for 'trigger_crash_dump'"],
    [
      { why: 'state', attribute: 'vm_state', value: 'stopped' },
      "Cannot 'trigger_crash_dump' instance 7 while it is in vm_state stopped",
    ],
    [
      { why: 'state', attribute: 'task_state', value: 'rebooting' },
      "Cannot 'trigger_crash_dump' instance 7 while it is in task_state rebooting",
    ],
  ] as const)('of the refusal %j is a 409 in these words', (why, message) => {
    expect(refusalFault(why, '7', 'trigger_crash_dump')).toMatchObject({ status: 409, message });
  });
});

describe("an outcome in Nova's event", () => {
  it('says nothing of success, begins unknown with that word, and fits the column', () => {
    expect(outcomeDetails({ result: 'success' })).toBeNull();
    expect(outcomeDetails({ result: 'unknown', reason: 'silence' })).toBe('unknown: silence');
    expect(outcomeDetails(notDelivered('x'.repeat(300)))).toHaveLength(255);
    expect(notDelivered('late')).toEqual({ result: 'error', reason: 'late', details: 'late', faultCode: 500 });
  });
});

describe('a power state', () => {
  it('has a word that leads back to it, and no other word does', () => {
    for (const state of Object.values(POWER_STATE)) expect(powerStateOf(powerStateWord(state))).toBe(state);
    for (const word of ['', 'Running', 'blocked', '1', 'toString', 'constructor', '__proto__'])
      expect(powerStateOf(word)).toBeNull();
  });
});

it('a role implies the ones behind it', () => {
  expect(impliedRoles('admin')).toEqual(['admin', 'member', 'reader']);
  expect(impliedRoles('reader')).toEqual(['reader']);
});

it('a UUID may come with or without hyphens, and nothing else may', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      expect([isUuid(uuid), isUuid(uuid.replaceAll('-', '')), isUuid(uuid.toUpperCase())]).toEqual([true, true, true]);
      expect([isUuid(uuid.slice(1)), isUuid(`${uuid}0`), isUuid(`${uuid}\n`)]).toEqual([false, false, false]);
    }),
  );
});

it('what a request may write for a UUID: more forms, and none that is no UUID', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      for (const text of [uuid, `{${uuid}}`, `urn:uuid:${uuid}`, uuid.replaceAll('-', ''), `-${uuid}`, `${uuid}}`]) {
        expect([text, isUuidLike(text)]).toEqual([text, true]);
      }
      for (const text of [uuid.slice(1), `${uuid}0`, `${uuid}\n`, ` ${uuid}`, `${uuid.slice(0, 35)}{`]) {
        expect([text, isUuidLike(text)]).toEqual([text, false]);
      }
    }),
  );
});
