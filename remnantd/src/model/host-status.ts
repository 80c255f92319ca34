// The truth about a host in one word, by Nova's exact precedence (nova/compute/api.py get_instance_host_status; where the
// API reference differs from the code, the code wins): no host or no service, forced down, disabled, fresh, stale.

/** `host_status` of a server; '' when it has no host or its host no service. */
export type HostStatus = 'UP' | 'DOWN' | 'MAINTENANCE' | 'UNKNOWN' | '';

/** What decides it. */
export interface HostFacts {
  readonly forcedDown: boolean;
  readonly disabled: boolean;
  /** True if the host's agent was heard within the configured time, and knows how its guests are. */
  readonly heard: boolean;
}

/** The status for a host with these facts; null means no host, or no service on it. */
export function hostStatus(facts: HostFacts | null): HostStatus {
  if (facts === null) return '';
  if (facts.forcedDown) return 'DOWN';
  if (facts.disabled) return 'MAINTENANCE';
  return facts.heard ? 'UP' : 'UNKNOWN';
}
