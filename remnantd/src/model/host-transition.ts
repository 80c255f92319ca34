// A change of what is known of a host, as it is stored: with its evidence, and in one order for all hosts.

import type { JsonObject } from '../lib/json.ts';
import type { HostCause } from './host-cause.ts';
import type { HostStatus } from './host-status.ts';
import type { HostName } from './ids.ts';

/** A transition that one API process has seen and that is not stored yet. */
export interface HostEdge {
  readonly host: HostName;
  readonly to: HostStatus;
  readonly cause: HostCause;
  /** What it stands on, for people and for the feed. */
  readonly evidence: JsonObject;
  /** Wall clock of the process that saw it, ms. */
  readonly at: number;
}

/** One that is stored. `seq` counts all of them in the order of their commits, `n` those of the host; both without gaps. */
export interface HostTransition extends HostEdge {
  readonly seq: number;
  readonly n: number;
  /** '' at the first one. */
  readonly from: HostStatus;
}

/** True if going from one to the other is worth telling: another status, or a disabled host that falls silent or is back. */
export function differs(
  one: { readonly to: HostStatus; readonly cause: HostCause } | null,
  other: { readonly to: HostStatus; readonly cause: HostCause },
): boolean {
  if (one === null || one.to !== other.to) return true;
  return (one.cause === 'disabled-silent') !== (other.cause === 'disabled-silent');
}
