// SIGTERM and SIGINT: say no to the load balancer, close the listener, finish what was accepted, and end. A second signal
// ends at once: whatever was accepted is in the database, and the next start goes on with it.

import type { Clock } from '../ports/clock.ts';
import type { Log } from './logger.ts';

/** What stopping is made of. Times are milliseconds. */
export interface StopDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly drainMs: number;
  readonly graceMs: number;
  /** From now on readiness says no. */
  readonly begin: () => void;
  /** Finishes what runs, for at most that long; gives back how many requests were cut off. */
  readonly finish: (graceMs: number) => Promise<number>;
  /** Lets go of everything. */
  readonly letGo: () => Promise<void>;
}

/** Beyond the grace time, for letting go; then the process ends all the same. */
const LAST_MS = 5_000;
const HOLD_MS = 60_000;

/** Stops at the first signal. */
export function stopOnSignal(deps: StopDeps): void {
  const { clock, log, drainMs, graceMs } = deps;
  let stopping = false;
  const end = (code: number) => process.exit(code);
  const stop = async (signal: string) => {
    if (stopping) {
      log.warn({ signal }, 'stopped at once, at a second signal');
      end(1);
      return;
    }
    stopping = true;
    // Nothing else may keep the process alive while the agents finish.
    setInterval(() => {}, HOLD_MS);
    log.info({ signal, drainMs, graceMs }, 'stopping');
    clock.after(drainMs + graceMs + LAST_MS, () => {
      log.error('did not stop in time: ended');
      end(1);
    });
    try {
      deps.begin();
      if (drainMs > 0) await new Promise<void>((resolve) => clock.after(drainMs, resolve));
      const cut = await deps.finish(graceMs);
      await deps.letGo();
      if (cut > 0) log.warn({ cut }, 'stopped; requests were cut off, what they had ordered goes on at the next start');
      else log.info('stopped');
      // What is left (an unanswered driver call) must not keep a stopped daemon alive.
      end(0);
    } catch (error) {
      log.error({ err: error }, 'stopping failed');
      end(1);
    }
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
}
