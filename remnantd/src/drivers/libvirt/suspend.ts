// Puts a guest's memory away, where libvirt keeps it (a managed save, which its owner alone may read), and goes on from there.

import type { SuspendGuest } from '../guest-life.ts';
import { ERROR, FLAG } from './constants.ts';
import { notRunning, saidNo } from './faults.ts';
import { ACT_MS, type BoundedCall, type Guarded, type GuestPower } from './guest-power.ts';
import { isOff, isRunning } from './power-states.ts';
import { PROCEDURES } from './procedures.ts';

/** What suspending needs of its driver. */
export interface SuspendDeps {
  readonly call: BoundedCall;
  readonly guarded: Guarded;
  readonly power: GuestPower;
}

/** All of a guest's memory goes to a disk. */
const SAVE_MS = 600_000;

/** The ability, by libvirt's managed save. */
export function suspendGuest({ call, guarded, power }: SuspendDeps): SuspendGuest {
  return {
    suspend: (id) =>
      guarded(id, async (dom) => {
        try {
          // It runs when it goes on, even if it was paused.
          await call(PROCEDURES.domainManagedSave, { dom, flags: FLAG.VIR_DOMAIN_SAVE_RUNNING }, SAVE_MS);
        } catch (error) {
          const refused = saidNo(error, ERROR.VIR_ERR_OPERATION_INVALID) && isOff(await power.state(dom));
          throw refused ? notRunning(id, error) : error;
        }
      }),
    resume: (id) =>
      guarded(id, async (dom) => {
        const state = await power.state(dom);
        if (isRunning(state)) return;
        if (isOff(state)) await power.start(id, dom);
        else await call(PROCEDURES.domainResume, { dom }, ACT_MS);
      }),
  };
}
