// The machine's monotonic clock, which all processes of a benchmark share.

/** Now, ms. */
export function monoMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
