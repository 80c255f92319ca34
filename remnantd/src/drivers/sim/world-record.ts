// The state of a simulated data centre and the records that change it. A record is applied the same way when it happens
// and when the journal is replayed, so what a restarted process finds is what the killed one had.

import type { HostName, ServerId } from '../../model/ids.ts';
import type { PowerState } from '../../model/power-state.ts';
import type { GuestSpec } from '../driver.ts';
import type { Kernel } from './behaviours.ts';

/** A guest, on the one host that has it. Changed by `applyRecord` alone. */
export interface SimGuest extends Readonly<SimGuestState> {
  readonly spec: GuestSpec;
  /** False for one that was there before Remnant. */
  readonly ours: boolean;
  /** The serial console's text, its oldest part cut off at CONSOLE_LIMIT. */
  readonly console: string;
}

/** The part of a guest that changes. Times are wall clock in ms. */
export interface SimGuestState {
  powerState: PowerState;
  kernel: Kernel;
  bootedAt: number;
  /** An NMI that waits for a paused guest to resume; a second one adds nothing. */
  nmiLatched: boolean;
  /** The next step of the guest's reaction to an NMI, by its index in the behaviour, and when it is due. */
  reaction: { readonly step: number; readonly dueAt: number } | null;
}

/** One line of the world's journal. */
export type WorldRecord =
  | { readonly op: 'made'; readonly host: HostName; readonly guest: SimGuest }
  | {
      readonly op: 'changed';
      readonly host: HostName;
      readonly id: ServerId;
      readonly to: Partial<SimGuestState>;
      readonly print?: string;
    }
  | { readonly op: 'gone'; readonly host: HostName; readonly id: ServerId };

/** All guests, by host and id. */
export type SimGuests = Map<HostName, Map<ServerId, SimGuest>>;

/** How many characters of a console are kept. */
export const CONSOLE_LIMIT = 256 * 1024;

/** The guests on `host`, in the order they were made. */
export function guestsOn(guests: SimGuests, host: HostName): Map<ServerId, SimGuest> {
  let here = guests.get(host);
  if (here === undefined) {
    here = new Map();
    guests.set(host, here);
  }
  return here;
}

/** Makes `record` true in `guests`; one about a guest that is not there changes nothing. */
export function applyRecord(guests: SimGuests, record: WorldRecord): void {
  const here = guestsOn(guests, record.host);
  switch (record.op) {
    case 'made':
      here.set(record.guest.spec.id, { ...record.guest });
      return;
    case 'gone':
      here.delete(record.id);
      return;
    case 'changed': {
      const guest = here.get(record.id);
      if (guest === undefined) return;
      const text = guest.console + (record.print ?? '');
      Object.assign(guest, record.to, { console: text.slice(-CONSOLE_LIMIT) });
    }
  }
}

/** The fewest records that make `guests` from nothing. */
export function* recordsOf(guests: SimGuests): Generator<WorldRecord> {
  for (const [host, here] of guests) {
    for (const guest of here.values()) yield { op: 'made', host, guest };
  }
}
