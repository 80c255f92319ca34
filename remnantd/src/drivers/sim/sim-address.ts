// Where a simulated guest can be reached: one fixed IPv4 address, drawn from its id when it is made, so that the same guest gets
// the same one in every run. No two guests of a host have the same.

import type { ServerId } from '../../model/ids.ts';
import type { SimAddress } from './world-record.ts';

/** The name of the one network that every simulated host has. */
export const SIM_NETWORK = 'private';

/** 10.0.0.0/8 by three bytes, of which the last is neither 0, 1 nor 255. */
const LAST_BYTES = 253;
const ROOM = 256 * 256 * LAST_BYTES;

/** An address for guest `id` that is not in `taken`. */
export function drawAddress(id: ServerId, taken: ReadonlySet<string>): SimAddress {
  for (let number = hash(id) % ROOM; ; number = (number + 1) % ROOM) {
    const net = Math.floor(number / LAST_BYTES);
    const bytes = [net >> 8, net & 255, 2 + (number % LAST_BYTES)];
    const addr = `10.${bytes.join('.')}`;
    if (taken.has(addr)) continue;
    return { addr, mac: `52:54:00:${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':')}` };
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return value;
}
