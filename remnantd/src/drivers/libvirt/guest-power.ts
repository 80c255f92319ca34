// How a guest comes up and goes down on libvirt. Each start of its QEMU gets new ports and, unless it goes on from memory that
// was put away, an empty console log.
// Invariant: a QEMU that runs keeps the ports and the log that it has.

import type { ServerId } from '../../model/ids.ts';
import type { ConsoleLogs } from './console-log.ts';
import { ERROR, FLAG } from './constants.ts';
import { LibvirtError, UnansweredError } from './errors.ts';
import { begun, nullIfOff } from './faults.ts';
import type { GuestPorts } from './guest-ports.ts';
import { isOurs } from './ownership.ts';
import { isOff } from './power-states.ts';
import { type DomainRef, PROCEDURES, type Procedure } from './procedures.ts';

/** Calls libvirt; without a bound of its own, within what a call that only reads may take. */
export type BoundedCall = <Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, timeoutMs?: number) => Promise<Ret>;

/** Does `work` on a guest; what it throws becomes a DriverFault, and so does an id that is no UUID. */
export type Guarded = <T>(id: ServerId, work: (dom: DomainRef) => Promise<T>) => Promise<T>;

/** What power needs of its driver. */
export interface GuestPowerDeps {
  readonly call: BoundedCall;
  readonly logs: ConsoleLogs;
  readonly ports: GuestPorts;
}

/** How long a guest that runs has to go down by itself before its power is cut, so that its disk is whole. */
export const GRACE_MS = 10_000;
/** Calls that wait for QEMU may wait for it to be killed. */
export const ACT_MS = 60_000;
/** Memory comes from a disk. */
const RESTORE_MS = 600_000;

/** Turns guests on and off. Methods reject with whatever the call does; `dom` and `id` name the same guest. */
export class GuestPower {
  readonly #deps: GuestPowerDeps;
  /** Who waits for a guest to stop, by its id. */
  readonly #waiting = new Map<ServerId, Set<() => void>>();

  constructor(deps: GuestPowerDeps) {
    this.#deps = deps;
  }

  /** Its state, libvirt's number. */
  async state(dom: DomainRef): Promise<number> {
    return (await this.#deps.call(PROCEDURES.domainGetState, { dom, flags: 0 })).state;
  }

  /** True if its memory was put away: it goes on there when it is started. */
  async isPutAway(dom: DomainRef): Promise<boolean> {
    const { result } = await this.#deps.call(PROCEDURES.domainHasManagedSaveImage, { dom, flags: 0 });
    return result === 1;
  }

  /** Starts a guest, `anew`: what was put away of its memory is lost. libvirt refuses one that is not off. */
  async start(id: ServerId, dom: DomainRef, anew = false): Promise<void> {
    const { call, logs, ports } = this.#deps;
    if (isOff(await this.state(dom)) && (await isOurs(dom, call))) {
      if (anew || !(await this.isPutAway(dom))) await logs.prepare(id);
      await ports.prepare(id);
    }
    await call(
      PROCEDURES.domainCreateWithFlags,
      { dom, flags: anew ? FLAG.VIR_DOMAIN_START_FORCE_BOOT : 0 },
      RESTORE_MS,
    );
  }

  /** Cuts the power; one that is off is fine. */
  async cut(dom: DomainRef): Promise<void> {
    await this.#deps.call(PROCEDURES.domainDestroyFlags, { dom, flags: 0 }, ACT_MS).catch(nullIfOff);
  }

  /**
   * Asks the guest to go down, through its agent or its power button, and waits up to `withinMs`: true if it is off then. One that
   * libvirt refuses to ask is not waited for.
   */
  async goDown(id: ServerId, dom: DomainRef, withinMs: number): Promise<boolean> {
    const stopped = this.#stopped(id, withinMs);
    try {
      // libvirt has the agent's answer to wait for, where there is an agent.
      const asked = this.#deps.call(PROCEDURES.domainShutdownFlags, { dom, flags: 0 }, withinMs);
      const hears = await asked.then(() => true, mayHear);
      const isDown = async () => isOff(await this.state(dom).catch(begun));
      if (await isDown()) return true;
      if (!hears) return false;
      await stopped.over;
      return await isDown();
    } finally {
      stopped.cancel();
    }
  }

  /** Has it go down by itself if it does so within `withinMs`, else cuts its power. */
  async takeDown(id: ServerId, dom: DomainRef, withinMs: number): Promise<void> {
    if (!(await this.goDown(id, dom, withinMs))) await this.cut(dom).catch(begun);
  }

  /** To be called for each guest that stopped. */
  noteStop(id: ServerId): void {
    for (const wake of this.#waiting.get(id) ?? []) wake();
  }

  /** Resolves when `id` is told to have stopped, or after `withinMs`. */
  #stopped(id: ServerId, withinMs: number): { readonly over: Promise<void>; cancel(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting.add(resolve));
    const timer = setTimeout(resolve, withinMs);
    return {
      over: promise,
      cancel: () => {
        clearTimeout(timer);
        waiting.delete(resolve);
        if (waiting.size === 0) this.#waiting.delete(id);
      },
    };
  }
}

/** Whether a guest that was asked to go down, in vain so far, may have heard: nobody answered in time. False where libvirt said no. */
function mayHear(error: unknown): boolean {
  if (error instanceof UnansweredError && error.asked === 'maybe') return true;
  if (error instanceof LibvirtError && error.code !== ERROR.VIR_ERR_NO_DOMAIN) return false;
  throw error;
}
