// What goes into the evidence journal right before an NMI is asked for: what of the guest can be seen, how it was found, and the
// mark behind which everything counts as come of it.

import type { Driver } from '../drivers/driver.ts';
import type { CommandId, ServerId } from '../model/ids.ts';
import type { PowerState } from '../model/power-state.ts';
import { POWER_STATE, powerStateWord } from '../model/power-state.ts';
import type { Evidence } from '../model/wire.ts';
import type { Clock } from '../ports/clock.ts';
import type { CrashWatch } from './crash-watch.ts';
import type { EvidenceJournal } from './evidence-journal.ts';
import type { GuestAsking } from './guest-asking.ts';

/** Who is told of an NMI that is about to be asked for, and what it is noted in. */
export interface NoteNmiDeps {
  readonly driver: Driver;
  readonly clock: Clock;
  readonly crashes: CrashWatch;
  readonly asking: GuestAsking;
  readonly journal: EvidenceJournal;
}

/** Notes it, of a guest that was `found` so; resolves when that is on the disk and the guest's console is read, or cannot be. */
export async function noteNmi(
  { driver, clock, crashes, asking, journal }: NoteNmiDeps,
  server: ServerId,
  command: CommandId,
  found: PowerState,
): Promise<void> {
  const look = crashes.look(server);
  const latched = found === POWER_STATE.paused;
  const comesBack = asking.asked(server, latched);
  const sight = `${await look.sight}${comesBack ? ' look' : ''}`.trim();
  const isOften = driver.injectNmi?.asking === 'at-least-once';
  const at = clock.wall();
  const detail = `about to ask for the NMI${isOften ? ', which may be sent more than once' : ''}`;
  const entries: Omit<Evidence, 'seq'>[] = [
    // In words of a driver's `Sight`, and `look`.
    { server, command, kind: 'watch', detail: sight, at },
    { server, kind: 'state', detail: powerStateWord(found), at },
    { server, command, kind: 'nmi-asked', detail, at, ...(isOften ? { facts: { asking: 'at-least-once' } } : {}) },
  ];
  const noted = entries.map((entry) => journal.append(entry));
  crashes.asked(server, latched);
  await Promise.all([...noted, look.following]);
}
