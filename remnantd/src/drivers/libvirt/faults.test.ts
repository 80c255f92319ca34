// Proves the mapping of what libvirt says to faults and power states, as Nova's libvirt driver has it.

import { expect, test } from 'vitest';
import { asId, type ServerId } from '../../model/ids.ts';
import { DriverFault } from '../driver.ts';
import { LibvirtError, UnansweredError } from './errors.ts';
import { guestFault, hostFault, nmiFault } from './faults.ts';
import { powerState } from './power-states.ts';

const id = asId<ServerId>('00010203-0405-0607-0809-0a0b0c0d0e0f');
const no = (code: number) => new LibvirtError(code, 20, "libvirt's own words");

test.each([
  [no(3), 'not-supported', 'Triggering crash dump is not supported', 'TriggerCrashDumpNotSupported', 'no'],
  [no(55), 'not-running', `Instance ${id} is not running.`, 'InstanceNotRunning', 'no'],
  [no(42), 'not-found', `Instance ${id} could not be found.`, 'InstanceNotFound', 'no'],
  [no(38), 'failed', "libvirt's own words", 'libvirtError', 'no'],
  [new UnansweredError('maybe', 'gone'), 'connection-lost', 'gone', 'libvirtError', 'maybe'],
  [new UnansweredError('no', 'away'), 'connection-lost', 'away', 'libvirtError', 'no'],
] as const)('an NMI that ends in %s', (error, code, message, novaClass, asked) => {
  const fault = nmiFault(error, id);
  expect(fault).toBeInstanceOf(DriverFault);
  expect(fault).toMatchObject({ code, message, novaClass, asked, cause: error });
});

test('elsewhere, what libvirt refuses keeps its own words', () => {
  expect(guestFault(no(55), id)).toMatchObject({ code: 'failed', message: "libvirt's own words" });
  expect(guestFault(no(42), id)).toMatchObject({ code: 'not-found' });
  expect(hostFault(no(42))).toMatchObject({ code: 'failed' });
  expect(hostFault(no(3))).toMatchObject({ code: 'not-supported', message: "libvirt's own words" });
  expect(hostFault(new RangeError('odd'))).toMatchObject({ code: 'failed', message: 'odd', novaClass: 'RangeError' });
  expect(hostFault('text')).toMatchObject({ code: 'failed', message: 'text' });
  const fault = new DriverFault('failed', 'already one');
  expect(guestFault(fault, id)).toBe(fault);
});

test('power states are those of Nova', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 99].map(powerState)).toEqual([0, 1, 1, 3, 4, 4, 6, 7, 0]);
});
