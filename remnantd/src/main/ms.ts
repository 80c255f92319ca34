// Times of the configuration are seconds; the code counts in milliseconds.

/** Seconds in whole milliseconds. */
export function ms(seconds: number): number {
  return Math.round(seconds * 1000);
}
