// Power states as the Compute API numbers them (nova.compute.power_state; 2 and 5 are unused there).

/** A server's power state: what the hypervisor last said, not what was wanted. */
export const POWER_STATE = { noState: 0, running: 1, paused: 3, shutdown: 4, crashed: 6, suspended: 7 } as const;

/** A power state by its number. */
export type PowerState = (typeof POWER_STATE)[keyof typeof POWER_STATE];

/** The word for a power state, as evidence carries it, e.g. `crashed`. */
export function powerStateWord(state: PowerState): string {
  for (const [word, number] of Object.entries(POWER_STATE)) if (number === state) return word;
  return String(state);
}

/** The power state a word names; null for no such word. */
export function powerStateOf(word: string): PowerState | null {
  return Object.hasOwn(POWER_STATE, word) ? POWER_STATE[word as keyof typeof POWER_STATE] : null;
}
