// Letting a fault last. A test waits for a state and never for a time, but how long a thing is away is what a chaos run is about.

import { waitFor } from '../harness/wait-for.ts';

const EVERY_MS = 20;

/** Resolves once `ms` have gone by. */
export async function lasts(ms: number): Promise<void> {
  const until = performance.now() + ms;
  await waitFor(`${ms} ms to go by`, () => performance.now() >= until, ms + 60_000, EVERY_MS);
}
