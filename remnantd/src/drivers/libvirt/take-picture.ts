// A picture of a guest's screen, by libvirt's screenshot. libvirtd takes only a few calls of one connection at a time, and one
// whose QEMU hangs is held for as long as it does.
// Invariant: no second picture is asked for before libvirtd is through with the first, so pictures never keep it from an NMI.

import { DriverFault } from '../driver.ts';
import type { ReadVitals } from '../guest-view.ts';
import { ERROR } from './constants.ts';
import { lookFault, saidNo } from './faults.ts';
import type { Guarded } from './guest-power.ts';
import type { ReceiveBounds, Received, Receiving } from './incoming-stream.ts';
import { pictureOf } from './picture-format.ts';
import { type Call, type DomainRef, PROCEDURES, READ_STREAMS, type ReadStream } from './procedures.ts';
import { Slots } from './slots.ts';

/** Receives what comes behind a call. */
export type Receive = <Args, Ret>(
  procedure: ReadStream<Args, Ret>,
  args: Args,
  bounds: ReceiveBounds,
) => Receiving<Ret>;

/** What taking pictures needs of its driver. `guarded` makes faults of whatever is thrown. */
export interface TakePictureDeps {
  readonly call: Call;
  readonly receive: Receive;
  readonly guarded: Guarded;
}

const MOST_AT_ONCE = 1;
/** Nobody waits longer for one, whatever they say. */
const LONGEST_MS = 30_000;
/** More than a screen of 3840 by 2160 has. */
const MOST_BYTES = 32 * 1024 * 1024;

/** The part of `ReadVitals` that looks at a screen. */
export function takePicture({ call, receive, guarded }: TakePictureDeps): NonNullable<ReadVitals['picture']> {
  const slots = new Slots(MOST_AT_ONCE);

  const screenshot = async (dom: DomainRef, until: AbortSignal) => {
    const { promise, resolve, reject } = Promise.withResolvers<Received<{ readonly mime: string | null }>>();
    const turn = slots.take(dom.uuid, until, async () => {
      const bounds = { mostBytes: MOST_BYTES, until };
      const { whole, over } = receive(READ_STREAMS.domainScreenshot, { dom, screen: 0, flags: 0 }, bounds);
      whole.then(resolve, reject);
      await over;
    });
    turn.catch(reject);
    return promise;
  };

  return (id, until) =>
    guarded(id, async (dom) => {
      const longest = AbortSignal.timeout(LONGEST_MS);
      try {
        const { ret, bytes } = await screenshot(dom, until === undefined ? longest : AbortSignal.any([longest, until]));
        return pictureOf(ret.mime, bytes);
      } catch (error) {
        const state = async () => (await call(PROCEDURES.domainGetState, { dom, flags: 0 })).state;
        const fault = await lookFault(error, id, state);
        if (fault.code !== 'failed' || !saidNo(error, ERROR.VIR_ERR_OPERATION_INVALID)) throw fault;
        throw new DriverFault('not-supported', `Instance ${id} has no screen.`, { cause: error });
      }
    });
}
