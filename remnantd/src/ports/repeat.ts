// Does a piece of work again and again, one run at a time, with a pause between.

import type { Unsubscribe } from './bus.ts';
import type { Clock } from './clock.ts';

/** Runs `work` every `everyMs` until the result is called; a throw before that goes to `onError` and ends nothing. */
export function repeat(
  clock: Clock,
  everyMs: number,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): Unsubscribe {
  let stopped = false;
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(everyMs, () => {
      work()
        .catch((error: unknown) => {
          // What it needs may be gone by then: that is no news of anybody's.
          if (!stopped) onError(error);
        })
        .finally(() => {
          if (!stopped) next();
        });
    });
  };
  next();
  return () => {
    stopped = true;
    cancel();
  };
}
