// Waiting for a state: look, say how it stands, look again, until it is there or the time is over.

import { RemnantConnectionError } from '@remnant/client';
import type { Progress } from './context.ts';
import { CommandEnd, EXIT } from './exit.ts';

/** Between two looks, ms. */
const EVERY_MS = 400;
const FRAMES = '|/-\\';

/** How something is waited for. */
export interface Wait<T> {
  readonly progress: Progress;
  readonly seconds: number;
  /** What is waited for, for the message when the time is over. */
  readonly what: string;
  readonly look: () => Promise<T>;
  readonly isDone: (seen: T) => boolean;
  /** How it stands, in a few words. */
  readonly stands: (seen: T) => string;
}

/**
 * The first look that is done. Ends the command with exit code 3 when the time is over. A service that cannot be reached
 * for a while (it restarts, say) is asked again; the first look must succeed.
 */
export async function waitUntil<T>(wait: Wait<T>): Promise<T> {
  const start = performance.now();
  let seen = await wait.look();
  let trouble = '';
  for (let turn = 0; !wait.isDone(seen); turn++) {
    const seconds = (performance.now() - start) / 1000;
    const words = `${wait.stands(seen)}${trouble}`;
    if (seconds >= wait.seconds) {
      wait.progress.live('');
      throw new CommandEnd(EXIT.timedOut, `${wait.what}: not within ${wait.seconds} s; last seen: ${words}`);
    }
    wait.progress.live(`${FRAMES.charAt(turn % FRAMES.length)} ${Math.floor(seconds)} s  ${words}`);
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    try {
      // oxlint-disable-next-line no-await-in-loop
      seen = await wait.look();
      trouble = '';
    } catch (error) {
      if (!(error instanceof RemnantConnectionError)) throw error;
      trouble = ` (${error.message})`;
    }
  }
  wait.progress.live('');
  return seen;
}
