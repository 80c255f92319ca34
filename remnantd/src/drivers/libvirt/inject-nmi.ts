// How an NMI is sent on libvirt: by exactly one call, which is never made again, to a daemon that has just answered.
// The look before it is one call as well: what else `guest` gives costs a trip to QEMU's monitor.

import { isUuid } from '../../model/ids.ts';
import type { InjectNmi } from '../guest-life.ts';
import { UnansweredError } from './errors.ts';
import { nmiFault, notFound } from './faults.ts';
import type { Guarded } from './guest-power.ts';
import { powerState } from './power-states.ts';
import { type DomainRef, PROCEDURES, type Procedure } from './procedures.ts';

/** The two calls of an NMI; together they are its bound. */
const checkMs = 3_000;
const sendMs = 7_000;

/** The ability to send an NMI, by `call`. */
export function injectNmi(
  call: <Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, timeoutMs: number) => Promise<Ret>,
  guarded: Guarded,
): InjectNmi {
  return {
    asking: 'exactly-asked',
    latchedWhilePaused: true,
    boundMs: checkMs + sendMs,
    powerState: (id) =>
      guarded(id, async (dom) => powerState((await call(PROCEDURES.domainGetState, { dom, flags: 0 }, checkMs)).state)),
    async send(id, _order, stillGood) {
      if (!isUuid(id)) throw notFound(id);
      const dom: DomainRef = { name: id, uuid: id, id: -1 };
      try {
        // A daemon that hangs keeps what it was sent and carries it out when it goes on, even with its client long gone.
        // So it must answer for this very guest first: an NMI is not left with one that does not.
        await call(PROCEDURES.domainGetState, { dom, flags: 0 }, checkMs).catch(notAsked);
        stillGood?.();
        await call(PROCEDURES.domainInjectNmi, { dom, flags: 0 }, sendMs);
      } catch (error) {
        throw nmiFault(error, id);
      }
    },
  };
}

/** For a call that asked for nothing: one that was not answered did nothing either. */
function notAsked(error: unknown): never {
  if (error instanceof UnansweredError) throw new UnansweredError('no', error.message, error);
  throw error;
}
