// What goes into the evidence journal right before an NMI is asked for: what of the guest can be seen, how it was found, and the
// mark behind which everything counts as come of it.

import type { Driver } from '../drivers/driver.ts';
import type { CommandId, ServerId } from '../model/ids.ts';
import type { PowerState } from '../model/power-state.ts';
import { powerStateWord } from '../model/power-state.ts';
import type { Evidence } from '../model/wire.ts';

/** An NMI that is about to be asked for. */
export interface NmiToNote {
  readonly server: ServerId;
  readonly command: CommandId;
  readonly found: PowerState;
  /** In words of a driver's `Sight`, and `look`. */
  readonly sight: string;
  readonly asking: NonNullable<Driver['injectNmi']>['asking'] | undefined;
  /** Wall clock, ms. */
  readonly at: number;
}

/** The entries, in order. */
export function nmiEntries({ server, command, found, sight, asking, at }: NmiToNote): Omit<Evidence, 'seq'>[] {
  const often = asking === 'at-least-once';
  const detail = `about to ask for the NMI${often ? ', which may be sent more than once' : ''}`;
  return [
    { server, command, kind: 'watch', detail: sight, at },
    { server, kind: 'state', detail: powerStateWord(found), at },
    { server, command, kind: 'nmi-asked', detail, at, ...(often ? { facts: { asking } } : {}) },
  ];
}
