// How addresses are drawn for simulated guests: always the same, and never one that is taken.

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { asId, type ServerId } from '../../model/ids.ts';
import { drawAddress } from './sim-address.ts';

it('an address is the same in every world, and nobody else has it', () => {
  const ids = fc.array(fc.uuid(), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(ids, (drawn) => {
      const taken = new Set<string>();
      const macs = new Set<string>();
      for (const id of drawn) {
        const free = drawAddress(asId(id), new Set());
        const one = drawAddress(asId(id), taken);
        if (!taken.has(free.addr)) expect(one).toEqual(free);
        expect(taken).not.toContain(one.addr);
        expect(one.addr).toMatch(/^10(\.\d{1,3}){3}$/);
        const bytes = one.addr.split('.').map(Number);
        expect(bytes.every((byte) => byte <= 255) && ![0, 1, 255].includes(bytes[3] ?? 0)).toBe(true);
        taken.add(one.addr);
        macs.add(one.mac);
      }
      expect(macs.size).toBe(drawn.length);
    }),
  );
});

it('an address is the next free one where another guest has it', () => {
  const id = asId<ServerId>('11111111-1111-4111-8111-111111111111');
  const first = drawAddress(id, new Set()).addr;
  const second = drawAddress(id, new Set([first])).addr;
  const third = drawAddress(id, new Set([first, second])).addr;
  expect(new Set([first, second, third]).size).toBe(3);
});
