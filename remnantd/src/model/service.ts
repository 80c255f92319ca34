// A service: `nova-compute` on a host, as the os-services API shows it.

import type { HostName, ServiceId, UserId } from './ids.ts';

/** What runs servers on a host. */
export const COMPUTE = 'nova-compute';

/** A service row. Times are wall-clock milliseconds. */
export interface Service {
  /** The integer id of the API before 2.53. */
  readonly seq: number;
  readonly id: ServiceId;
  readonly host: HostName;
  readonly binary: string;
  readonly zone: string;
  readonly disabled: boolean;
  readonly disabledReason: string | null;
  readonly forcedDown: boolean;
  /** Who forced it down (a user's id), and when; null while nobody did, or where nobody wrote it down. */
  readonly forcedBy: UserId | null;
  readonly forcedAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Counts the changes of all services: of two readings of one service the one with the higher number is the newer. */
  readonly changed: number;
}

/** The zone of services that run no servers (Nova's internal_service_availability_zone). */
export const INTERNAL_ZONE = 'internal';

/** Prefix of a disable that the service did by itself; only such a one is undone by itself (Nova's libvirt driver). */
export const AUTO_DISABLED = 'AUTO: ';

/** True for a service that disabled itself. */
export function isAutoDisabled({ disabled, disabledReason }: Pick<Service, 'disabled' | 'disabledReason'>): boolean {
  return disabled && (disabledReason ?? '').startsWith(AUTO_DISABLED);
}
