// Stands between a Remnant and the dumps it takes in, and kills the process (kill -9) around what it notes of a guest, around
// letting a paused guest go on, each piece that comes through a dump port, and on the way from a dump's last byte to its manifest.

import type { Disk } from '../../src/agent/capture/disk.ts';
import type { OpenLog } from '../../src/agent/durable-log.ts';
import { ability, type Driver } from '../../src/drivers/driver.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { EvidenceKind } from '../../src/model/wire.ts';
import type { Fate } from './mortal.ts';

/** Steps of a dump, and how often a process comes to each in a dump or two: it dies at one of those times. */
export const DUMP_STEPS: Readonly<Record<string, number>> = {
  'watch:before': 2,
  'nmi-asked:before': 2,
  'nmi-asked:after': 2,
  'nmi:before': 2,
  'nmi:after': 2,
  'ledger:before': 8,
  'ledger:after': 8,
  'crashloaded:before': 2,
  'crashloaded:after': 2,
  'panicked:before': 1,
  'dazed:before': 1,
  'crash-kernel:before': 3,
  'crash-kernel:after': 3,
  'bytes:before': 2,
  'bytes:after': 2,
  'piece:before': 40,
  'piece:after': 40,
  'sync:before': 2,
  'sync:after': 2,
  'artefact:before': 2,
  'artefact:after': 2,
  'saved:before': 3,
  'rebooted:before': 3,
  'rebooted:after': 3,
  'commit:before': 40,
  'commit:after': 40,
  'tell:before': 15,
  'tell:after': 15,
  'report:before': 3,
  'report:after': 3,
};

/** The evidence journal, mortal around the entries of each kind. */
export function mortalEvidence(openLog: OpenLog, fate: Fate): OpenLog {
  return async (path) => {
    const { log, records } = await openLog(path);
    const append: typeof log.append = async (record) => {
      const entry = (record as JsonObject)['entry'] as { readonly kind: EvidenceKind } | undefined;
      if (entry === undefined) return log.append(record);
      fate.at(`${entry.kind}:before`);
      await log.append(record);
      return fate.at(`${entry.kind}:after`);
    };
    return { records, log: { ...log, append } };
  };
}

/** The driver, mortal around each piece of a dump: `before`, it left the guest and nobody has it; `after`, it was handed on. */
export function mortalPorts(driver: Driver, fate: Fate): Driver {
  const follow = driver.followCrash;
  if (follow === undefined) throw new Error('a driver that follows nothing has nothing to prove here');
  const openPort: typeof follow.openPort = async (guest, port) => {
    const stream = await follow.openPort(guest, port);
    if (port !== 'dump') return stream;
    const push = stream.push.bind(stream);
    stream.push = (piece: Buffer | null) => {
      if (piece !== null) fate.at('piece:before');
      const more = push(piece);
      if (piece !== null) fate.at('piece:after');
      return more;
    };
    return stream;
  };
  return new Proxy(driver, {
    get: (target, key) => {
      if (key === 'followCrash') return { ...follow, openPort };
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** The driver, mortal around letting a paused guest go on. */
export function mortalUnpause(driver: Driver, fate: Fate): Driver {
  const pause = ability(driver, 'pause');
  const unpause: typeof pause.unpause = async (...args) => {
    fate.at('unpause:before');
    await pause.unpause(...args);
    fate.at('unpause:after');
  };
  return new Proxy(driver, {
    get: (target, key) => {
      if (key === 'pause') return { ...pause, unpause };
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** The disk, mortal around the sync that stands between the last byte of a dump and its manifest. */
export function mortalDisk(disk: Disk, fate: Fate): Disk {
  return {
    ...disk,
    open: async (path, how) => {
      const file = await disk.open(path, how);
      return {
        ...file,
        sync: async () => {
          fate.at('sync:before');
          await file.sync();
          fate.at('sync:after');
        },
      };
    },
  };
}
