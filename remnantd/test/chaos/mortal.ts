// Stands between a Remnant and everything outside it, and kills the process (kill -9) just before or just after one of its
// steps: a transaction, a durable append, a message, the call to the hypervisor. Nothing in the product knows of it.

import { writeSync } from 'node:fs';
import type { OpenLog } from '../../src/agent/durable-log.ts';
import type { Store } from '../../src/db/store.ts';
import type { Driver } from '../../src/drivers/driver.ts';
import type { Bus } from '../../src/ports/bus.ts';
import { BusFault } from '../../src/ports/bus.ts';

/** The simulated hosts of a chaos run. */
export const HOSTS: readonly string[] = ['sim-1', 'sim-2', 'sim-3', 'sim-4'];

/** Where a process may die. */
export const STEPS = [
  'commit:before',
  'commit:after',
  'ledger:before',
  'ledger:after',
  'evidence:before',
  'evidence:after',
  'claim:before',
  'claim:after',
  'report:before',
  'report:after',
  'tell:before',
  'tell:after',
  'nmi:before',
  'nmi:after',
] as const;
export type Step = (typeof STEPS)[number];

/** Counts steps and ends the process at the `count`th time it comes to `step`. */
export interface Fate {
  at(step: string): void;
  /** From now on it is this step, that many times from now. */
  arm(step: string, count: number): void;
}

/** A fate that strikes once. The step is told on file descriptor 1 before the end. */
export function fateAt(step: string | null, count: number): Fate {
  let [fatal, left] = [step, count];
  return {
    arm: (next, times) => {
      [fatal, left] = [next, times];
    },
    at: (now) => {
      if (now !== fatal) return;
      left -= 1;
      if (left > 0) return;
      writeSync(1, `died ${now}\n`);
      process.kill(process.pid, 'SIGKILL');
    },
  };
}

/** The store, mortal around every commit. */
export function mortalStore(store: Store, fate: Fate): Store {
  return {
    ...store,
    read: store.read,
    transaction: async (work) => {
      fate.at('commit:before');
      const result = await store.transaction(work);
      fate.at('commit:after');
      return result;
    },
  };
}

/** The agent's files, mortal around every append. */
export function mortalLog(openLog: OpenLog, fate: Fate): OpenLog {
  return async (path) => {
    const { log, records } = await openLog(path);
    const kind = path.endsWith('ledger.jsonl') ? 'ledger' : 'evidence';
    return {
      records,
      log: {
        ...log,
        append: async (record) => {
          fate.at(`${kind}:before`);
          await log.append(record);
          fate.at(`${kind}:after`);
        },
      },
    };
  };
}

const NAMES: Record<string, 'claim' | 'report' | 'tell'> = {
  claim: 'claim',
  report: 'report',
  evidence: 'tell',
};

/** The bus, mortal around requests, and as bad as a bus may be: it loses answers, repeats requests, loses and repeats rings. */
export function mortalBus(bus: Bus, fate: Fate, random: () => number): Bus {
  return {
    ...bus,
    publish: (subject, message) => {
      const chance = random();
      if (chance < 0.05) return;
      bus.publish(subject, message);
      if (chance > 0.95) bus.publish(subject, message);
    },
    request: async (subject, message, timeoutMs) => {
      const name = NAMES[subject.split('.').at(-1) ?? ''];
      if (name !== undefined) fate.at(`${name}:before`);
      if (random() < 0.03) await bus.request(subject, message, timeoutMs);
      const answer = await bus.request(subject, message, timeoutMs);
      if (name !== undefined) fate.at(`${name}:after`);
      if (random() < 0.03) throw new BusFault('timeout', `${subject}: the answer was lost`);
      return answer;
    },
  };
}

/** The driver, mortal around the call that sends an NMI. */
export function mortalDriver(driver: Driver, fate: Fate): Driver {
  const nmi = driver.injectNmi;
  if (nmi === undefined) throw new Error('a driver without NMI has nothing to prove here');
  return new Proxy(driver, {
    get: (target, key) => {
      if (key === 'injectNmi') {
        return {
          ...nmi,
          send: async (...args: Parameters<typeof nmi.send>) => {
            fate.at('nmi:before');
            await nmi.send(...args);
            fate.at('nmi:after');
          },
        };
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
