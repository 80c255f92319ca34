// The abilities that change what a guest does: make, pause, an NMI, reset, suspend, reboot, rescue, resize. A part of the contract of `driver.ts`, as
// which drivers implement it; who uses a driver finds them there.

import type { FoundDisk } from '../model/command.ts';
import type { ServerId } from '../model/ids.ts';
import type { PowerState } from '../model/power-state.ts';
import type { GuestSize, GuestSpec, Order, RescueBoot } from './driver.ts';

/** The ability to make guests. */
export interface MakeGuest {
  /** Makes and starts a guest. A failure leaves nothing behind. Throws DriverFault. */
  create(spec: GuestSpec, order: Order): Promise<void>;
  /**
   * The root disk that lies here for a guest, whole, whichever host made it; null: there is none. Throws DriverFault `failed` for one
   * that cannot be used.
   */
  findDisk(guest: ServerId): Promise<FoundDisk | null>;
  /** Throws DriverFault `failed` while a guest, of whichever host, runs on the root disk that lies here; where none does, or none lies, it is fine. */
  requireFreeDisk(guest: ServerId): Promise<void>;
  /**
   * As `create`, on the disk that `findDisk` finds, whatever `spec` says of one; it stays what it is, and a failure leaves it so, for
   * whoever else has it: a guest of another host that runs on it, say, which is a fault.
   */
  createOnDisk(spec: GuestSpec, order: Order): Promise<void>;
}

/** The ability to have a guest stand still, and go on. */
export interface PauseGuest {
  /** Throws DriverFault `not-found`, `not-running`, `connection-lost`, `failed`; one that is paused is success. */
  pause(guest: ServerId, order: Order): Promise<void>;
  /** Throws DriverFault as `pause`; one that runs is success. */
  unpause(guest: ServerId, order: Order): Promise<void>;
}

/** The ability to send a non-maskable interrupt, and what asking for one means here. */
export interface InjectNmi {
  /** `exactly-asked`: one call, one NMI. `at-least-once`: the other side may resend it. */
  readonly asking: 'exactly-asked' | 'at-least-once';
  /** True if a paused guest keeps the NMI until it resumes. */
  readonly latchedWhilePaused: boolean;
  /** How long the call itself may take, in ms; after that its answer is unknown. */
  readonly boundMs: number;
  /** The power state that `Driver.guest` gives, where it is to be had for less. Throws DriverFault as that. */
  readonly powerState?: (guest: ServerId) => Promise<PowerState>;
  /**
   * Sends one NMI. Resolves when the hypervisor took it, which says nothing of what the guest did with it. Throws DriverFault:
   * `not-found`, `not-running`, `not-supported`, `failed`, or `connection-lost`, whose `asked` tells whether the NMI may have gone out.
   * `stillGood` is called right before the hypervisor is asked, behind all that takes time; what it throws is thrown, unasked. One that
   * answers that it did nothing, for now, may be asked again, `stillGood` being called before each time.
   */
  send(guest: ServerId, order: Order, stillGood?: () => void): Promise<void>;
}

/** The ability to reset a guest, as its reset button would. */
export interface ResetGuest {
  /**
   * Makes a guest that is not off boot anew, whatever it was doing: a paused or crashed one runs again. It keeps its ports, and is
   * told as `rebooted`. Throws DriverFault `not-found`, `not-running`, `connection-lost`, `failed`.
   */
  reset(guest: ServerId, order: Order): Promise<void>;
}

/** The ability to put a guest's memory away, and go on later where it was. */
export interface SuspendGuest {
  /** A guest that is not off is off afterwards, and forgets nothing. Throws DriverFault `not-found`, `not-running`, `connection-lost`, `failed`. */
  suspend(guest: ServerId, order: Order): Promise<void>;
  /**
   * The guest runs where it was, as it does after `powerOn`; one that runs is success, and one that is off without having been
   * suspended is started. Throws DriverFault as `suspend`, but for `not-running`.
   */
  resume(guest: ServerId, order: Order): Promise<void>;
}

/** The ability to boot a guest anew, and to have it go down by itself. */
export interface RebootGuest {
  /**
   * Asks a running guest to go down, waits up to `waitMs` until it has, and starts it. One that does not go down is then rebooted
   * as by `hard`; one that does not run hears nothing, and is at once. Throws DriverFault `not-found`, `connection-lost`, `failed`.
   */
  soft(guest: ServerId, waitMs: number, order: Order): Promise<void>;
  /** Cuts its power and starts it, whatever it was doing; what was put away of its memory is lost. Throws DriverFault as `soft`. */
  hard(guest: ServerId, order: Order): Promise<void>;
  /**
   * Asks a running guest to go down, as `soft`, and leaves it off; one that does not go down, or does not run, is powered off. Absent
   * where no guest has anything to lose. Throws DriverFault as `soft`.
   */
  down?(guest: ServerId, waitMs: number, order: Order): Promise<void>;
}

/** The ability to boot a guest from something else, its own disk beside it. */
export interface RescueGuest {
  /**
   * Whatever the guest was doing, it runs what it is rescued with, until `unrescue`: its power may be cut and come back meanwhile.
   * One that is rescued already runs the new one. A failure leaves it off, as it was defined. Throws DriverFault.
   */
  rescue(guest: ServerId, from: RescueBoot, order: Order): Promise<void>;
  /** The guest runs from its own again, booted anew if it was rescued; what it was rescued with is removed. Throws DriverFault. */
  unrescue(guest: ServerId, order: Order): Promise<void>;
}

/** The ability to give a guest another size. */
export interface ResizeGuest {
  /**
   * One that is not off is off meanwhile and runs afterwards; one that is off stays so, and one that is suspended or rescued is
   * `failed`. A failure leaves it as it was. Throws DriverFault.
   */
  resize(guest: ServerId, size: GuestSize, order: Order): Promise<void>;
}
