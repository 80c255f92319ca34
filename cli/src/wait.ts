// Waiting for a state: look, say how it stands, look again, until it is there, the time is over, or the user has had enough.

import { setTimeout as pause } from 'node:timers/promises';
import { RemnantConnectionError } from '@remnant/client';
import { CommandEnd, EXIT } from './exit.ts';
import type { Progress } from './progress.ts';

/** Between two looks, ms. */
const EVERY_MS = 400;
const FRAMES = '|/-\\';

/** How something is waited for. */
export interface Wait<T> {
  readonly progress: Progress;
  readonly seconds: number;
  /** What is waited for, for the message when the time is over. */
  readonly what: string;
  /** What goes on when the user stops waiting, and how to look at it later. */
  readonly goesOn: string;
  readonly look: (signal: AbortSignal) => Promise<T>;
  readonly isDone: (seen: T) => boolean;
  /** How it stands, in a few words. */
  readonly stands: (seen: T) => string;
}

/**
 * The first look that is done. Ends the command with exit code 3 when the time is over, and 130 when it is interrupted. A
 * service that cannot be reached for a while (it restarts, say) is asked again; the first look must succeed.
 */
export async function waitUntil<T>(wait: Wait<T>): Promise<T> {
  const stop = new AbortController();
  const interrupted = () => stop.abort();
  process.once('SIGINT', interrupted);
  try {
    return await watch(wait, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    throw new CommandEnd(EXIT.interrupted, `stopped waiting; ${wait.goesOn}`);
  } finally {
    process.removeListener('SIGINT', interrupted);
    wait.progress.live('');
  }
}

async function watch<T>(wait: Wait<T>, signal: AbortSignal): Promise<T> {
  const start = performance.now();
  let seen = await wait.look(signal);
  let trouble = '';
  let told = '';
  for (let turn = 0; !wait.isDone(seen); turn++) {
    const seconds = (performance.now() - start) / 1000;
    const words = `${wait.stands(seen)}${trouble}`;
    if (seconds >= wait.seconds) {
      throw new CommandEnd(
        EXIT.timedOut,
        `${wait.what}: not within ${wait.seconds} s; last seen: ${words}; ${wait.goesOn}`,
      );
    }
    if (words !== told) wait.progress.stands(words);
    told = words;
    wait.progress.live(`${FRAMES.charAt(turn % FRAMES.length)} ${Math.floor(seconds)} s  ${words}`);
    // oxlint-disable-next-line no-await-in-loop
    await pause(Math.min(EVERY_MS, Math.max(1, (wait.seconds - seconds) * 1000)), undefined, { signal });
    try {
      // oxlint-disable-next-line no-await-in-loop
      seen = await wait.look(signal);
      trouble = '';
    } catch (error) {
      if (!(error instanceof RemnantConnectionError)) throw error;
      trouble = ` (${error.message})`;
    }
  }
  return seen;
}
