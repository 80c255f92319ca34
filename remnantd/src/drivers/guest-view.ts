// The abilities that look at a guest from outside: what it printed, where it is, its counters and its screen. A part of the
// contract of `driver.ts`.

import type { ServerId } from '../model/ids.ts';
import type { VitalsSample } from '../model/vitals.ts';

/** The ability to read what a guest printed on its serial console. */
export interface ReadConsole {
  /** The last `lines` lines (all when null), control characters kept. Throws DriverFault `not-found` or `failed`. */
  read(guest: ServerId, lines: number | null): Promise<string>;
}

/** An address of a guest. */
export interface GuestAddress {
  /** The network's name on the host. */
  readonly network: string;
  readonly addr: string;
  readonly version: 4 | 6;
  readonly mac: string;
}

/** The ability to tell where a guest can be reached. */
export interface ReadAddresses {
  /** Its addresses now; none while it is off, null for one on no network. Throws DriverFault `not-found`, `connection-lost`, `failed`. */
  addresses(guest: ServerId): Promise<readonly GuestAddress[] | null>;
}

/** A picture of a guest's screen. */
export interface Picture {
  readonly format: 'ppm' | 'png';
  readonly bytes: Buffer;
}

/** The ability to look at a guest from outside, within a moment and without its help. */
export interface ReadVitals {
  /** Its counters now. Throws DriverFault `not-found`, `not-running`, `connection-lost`, `failed`. */
  sample(guest: ServerId): Promise<VitalsSample>;
  /**
   * Its screen now; absent where none can be had. Nobody waits for it any more once `until` aborts. Throws DriverFault as `sample`, and
   * `not-supported` for a guest without one.
   */
  picture?(guest: ServerId, until?: AbortSignal): Promise<Picture>;
}
