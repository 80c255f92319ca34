// When hosts are judged. Nobody is called silent before everything that was on its way to this process has been taken: a
// process that stood still, or was too busy to listen, first hears what it missed. Without the bus it judges nobody dead.

import type { Bus, Unsubscribe } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import { repeat } from '../ports/repeat.ts';
import type { HostTable } from './host-table.ts';

/** What judging needs. */
export interface JudgingDeps {
  readonly clock: Clock;
  readonly bus: Bus;
  readonly hosts: HostTable;
  /** How long the bus may fail to settle before this process says that it has lost it, ms. */
  readonly patienceMs: number;
  /** How long after the bus is back here hosts may take to find it again, and beat, ms. */
  readonly returnMs: number;
  readonly onError: (what: string, error: unknown) => void;
}

/** What processes may differ by in when they see a silence: no look costs anything while nobody is late. */
const EVERY_MS = 20;
const SETTLE_MS = 1_000;

/** Begins to judge; the result ends it. */
export function judgeHosts({ clock, bus, hosts, patienceMs, returnMs, onError }: JudgingDeps): Unsubscribe {
  let failsSince: number | null = null;

  let isAway = false;
  const away = (now: boolean) => {
    if (now === isAway) return;
    isAway = now;
    if (now) hosts.busAway();
    else hosts.busBack(returnMs);
  };
  away(!bus.connection().up);
  const stopListening = bus.onConnection(({ up }) => {
    failsSince = null;
    away(!up);
  });

  const pass = async () => {
    // Whatever is late as of now: what happens while it is waited for below is not held against anybody.
    const asOf = clock.mono();
    if (!hosts.anyLate(asOf)) return;
    if (bus.connection().up) {
      try {
        await bus.settle(SETTLE_MS);
        // What came with the last of it is taken in a turn of its own.
        await new Promise((resolve) => setImmediate(resolve));
        failsSince = null;
        away(false);
      } catch {
        failsSince ??= asOf;
        if (bus.connection().up && asOf - failsSince < patienceMs) return;
        away(true);
      }
    }
    hosts.judge(asOf);
  };
  const stop = repeat(clock, EVERY_MS, pass, (error) => onError('judging hosts', error));
  return () => {
    stop();
    stopListening();
  };
}
