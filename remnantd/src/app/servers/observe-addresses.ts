// Where a guest can be reached, as its host tells, in the server's row. A host may say anything: what is not an address of a
// network is left out, and so is what is more than a server can have.

import { isIP } from 'node:net';
import { isExpectedOn } from '../../db/server-migrations.ts';
import { findServer, patchServer } from '../../db/servers.ts';
import type { EvidenceSink } from '../../dispatch/sinks.ts';
import { isObject } from '../../lib/json.ts';
import type { ServerAddress } from '../../model/server.ts';
import type { Clock } from '../../ports/clock.ts';

/** Networks of a server, and addresses on each. */
const MOST_NETWORKS = 16;
const MOST_ADDRESSES = 64;
const NAME = /^[\x21-\x7e][\x20-\x7e]{0,253}[\x21-\x7e]$|^[\x21-\x7e]$/;
const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/;

/** Applies the addresses that hosts tell of their guests. */
export function observeAddressesSink(clock: Clock): EvidenceSink {
  return async (tx, origin, entry) => {
    if (entry.kind !== 'addresses' || entry.server === null) return;
    const server = await findServer(tx, entry.server);
    if (server === null || server.deletedAt !== null) return;
    // A host speaks for its own servers alone, and for one that it is making for another host that is lost.
    if (server.host !== origin.host && !(await isExpectedOn(tx, server.id, origin.host))) return;
    const addresses = addressesOf(entry.facts?.addresses);
    if (addresses === null || JSON.stringify(addresses) === JSON.stringify(server.addresses)) return;
    await patchServer(tx, server.id, { addresses, updatedAt: clock.wall() });
  };
}

/** What of a host's word is addresses, by the name of the network; null where it says nothing of them. */
export function addressesOf(told: unknown): Record<string, ServerAddress[]> | null {
  if (!isObject(told)) return null;
  const networks = Object.entries(told).flatMap(([name, list]): [string, ServerAddress[]][] => {
    if (!NAME.test(name) || !Array.isArray(list)) return [];
    const found = (list as readonly unknown[]).flatMap((one) => addressOf(one) ?? []);
    return found.length === 0 ? [] : [[name, found.slice(0, MOST_ADDRESSES)]];
  });
  return Object.fromEntries(networks.slice(0, MOST_NETWORKS));
}

function addressOf(told: unknown): ServerAddress | null {
  if (!isObject(told)) return null;
  const { addr, mac } = told;
  const version = typeof addr === 'string' ? isIP(addr) : 0;
  if (typeof addr !== 'string' || (version !== 4 && version !== 6)) return null;
  if (typeof mac !== 'string' || !MAC.test(mac)) return null;
  // A zone names an interface of the host: it is nobody else's.
  if (addr.includes('%')) return null;
  return { version, addr, type: 'fixed', mac };
}
