// The table of verdicts as it came out: printed, and kept as bench/results/verdicts.json.

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';

const results = join(import.meta.dirname, '../../../bench/results');

/** One behaviour, and what came of it. */
export interface VerdictResult {
  readonly behaviour: string;
  readonly expected: string;
  readonly got: string;
  /** From the request to the end of the dump. */
  readonly seconds: number;
  readonly reason: string | null;
  readonly artefacts: readonly { readonly source: string; readonly format: string; readonly bytes: number }[];
}

/** Prints the rows as a table. */
export function printVerdicts(rows: readonly VerdictResult[]): void {
  const lines = [
    ['behaviour', 'expected', 'got', 'seconds', 'artefacts'],
    ...rows.map((row) => [
      row.behaviour,
      row.expected,
      row.got,
      row.seconds.toFixed(1),
      row.artefacts.map(({ format, bytes }) => `${format} ${bytes}`).join(', '),
    ]),
  ];
  const widths = lines[0]?.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0))) ?? [];
  for (const line of lines)
    process.stdout.write(
      `${line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
}

/** Keeps the rows. */
export function keepVerdicts(rows: readonly VerdictResult[]): void {
  mkdirSync(results, { recursive: true });
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${process.platform} ${release()}`;
  const kept = { machine, node: process.version, date: new Date().toISOString(), rows };
  writeFileSync(join(results, 'verdicts.json'), `${JSON.stringify(kept, null, 2)}\n`);
}
