// The nodes of a host as the Remnant API shows them: the machines that its agent speaks for, each with what drives it says of it.
// None of it is in host_status, which is of the host's service.

import type { HostFactsOffered, HostNode } from '../../model/host.ts';
import type { GuestName } from '../../model/hypervisor.ts';
import { POWER_STATE, powerStateWord } from '../../model/power-state.ts';
import { FLAG, INTEGER, listOf, objectOf, STRING, STRING_OR_NULL, titled } from '../reply-schema.ts';

const POWER = { type: 'string', enum: ['running', 'shutdown', 'paused', 'crashed', 'suspended', 'unknown'] };

/** A host's nodes by number, for the OpenAPI document; null for a host without such. */
export const NODE_COUNTS = {
  anyOf: [titled('HostNodeCounts', objectOf({ total: INTEGER, in_maintenance: INTEGER })), { type: 'null' }],
};

/** The same one by one. */
export const NODES = {
  anyOf: [
    listOf(
      titled(
        'HostNode',
        objectOf({
          id: STRING,
          name: STRING,
          power_state: POWER,
          provision_state: STRING,
          maintenance: FLAG,
          maintenance_reason: STRING_OR_NULL,
          last_error: STRING_OR_NULL,
          server: STRING_OR_NULL,
        }),
      ),
    ),
    { type: 'null' },
  ],
};

/** How many nodes a host has, and how many of them are in maintenance. */
export function nodeCounts(offered: HostFactsOffered | null): object | null {
  if (offered?.nodes === undefined) return null;
  const inMaintenance = offered.nodes.filter(({ maintenance }) => maintenance !== null);
  return { total: offered.nodes.length, in_maintenance: inMaintenance.length };
}

/** Each node, by name, with the one of `servers` that is on it. */
export function nodeBodies(nodes: readonly HostNode[], servers: readonly GuestName[]): readonly object[] {
  const known = new Set<string>(servers.map(({ id }) => id));
  return nodes
    .toSorted((a, b) => (a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1))
    .map((node) => ({
      id: node.id,
      name: node.name,
      power_state: node.powerState === POWER_STATE.noState ? 'unknown' : powerStateWord(node.powerState),
      provision_state: node.provision,
      maintenance: node.maintenance !== null,
      maintenance_reason: node.maintenance === '' ? null : node.maintenance,
      last_error: node.lastError,
      // What is on it may have been left alone: no server was made of it.
      server: node.guest !== null && known.has(node.guest) ? node.guest : null,
    }));
}
