// The ids of hypervisors, against Python's uuid.uuid5 and hashlib.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { asId } from '../../model/ids.ts';
import { hypervisorId, nodeNumber } from './hypervisor-id.ts';

test('a hypervisor has one UUID for good: the fifth version of its service, as everybody computes it', () => {
  expect(hypervisorId(asId('733a0a46-6193-4734-97b1-bcc4e895d40c'))).toBe('9833b6cc-217e-5289-9e04-19c15cc6aa30');
  expect(hypervisorId(asId('d938ade2-116c-45f8-814c-d0188f444e59'))).toBe('627a0868-d77b-51bf-ad59-8d2282144359');
});

test('a node has one number for good, above those of services and within what 32 bits hold', () => {
  expect(nodeNumber(asId('733a0a46-6193-4734-97b1-bcc4e895d40c'))).toBe(1_982_961_218);
  expect(nodeNumber(asId('d938ade2-116c-45f8-814c-d0188f444e59'))).toBe(1_175_473_008);
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      const number = nodeNumber(asId(id));
      expect(Number.isInteger(number) && number >= 2 ** 30 && number < 2 ** 31).toBe(true);
    }),
  );
});

test('of a thousand nodes counted up, none has the number of another', () => {
  const ids = Array.from({ length: 1_000 }, (_, n) => `1be26c0b-03f2-4d2e-ae87-${String(n).padStart(12, '0')}`);
  expect(new Set(ids.map((id) => nodeNumber(asId(id)))).size).toBe(1_000);
});
