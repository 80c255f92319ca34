// What an API process hears of hosts: all that the wire has, on a bus inside this process; on NATS, whatever it lets through,
// of hosts that are enrolled alone, and nothing more of one from the moment that its enrollment is known to be taken back.

import type { Config } from '../config/sections.ts';
import type { Store } from '../db/store.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import { EnrolledHosts } from '../liveness/enrolled-hosts.ts';
import { hostDoor } from '../liveness/host-door.ts';
import { ENROLLMENTS_CHANGED } from '../model/wire.ts';
import type { Bus, Unsubscribe } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import { repeat } from '../ports/repeat.ts';

/** What it needs. */
export interface EnrollmentDeps {
  readonly config: Pick<Config, 'bus'>;
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly dispatcher: () => Pick<Dispatcher, 'failQueued'>;
  readonly onError: (what: string, error: unknown) => void;
}

const EVERY_MS = 1_000;

/** What a process goes by. */
export interface EnrollmentPart {
  /** The bus with the door before it. */
  readonly bus: Bus;
  /** Which hosts may speak; null where every host of the bus may. */
  readonly enrolled: EnrolledHosts | null;
  /** Keeps the enrollments in step; to be called before anything is heard. */
  watch(): Promise<Unsubscribe>;
}

/** Puts it together. */
export function enrollmentPart(deps: EnrollmentDeps): EnrollmentPart {
  const { config, store, bus, clock, onError } = deps;
  if (config.bus.url === null) {
    return { bus: hostDoor(bus, { enrolled: null, onError }), enrolled: null, watch: () => Promise.resolve(() => {}) };
  }
  const enrolled = new EnrolledHosts(
    store,
    (host) => void deps.dispatcher().failQueued(host, 'the host is not enrolled any more'),
  );
  const failed = (error: unknown) => onError('reading the enrollments', error);
  return {
    bus: hostDoor(bus, { enrolled, onError }),
    enrolled,
    watch: async () => {
      await enrolled.refresh();
      const stops = [
        bus.subscribe(ENROLLMENTS_CHANGED, () => void enrolled.refresh().catch(failed)),
        repeat(clock, EVERY_MS, () => enrolled.refresh(), failed),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}
