// Where something listens, as ADDRESS:PORT; an IPv6 address stands in brackets.

import { Type } from 'typebox';

const PORT = '([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])';

/** A key with an address and a port, or null, which it is where nothing is said. */
export const hostPort = (description: string) =>
  Type.Union([Type.String({ pattern: `^(\\[[0-9a-fA-F:]+\\]|[^:\\[\\]]+):${PORT}$` }), Type.Null()], {
    description,
    default: null,
  });

/** `HOST:PORT` in its parts. */
export function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replaceAll(/[[\]]/g, ''), port: Number(address.slice(colon + 1)) };
}
