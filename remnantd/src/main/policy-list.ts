// `remnantd policy list`: the rules that would be in force, and where each comes from.

import type { LoadedPolicy } from '../policy/load-policy.ts';

/** A line for each rule, in the order of the reference page: name, check, and its file and line, or `default`. */
export function policyList({ policy, places }: Pick<LoadedPolicy, 'policy' | 'places'>): string {
  const rows = policy.rules().map(({ name, check }) => {
    const place = places.get(name);
    return [name, check, place === undefined ? 'default' : `${place.file}:${place.line}`];
  });
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`).join('');
}
