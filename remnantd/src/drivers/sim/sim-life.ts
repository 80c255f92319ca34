// The verbs that put a simulated guest away, boot it anew, rescue it, give it another size, and tell where it is. Each looks at
// the guest again once the time that it takes is over: what was true when it was asked may not be so any more.

import type { ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import { type Driver, DriverFault, type GuestSize, type GuestSpec } from '../driver.ts';
import type { RebootGuest, RescueGuest, ResizeGuest, SuspendGuest } from '../guest-life.ts';
import type { ReadAddresses } from '../guest-view.ts';
import type { SimClock } from './clock.ts';
import { isStalled } from './reaction.ts';
import { SIM_NETWORK } from './sim-address.ts';
import type { SimHost } from './sim-host.ts';
import { addressMsOf, downMsOf, type SimVerb, scriptOf } from './verbs.ts';
import type { SimGuest } from './world-record.ts';

/** What these verbs need of their driver. */
export interface SimLifeDeps {
  readonly clock: Pick<SimClock, 'now'>;
  readonly host: SimHost;
  /** The guest, reached over the connection. Throws DriverFault. */
  readonly find: (id: ServerId) => SimGuest;
  /** Resolves after `ms`; rejects with a DriverFault when the connection breaks meanwhile. */
  readonly answer: (ms: number) => Promise<void>;
}

/** The abilities. */
export type SimLife = Required<Pick<Driver, 'suspend' | 'reboot' | 'rescue' | 'resize' | 'readAddresses'>>;

/** Has what a guest says of `verb` happen, and gives the guest as it is then. Throws DriverFault. */
export async function scripted(deps: SimLifeDeps, id: ServerId, verb: SimVerb): Promise<SimGuest> {
  const { takesMs, succeed } = scriptOf(deps.find(id).spec, verb);
  await deps.answer(takesMs);
  const guest = deps.find(id);
  succeed();
  return guest;
}

/** The abilities of one driver. */
export function simLife(deps: SimLifeDeps): SimLife {
  return {
    suspend: suspendGuest(deps),
    reboot: rebootGuest(deps),
    rescue: rescueGuest(deps),
    resize: resizeGuest(deps),
    readAddresses: readAddresses(deps),
  };
}

function suspendGuest(deps: SimLifeDeps): SuspendGuest {
  return {
    async suspend(id) {
      if (isOff(deps.find(id))) throw notRunning(id);
      const guest = await scripted(deps, id, 'suspend');
      if (isOff(guest)) throw notRunning(id);
      deps.host.save(guest);
    },
    async resume(id) {
      if (deps.find(id).powerState === POWER_STATE.running) return;
      const guest = await scripted(deps, id, 'resume');
      if (isOff(guest)) powerOn(deps.host, guest);
      else if (guest.powerState !== POWER_STATE.running) deps.host.unpause(guest);
    },
  };
}

function rebootGuest(deps: SimLifeDeps): RebootGuest {
  const { host, find, answer } = deps;
  const cutAndBoot = (guest: SimGuest): void => {
    if (!isOff(guest)) host.cutPower(guest);
    host.boot(guest);
  };
  return {
    async soft(id, waitMs) {
      const asked = await scripted(deps, id, 'reboot');
      // Who does not run hears nothing.
      if (asked.powerState !== POWER_STATE.running) return cutAndBoot(asked);
      const downMs = obeys(asked) ? downMsOf(asked.spec) : null;
      const goesDown = downMs !== null && downMs <= waitMs;
      await answer(goesDown ? downMs : waitMs);
      const guest = find(id);
      if (goesDown && guest.powerState === POWER_STATE.running && obeys(guest)) host.cutPower(guest, 'Shutdown');
      cutAndBoot(guest);
    },
    async hard(id) {
      cutAndBoot(await scripted(deps, id, 'reboot'));
    },
  };
}

function rescueGuest(deps: SimLifeDeps): RescueGuest {
  const { host } = deps;
  const cut = (guest: SimGuest): void => {
    if (!isOff(guest)) host.cutPower(guest);
  };
  return {
    async rescue(id, from) {
      const { takesMs, succeed } = scriptOf(deps.find(id).spec, 'rescue');
      await deps.answer(takesMs);
      const guest = deps.find(id);
      cut(guest);
      try {
        succeed();
      } catch (fault) {
        host.redefine(guest, { rescue: null });
        throw fault;
      }
      host.redefine(guest, { rescue: from });
      host.boot(guest);
    },
    async unrescue(id) {
      const guest = await scripted(deps, id, 'unrescue');
      // One that is not rescued, and runs, is what it is to be already.
      if (!isRescued(guest) && guest.powerState === POWER_STATE.running) return;
      cut(guest);
      if (isRescued(guest)) host.redefine(guest, { rescue: null });
      powerOn(host, guest);
    },
  };
}

function resizeGuest(deps: SimLifeDeps): ResizeGuest {
  const { host } = deps;
  return {
    async resize(id, size) {
      const guest = await scripted(deps, id, 'resize');
      if (isSuspended(guest)) {
        throw new DriverFault('failed', `Requested operation is not valid: the memory of instance ${id} was put away`);
      }
      if (isRescued(guest)) {
        throw new DriverFault('failed', `Requested operation is not valid: instance ${id} is being rescued`);
      }
      const runs = !isOff(guest);
      if (runs) host.cutPower(guest);
      host.redefine(guest, { spec: resized(guest.spec, size) });
      if (runs) host.boot(guest);
    },
  };
}

function readAddresses({ clock, find }: SimLifeDeps): ReadAddresses {
  return {
    async addresses(id) {
      const guest = find(id);
      const after = addressMsOf(guest.spec);
      const { address } = guest;
      if (address === null || address === undefined) return null;
      if (after === null || isOff(guest)) return [];
      if (clock.now() - guest.bootedAt < after) return [];
      return [{ network: SIM_NETWORK, version: 4, ...address }];
    },
  };
}

/** Starts a guest that is off: one that was put away goes on where it was. */
export function powerOn(host: SimHost, guest: SimGuest): void {
  if (isSuspended(guest)) host.restore(guest);
  else host.boot(guest);
}

/** A guest of that size; its disk, where it has one, never gets smaller. */
function resized(spec: GuestSpec, { vcpus, memoryMb, diskGb }: GuestSize): GuestSpec {
  const disk = spec.disk === undefined ? {} : { disk: { ...spec.disk, sizeGb: Math.max(spec.disk.sizeGb, diskGb) } };
  return { ...spec, vcpus, memoryMb, ...disk };
}

/** True for a guest that hears when it is asked to go down. */
function obeys(guest: SimGuest): boolean {
  return guest.kernel === 'up' && !isStalled(guest);
}

function isOff(guest: SimGuest): boolean {
  return guest.powerState === POWER_STATE.shutdown;
}

function isSuspended(guest: SimGuest): boolean {
  return guest.saved !== null && guest.saved !== undefined;
}

function isRescued(guest: SimGuest): boolean {
  return guest.rescue !== null && guest.rescue !== undefined;
}

/** The fault of a verb that needs a guest that is not off. */
export function notRunning(id: ServerId): DriverFault {
  return new DriverFault('not-running', `Instance ${id} is not running.`, { novaClass: 'InstanceNotRunning' });
}
