// What the benchmark holds liveness to. Times that hold on a machine of one's own are given room where others' work shares it.

import type { Row } from '../report.ts';

/** A limit of a row: what is promised, and by how much it may be missed on a noisy machine. */
interface Promise {
  readonly most: number;
  readonly noise: number;
}

const PROMISES: Readonly<Record<string, Promise>> = {
  liveness_cpu_percent: { most: 15, noise: 1.5 },
  api_rss_mb: { most: 400, noise: 1 },
  host_death_p99_ms: { most: 3_500, noise: 1 },
  force_down_p99_ms: { most: 100, noise: 1.5 },
  mass_death_visible_ms: { most: 5_000, noise: 1 },
  mass_death_list_p99_ratio: { most: 2, noise: 1.25 },
  false_unknown: { most: 0, noise: 1 },
  cost_per_host_ratio: { most: 1, noise: 1.3 },
};

/** Every promise that `rows` break, in words. */
export function brokenPromises(rows: readonly Row[]): string[] {
  return Object.entries(PROMISES).flatMap(([name, { most, noise }]) => {
    const found = rows.find((row) => row.name === name);
    if (found === undefined) return [`${name} was not measured`];
    return found.value <= most * noise ? [] : [`${name}: ${found.value} ${found.unit}, promised ${most}`];
  });
}
