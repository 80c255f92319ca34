// An IPv6 address as it is written for good (RFC 5952): lower case, no leading zeros, the longest run of zeros as `::`.
// The same address is always the same text.

import { isIPv6, SocketAddress } from 'node:net';

/** `text` in its canonical form, without a zone; as it is if it is no IPv6 address. */
export function canonicalIpv6(text: string): string {
  return isIPv6(text) ? new SocketAddress({ address: text, family: 'ipv6' }).address : text;
}
