// How benchmarks print and keep what they measured.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A measured row: text and numbers by column. */
export type Row = Readonly<Record<string, string | number>>;

/** Prints rows as a table. */
export function table(title: string, rows: readonly Row[]): void {
  process.stdout.write(`${title}\n`);
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => columns.map((column) => String(row[column])))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  for (const line of lines)
    process.stdout.write(`  ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}\n`);
}

/** Keeps rows as `results/NAME.json`. */
export function keep(name: string, rows: readonly Row[]): void {
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ rows }, null, 2)}\n`);
}

/** The value below which `share` (0..1) of `values` lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Two digits after the point. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
