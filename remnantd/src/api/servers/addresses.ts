// A server's addresses by network, as its fields show them and as its list of addresses does.

import type { Server, ServerAddress } from '../../model/server.ts';

/** With the type and MAC of each, as in GET of a server. */
export function extendedAddresses(server: Server): Record<string, object[]> {
  return byNetwork(server, (address) => ({
    ...plain(address),
    'OS-EXT-IPS:type': address.type,
    'OS-EXT-IPS-MAC:mac_addr': address.mac,
  }));
}

/** Version and address alone. */
export function plainAddresses(server: Server): Record<string, object[]> {
  return byNetwork(server, plain);
}

function plain({ version, addr }: ServerAddress): { version: 4 | 6; addr: string } {
  return { version, addr };
}

function byNetwork(server: Server, show: (address: ServerAddress) => object): Record<string, object[]> {
  // What a server will have is not shown before it is there.
  if (server.vmState === 'building') return {};
  return Object.fromEntries(Object.entries(server.addresses).map(([network, list]) => [network, list.map(show)]));
}
