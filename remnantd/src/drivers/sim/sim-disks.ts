// The root disks of simulated guests, in folders that hosts may share: what of a disk its contract shows, and the lock that keeps
// two QEMUs from writing to one.

import type { FoundDisk } from '../../model/command.ts';
import type { CommandId, ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import { DriverFault, type GuestSpec } from '../driver.ts';
import type { SimHost } from './sim-host.ts';
import type { SimWorld } from './sim-world.ts';
import type { SimDisk } from './world-record.ts';

/** The disks of one host. Its methods throw DriverFault. */
export interface SimDisks {
  find(guest: ServerId): FoundDisk | null;
  /** Makes the disk of a guest that has one, in the place of what was there; a fault where that is none of what it replaces. */
  make(spec: GuestSpec): void;
  /** A fault while another host's guest on it is not off. */
  requireFree(guest: ServerId): void;
  /** From now on this host's guest is the one on it, by that command; a fault where it is not free, or there is none. */
  take(guest: ServerId, by?: CommandId): void;
  /** Removes it; with `stale`, only one whose making is one of these. */
  remove(guest: ServerId, stale?: readonly CommandId[]): void;
}

/** Those of a host, in `folder`; while that cannot be used nothing is found, made or removed there. */
export function simDisks(world: SimWorld, on: Pick<SimHost, 'name' | 'diskProblem'>, folder: string): SimDisks {
  const host = on.name;
  const diskOf = (guest: ServerId) => {
    const problem = on.diskProblem;
    if (problem !== null) {
      throw new DriverFault('failed', problem, { forOwner: 'the storage of disks is not there' });
    }
    return world.disks(folder).get(guest);
  };
  const isOneOf = ({ making, taken }: SimDisk, these: readonly CommandId[]) =>
    making !== null && these.includes(making) && (taken === undefined || these.includes(taken));
  const requireFree = (guest: ServerId): void => {
    const disk = diskOf(guest);
    const other = disk === undefined || disk.by === host ? undefined : world.host(disk.by).guests.get(guest);
    if (other === undefined || other.powerState === POWER_STATE.shutdown) return;
    throw new DriverFault('failed', 'Failed to get "write" lock: is another process using the image?');
  };
  return {
    requireFree,
    find(guest) {
      const disk = diskOf(guest);
      return disk === undefined ? null : { making: disk.making };
    },
    make({ id, disk, configDrive, making = null, replaces }) {
      if (disk === undefined && configDrive === undefined && on.diskProblem !== null) return;
      const there = diskOf(id);
      if (
        there !== undefined &&
        replaces !== undefined &&
        !isOneOf(there, making === null ? replaces : [...replaces, making])
      ) {
        throw new DriverFault('failed', 'the disk that lies here was made, or taken over, since this was asked for');
      }
      world.putDisk(folder, id, disk === undefined ? null : { making, by: host });
    },
    take(guest, by) {
      const disk = diskOf(guest);
      if (disk === undefined) throw new DriverFault('failed', `Instance ${guest} has no disk here.`);
      requireFree(guest);
      world.putDisk(folder, guest, { ...disk, by: host, ...(by === undefined ? {} : { taken: by }) });
    },
    remove(guest, stale) {
      const disk = diskOf(guest);
      if (disk === undefined) return;
      if (stale !== undefined && !isOneOf(disk, stale)) return;
      world.putDisk(folder, guest, null);
    },
  };
}
