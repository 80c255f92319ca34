// Behaviours that came with a microversion and are not a field or a schema. Each has a name here; the number stands nowhere else.

import type { VersionSpan } from '../model/microversion.ts';
import { within } from '../model/microversion.ts';

/** All behaviours, by name. */
export const BEHAVIOURS = {
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
  /** Services go by UUID, and are changed in one way. */
  'service-uuid': { since: '2.53' },
  /** Services can be forced down. */
  'force-down': { since: '2.11' },
  /** A lock has a reason, and servers can be filtered by being locked. */
  'lock-reason': { since: '2.73' },
  /** Non-admins may filter servers by their states and times. */
  'more-filters': { since: '2.83' },
  /** A change of a server answers with all that a show does. */
  'uniform-replies': { since: '2.75' },
  /** Everyone may filter servers by host name. */
  'hostname-filter': { since: '2.90' },
  /** Swap of 0 is shown as a number. */
  'swap-number': { since: '2.75' },
} as const satisfies Record<string, VersionSpan>;

/** A behaviour's name. */
export type Behaviour = keyof typeof BEHAVIOURS;

/** True if microversion 2.`version` behaves so. */
export function behaves(version: number, behaviour: Behaviour): boolean {
  return within(version, BEHAVIOURS[behaviour]);
}
