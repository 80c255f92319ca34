// A service: `nova-compute` on a host, as the os-services API shows it.

import type { HostName, ServiceId } from './ids.ts';

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
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Prefix of a disable that the service did by itself; only such a one is undone by itself (Nova's libvirt driver). */
export const AUTO_DISABLED = 'AUTO: ';
