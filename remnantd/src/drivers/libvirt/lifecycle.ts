// Turns what libvirt says of a domain into what a driver tells: one table from lifecycle events to kinds and words, and a
// memory short enough to make one `rebooted` of the several resets that one reboot gives.

import { asId, type ServerId } from '../../model/ids.ts';
import type { GuestEvent, GuestEventKind } from '../driver.ts';
import { LIFECYCLE } from './constants.ts';

interface Row {
  /** Null for what is no event of its own here. */
  readonly kind: GuestEventKind | null;
  readonly words: string;
  /** By libvirt's detail number, in the words virsh has for them. */
  readonly details: readonly string[];
}

const suspendedDetails = [
  'Paused',
  'Migrated',
  'I/O Error',
  'Watchdog',
  'Restored',
  'Snapshot',
  'API error',
  'Post-copy',
  'Post-copy Error',
];

const rows: ReadonlyMap<number, Row> = new Map([
  [
    LIFECYCLE.VIR_DOMAIN_EVENT_DEFINED,
    { kind: 'defined', words: 'Defined', details: ['Added', 'Updated', 'Renamed', 'Snapshot'] },
  ],
  [LIFECYCLE.VIR_DOMAIN_EVENT_UNDEFINED, { kind: 'undefined', words: 'Undefined', details: ['Removed', 'Renamed'] }],
  [
    LIFECYCLE.VIR_DOMAIN_EVENT_STARTED,
    { kind: 'started', words: 'Started', details: ['Booted', 'Migrated', 'Restored', 'Snapshot', 'Event wakeup'] },
  ],
  [LIFECYCLE.VIR_DOMAIN_EVENT_SUSPENDED, { kind: 'paused', words: 'Suspended', details: suspendedDetails }],
  [
    LIFECYCLE.VIR_DOMAIN_EVENT_RESUMED,
    {
      kind: 'resumed',
      words: 'Resumed',
      details: ['Unpaused', 'Migrated', 'Snapshot', 'Post-copy', 'Post-copy Error'],
    },
  ],
  [
    LIFECYCLE.VIR_DOMAIN_EVENT_STOPPED,
    {
      kind: 'stopped',
      words: 'Stopped',
      details: ['Shutdown', 'Destroyed', 'Crashed', 'Migrated', 'Saved', 'Failed', 'Snapshot'],
    },
  ],
  // The guest asked for it; it is off only with the `Stopped` that follows.
  [LIFECYCLE.VIR_DOMAIN_EVENT_SHUTDOWN, { kind: null, words: 'Shutdown', details: [] }],
  [LIFECYCLE.VIR_DOMAIN_EVENT_PMSUSPENDED, { kind: 'paused', words: 'PMSuspended', details: ['Memory', 'Disk'] }],
] satisfies [number, Row][]);

const crashes: ReadonlyMap<number, readonly [GuestEventKind, string]> = new Map([
  [LIFECYCLE.VIR_DOMAIN_EVENT_CRASHED_PANICKED, ['panicked', 'Crashed Panicked']],
  [LIFECYCLE.VIR_DOMAIN_EVENT_CRASHED_CRASHLOADED, ['crashloaded', 'Crashed Crashloaded']],
] satisfies [number, readonly [GuestEventKind, string]][]);

/**
 * What lifecycle event `event` with `detail` (libvirt's numbers) is, in virsh's words such as `Stopped Destroyed`;
 * null for one that is told by another, or that this version does not know.
 */
export function lifecycleKind(event: number, detail: number): { kind: GuestEventKind; detail: string } | null {
  if (event === LIFECYCLE.VIR_DOMAIN_EVENT_CRASHED) {
    const crash = crashes.get(detail);
    return crash === undefined ? null : { kind: crash[0], detail: crash[1] };
  }
  const row = rows.get(event);
  if (row === undefined || row.kind === null) return null;
  return { kind: row.kind, detail: `${row.words} ${row.details[detail] ?? detail}` };
}

/** How long, in ms, further resets of a guest count as the same reboot. */
const sameRebootMs = 1_000;

/** Makes one event of the 2 to 5 that libvirt sends for one reboot. */
export class Reboots {
  readonly #last = new Map<string, number>();

  /** The event to tell for a reset of `uuid` seen at `at` (wall clock, ms), or null if it belongs to the one before. */
  seen(uuid: string, at: number): GuestEvent | null {
    for (const [each, then] of this.#last) if (Math.abs(at - then) >= sameRebootMs) this.#last.delete(each);
    const again = this.#last.has(uuid);
    this.#last.set(uuid, at);
    return again ? null : { guest: asId<ServerId>(uuid), kind: 'rebooted', detail: 'Rebooted', at };
  }
}
