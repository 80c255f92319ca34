// Canonical IPv6: one text for one address, and other texts left alone.

import { expect, test } from 'vitest';
import { canonicalIpv6 } from './canonical-ipv6.ts';

test.each([
  ['FE80::0001', 'fe80::1'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['::FFFF:192.0.2.1', '::ffff:192.0.2.1'],
  ['::', '::'],
  ['fe80::1%eth0', 'fe80::1'],
  ['', ''],
  ['192.0.2.1', '192.0.2.1'],
  ['fe80::x', 'fe80::x'],
])('%j is %j', (text, canonical) => {
  expect(canonicalIpv6(text)).toBe(canonical);
  expect(canonicalIpv6(canonical)).toBe(canonical);
});
