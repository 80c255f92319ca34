// The state of a simulated data centre and the records that change it. A record is applied the same way when it happens
// and when the journal is replayed, so what a restarted process finds is what the killed one had.

import type { CommandId, HostName, ServerId } from '../../model/ids.ts';
import type { PowerState } from '../../model/power-state.ts';
import type { GuestPort, GuestSpec, RescueBoot } from '../driver.ts';
import type { Kernel } from './behaviours.ts';
import type { FlatDump } from './flat-dump.ts';

/** A guest, on the one host that has it. Changed by `applyRecord` alone. */
export interface SimGuest extends Readonly<SimGuestState> {
  /** False for one that was there before Remnant. */
  readonly ours: boolean;
  /** The serial console's text, its oldest part cut off at CONSOLE_LIMIT. */
  readonly console: string;
}

/** The part of a guest that changes. Times are wall clock in ms. */
export interface SimGuestState {
  /** What it was made as; a resize changes its size. */
  spec: GuestSpec;
  powerState: PowerState;
  kernel: Kernel;
  bootedAt: number;
  /** An NMI that waits for a paused guest to resume; a second one adds nothing. */
  nmiLatched: boolean;
  /** Paused because its memory is being written, and only so: it goes on when that ends, or whoever wrote it does. */
  held?: boolean;
  /** The next step of the guest's reaction to an NMI, by its index in the behaviour, and when it is due: null while it waits. */
  reaction: { readonly step: number; readonly dueAt: number | null } | null;
  ports: PortsState;
  /** What was put away of a guest that is suspended: it is off meanwhile. Journals of before there was that say nothing of it. */
  saved?: SavedState | null;
  /** What a guest is rescued with, for as long as it is. */
  rescue?: RescueBoot | null;
  /** Where it can be reached, drawn when it was made; it keeps it. Without a network it has none. */
  address?: SimAddress | null;
}

/** What a suspended guest goes on with. */
export interface SavedState extends Pick<SimGuestState, 'kernel' | 'ports'> {
  /** The step of its behaviour that it was waiting for; null for none. */
  readonly step: number | null;
}

/** Where a guest can be reached. */
export interface SimAddress {
  readonly addr: string;
  readonly mac: string;
}

/** What a guest does with its ports. */
export interface PortsState {
  readonly open: readonly GuestPort[];
  /** Lines for the status port that nobody has read yet. */
  readonly said: string;
  /** The dump that the guest is writing, how far it was read, and how far it is to be written; the guest waits for that. */
  readonly writing: { readonly dump: FlatDump; readonly at: number; readonly until: number } | null;
}

/** Ports that nobody touched. */
export const NO_PORTS: PortsState = { open: [], said: '', writing: null };

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
  | { readonly op: 'gone'; readonly host: HostName; readonly id: ServerId }
  | { readonly op: 'disk'; readonly folder: string; readonly id: ServerId; readonly disk: SimDisk | null };

/** A root disk, in a folder that hosts may share. */
export interface SimDisk {
  readonly making: CommandId | null;
  /** The last command that took it over for another host's guest. */
  readonly taken?: CommandId;
  /** The host whose guest it is, or was last. */
  readonly by: HostName;
}

/** All disks, by folder and id. */
export type DiskFolders = Map<string, Map<ServerId, SimDisk>>;

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

/** The disks in `folder`. */
export function disksIn(disks: DiskFolders, folder: string): Map<ServerId, SimDisk> {
  let here = disks.get(folder);
  if (here === undefined) {
    here = new Map();
    disks.set(folder, here);
  }
  return here;
}

/** Makes `record` true in `guests` and `disks`; one about a guest that is not there changes nothing. */
export function applyRecord(guests: SimGuests, record: WorldRecord, disks: DiskFolders = new Map()): void {
  if (record.op === 'disk') {
    const there = disksIn(disks, record.folder);
    if (record.disk === null) there.delete(record.id);
    else there.set(record.id, record.disk);
    return;
  }
  const here = guestsOn(guests, record.host);
  switch (record.op) {
    case 'made':
      // Journals of before there were ports say nothing of them.
      here.set(record.guest.spec.id, { ...record.guest, ports: record.guest.ports ?? NO_PORTS });
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

/** The fewest records that make `guests` and `disks` from nothing. */
export function* recordsOf(guests: SimGuests, disks: DiskFolders = new Map()): Generator<WorldRecord> {
  for (const [folder, here] of disks) {
    for (const [id, disk] of here) yield { op: 'disk', folder, id, disk };
  }
  for (const [host, here] of guests) {
    for (const guest of here.values()) yield { op: 'made', host, guest };
  }
}
