// How benchmarks print and keep what they measured: every file in results/ is `{machine, node, date, rows}`, and every row
// is one number beside what it is measured against in the same run.

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';

/** One measured number. */
export interface Row {
  /** What was measured, and under what: words with single spaces, unique in a file. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is measured against, in the same unit; null for what stands alone. */
  readonly reference: number | null;
  /** `value / reference`; where the name says "times cheaper", `reference / value`. */
  readonly ratio: number | null;
}

/** A row with its ratio; `timesCheaper` turns it round. */
export function row(name: string, value: number, unit: string, reference?: number, way?: 'times cheaper'): Row {
  const ratio = reference === undefined ? null : way === undefined ? value / reference : reference / value;
  return {
    name: way === undefined ? name : `${name}, ${way}`,
    value: rounded(value),
    unit,
    reference: reference === undefined ? null : rounded(reference),
    ratio: ratio === null ? null : rounded(ratio),
  };
}

/** Prints rows as a table. */
export function table(title: string, rows: readonly Row[]): void {
  process.stdout.write(`${title}\n`);
  const lines = [
    ['what', 'value', 'unit', 'reference', 'ratio'],
    ...rows.map((one) => [one.name, one.value, one.unit, one.reference ?? '', one.ratio ?? ''].map(String)),
  ];
  const widths = lines[0]?.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0))) ?? [];
  for (const line of lines) {
    const cells = line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
    process.stdout.write(`  ${cells.join('  ')}\n`);
  }
}

/** Keeps rows as `results/NAME.json`. */
export function keep(name: string, rows: readonly Row[]): void {
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const [cpu] = cpus();
  const machine = `${cpus().length} x ${cpu?.model ?? 'unknown'}, ${process.platform} ${release()}`;
  const kept = { machine, node: process.version, date: new Date().toISOString(), rows };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(kept, null, 2)}\n`);
}

/** The value below which `share` (0..1) of `values` lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle one. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Three digits that count. */
function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
