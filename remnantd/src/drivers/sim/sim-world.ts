// A simulated data centre: hosts, guests and a journal of every NMI, shared by all simulated drivers of a process.
// What a verb did outlives a kill -9 once the verb has returned, and guests live on while no process runs them: at the
// next open they are where time has brought them. One process at a time may have a directory open.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { asId, type HostName, type ServerId } from '../../model/ids.ts';
import type { GuestSpec } from '../driver.ts';
import type { SimClock } from './clock.ts';
import { type JsonLines, openJsonLines, readJsonLines, replaceJsonLines } from './json-lines.ts';
import { openNmiJournal, type SimNmi } from './nmi-journal.ts';
import { SimHost } from './sim-host.ts';
import {
  applyRecord,
  type DiskFolders,
  disksIn,
  guestsOn,
  recordsOf,
  type SimDisk,
  type SimGuests,
  type WorldRecord,
} from './world-record.ts';

/** Where a world lives and what time it runs on. */
export interface SimWorldOptions extends SimClock {
  /** Directory of `world.jsonl` and `nmi.jsonl`, made, for its owner only, if missing; null keeps all in memory. */
  readonly dir: string | null;
}

/** A guest that is there before Remnant: what is not given is small and plain. */
export type PlantedGuest = Pick<GuestSpec, 'id' | 'name'> & Partial<GuestSpec>;

/** A simulated data centre. */
export interface SimWorld {
  readonly clock: SimClock;
  /** The host of that name; every name has one, empty at first. */
  host(name: string): SimHost;
  /** Puts a running guest on a host that is not Remnant's own; replaces one of the same id. */
  plantGuest(host: string, guest: PlantedGuest): void;
  /** The root disks in a folder of disks. */
  disks(folder: string): ReadonlyMap<ServerId, SimDisk>;
  /** Puts one there, or takes it away. */
  putDisk(folder: string, guest: ServerId, disk: SimDisk | null): void;
  /** Every NMI that reached a guest, oldest first, over all lives of the directory. */
  nmis(): SimNmi[];
  /** Stops all guests' time and closes the files. A closed world must not be used. */
  close(): void;
}

/** Opens the world in `dir`: replays its journal and rewrites it without its history. */
export function openSimWorld({ dir, now, mono, defer }: SimWorldOptions): SimWorld {
  const clock: SimClock = { now, mono, defer };
  if (dir !== null) mkdirSync(dir, { recursive: true, mode: 0o700 });
  const { guests, disks, journal } = dir === null ? inMemory() : fromJournal(join(dir, 'world.jsonl'));
  const nmis = openNmiJournal(dir);
  const hosts = new Map<HostName, SimHost>();

  const write = (record: WorldRecord): void => {
    journal?.append(record);
    applyRecord(guests, record, disks);
  };
  const host = (name: HostName): SimHost => {
    let found = hosts.get(name);
    if (found === undefined) {
      found = new SimHost(name, { clock, guests: guestsOn(guests, name), write, nmis });
      hosts.set(name, found);
    }
    return found;
  };
  // Guests of hosts nobody asks for go on too.
  for (const name of guests.keys()) host(name);

  return {
    clock,
    host: (name) => host(asId<HostName>(name)),
    plantGuest(name, planted) {
      const there = host(asId<HostName>(name));
      const old = there.guests.get(planted.id);
      if (old !== undefined) there.remove(old);
      there.boot(there.make({ ...PLAIN, displayName: planted.name, ...planted }, false));
    },
    disks: (folder) => disksIn(disks, folder),
    putDisk: (folder, id, disk) => write({ op: 'disk', folder, id, disk }),
    nmis: () => nmis.all(),
    close() {
      for (const one of hosts.values()) one.close();
      journal?.close();
      nmis.close();
    },
  };
}

const PLAIN: Omit<GuestSpec, 'id' | 'name' | 'displayName'> = {
  projectId: '',
  vcpus: 1,
  memoryMb: 512,
  boot: { kernel: '/boot/vmlinuz', initrd: '/boot/initrd', commandLine: 'console=ttyS0', properties: {} },
  metadata: {},
};

interface Opened {
  readonly guests: SimGuests;
  readonly disks: DiskFolders;
  readonly journal: JsonLines<WorldRecord> | null;
}

function inMemory(): Opened {
  return { guests: new Map(), disks: new Map(), journal: null };
}

function fromJournal(path: string): Opened {
  const guests: SimGuests = new Map();
  const disks: DiskFolders = new Map();
  for (const record of readJsonLines<WorldRecord>(path)) applyRecord(guests, record, disks);
  replaceJsonLines(path, recordsOf(guests, disks));
  return { guests, disks, journal: openJsonLines(path) };
}
