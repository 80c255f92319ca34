// Host names made of display names: the examples of Nova's own rule, and what holds for all of them.

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { hostnameFor } from './host-name.ts';

it.each([
  ['Web Server_1.example', 'web-server-1-example'],
  ['-a.', 'a'],
  ['Ünïcode', 'ünïcode'],
  ['日本', ''],
  ['a日b', 'ab'],
  ['!?', ''],
  ['x'.repeat(70), 'x'.repeat(63)],
])('%j is %j', (name, hostname) => {
  expect(hostnameFor(name)).toBe(hostname);
});

it('is short, has no space or dot, begins and ends with no dash, and stays what it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.nat(0x2ff).map((code) => String.fromCodePoint(code)), maxLength: 80 }), (name) => {
      const made = hostnameFor(name);
      expect(made.length).toBeLessThanOrEqual(63);
      expect(made).not.toMatch(/[ ._]|^-|-$/);
      expect(hostnameFor(made)).toBe(made);
    }),
  );
});
