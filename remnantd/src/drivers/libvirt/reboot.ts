// Boots a guest anew, or leaves it off: as it goes down by itself, or with its power cut.

import type { ServerId } from '../../model/ids.ts';
import type { RebootGuest } from '../guest-life.ts';
import { begun } from './faults.ts';
import type { Guarded, GuestPower } from './guest-power.ts';
import { isRunning } from './power-states.ts';
import type { DomainRef } from './procedures.ts';

/** What rebooting needs of its driver. */
export interface RebootDeps {
  readonly guarded: Guarded;
  readonly power: GuestPower;
}

/** The ability. */
export function rebootGuest({ guarded, power }: RebootDeps): RebootGuest {
  const hard = async (id: ServerId, dom: DomainRef): Promise<void> => {
    await power.cut(dom);
    await power.start(id, dom, true).catch(begun);
  };
  const askFirst = async (id: ServerId, dom: DomainRef, waitMs: number, then: () => Promise<void>): Promise<void> => {
    // One that is off or paused, or has crashed, hears nothing.
    if (!isRunning(await power.state(dom))) return then();
    await power.takeDown(id, dom, waitMs);
    await then().catch(begun);
  };
  return {
    soft: (id, waitMs) => guarded(id, (dom) => askFirst(id, dom, waitMs, () => hard(id, dom))),
    hard: (id) => guarded(id, (dom) => hard(id, dom)),
    down: (id, waitMs) => guarded(id, (dom) => askFirst(id, dom, waitMs, () => power.cut(dom))),
  };
}
