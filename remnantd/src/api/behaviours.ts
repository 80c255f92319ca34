// Behaviours that came with a microversion and are not a field or a schema. Each has a name here; the number stands nowhere else.

import type { VersionSpan } from '../model/microversion.ts';
import { within } from '../model/microversion.ts';

/** All behaviours, by name. */
export const BEHAVIOURS = {
  /** A server's description is what its owner wrote; until then it is the name. */
  'own-description': { since: '2.19' },
  /** Everyone may filter servers by IPv6 address. */
  'ip6-filter': { since: '2.5' },
  /** A status filter that is no status is refused instead of matching nothing. */
  'strict-status-filter': { since: '2.38' },
  /** Unknown query parameters are refused. */
  'strict-query': { since: '2.75' },
  /** Instance actions of deleted servers can be read. */
  'actions-of-deleted': { since: '2.21' },
  /** Everyone who may see an action sees its events. */
  'events-for-all': { since: '2.51' },
  /** Instance actions are paged, and their unknown query parameters refused. */
  'paged-actions': { since: '2.58' },
  /** Changes-before is understood beside changes-since. */
  'changes-before': { since: '2.66' },
  /** Usage is reported in pages. */
  'paged-usage': { since: '2.40' },
  /** Services go by UUID, and are changed in one way. */
  'service-uuid': { since: '2.53' },
  /** Hypervisors are listed in pages. */
  'paged-hypervisors': { since: '2.33' },
  /** Hypervisors go by UUID; what was searched on paths of its own is asked for in the query. */
  'hypervisor-uuid': { since: '2.53' },
  /** Servers that were asked for are there even where there are none. */
  'empty-servers': { since: '2.75' },
  /** Hypervisors show their uptime in full. */
  'hypervisor-uptime': { since: '2.88' },
  /** Services can be forced down. */
  'force-down': { since: '2.11' },
  /** A lock has a reason, and servers can be filtered by being locked. */
  'lock-reason': { since: '2.73' },
  /** Non-admins may filter servers by their states and times. */
  'more-filters': { since: '2.83' },
  /** Migrations are listed in pages, newest first. */
  'paged-migrations': { since: '2.59' },
  /** A host that is named for an evacuation is asked whether it fits, unless it is forced. */
  'checked-evacuation': { since: '2.29' },
  /** A server that was evacuated is off, whatever it was. */
  'evacuated-stay-off': { since: '2.95' },
  /** A change of a server answers with all that a show does. */
  'uniform-replies': { since: '2.75' },
  /** Everyone may filter servers by host name. */
  'hostname-filter': { since: '2.90' },
  /** Swap of 0 is shown as a number. */
  'swap-number': { since: '2.75' },
  /** Only a flavor that is not public can be given to a project. */
  'private-access-only': { since: '2.7' },
  /** Extra specs that are known must have values that they can have. */
  'checked-specs': { since: '2.86' },
  /** Key pairs have a type, and other codes of success. */
  'keypair-types': { since: '2.2' },
  /** Key pairs of other users can be asked for. */
  'keys-of-others': { since: '2.10' },
  /** Key pairs are paged. */
  'paged-keypairs': { since: '2.35' },
  /** A server group has one policy with rules, in the place of a list of one. */
  'group-policy': { since: '2.64' },
} as const satisfies Record<string, VersionSpan>;

/** A behaviour's name. */
export type Behaviour = keyof typeof BEHAVIOURS;

/** True if microversion 2.`version` behaves so. */
export function behaves(version: number, behaviour: Behaviour): boolean {
  return within(version, BEHAVIOURS[behaviour]);
}
