// Waiting for a state, in place of sleeping: the one place in the tests that polls. It gives up with words of its own, so
// that a test that hangs says what it hung on.

import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 2;

/**
 * Asks again and again until `check` gives something (not null, undefined or false), and gives it back. `everyMs` is for what
 * costs more than a moment to ask.
 */
export async function waitFor<T>(
  what: string,
  check: () => T | Promise<T>,
  timeoutMs = 20_000,
  everyMs = EVERY_MS,
): Promise<NonNullable<Exclude<T, false>>> {
  const giveUp = performance.now() + timeoutMs;
  for (;;) {
    const found = await check();
    if (found !== null && found !== undefined && found !== false) return found as NonNullable<Exclude<T, false>>;
    if (performance.now() > giveUp) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await pause(everyMs);
  }
}
