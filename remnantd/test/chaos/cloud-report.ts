// The numbers of a chaos run, kept as bench/results/chaos.json: what should be nothing is a row too.

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './cloud-net.ts';
import type { Proof } from './cloud-proof.ts';

/** A run. */
export interface Run {
  readonly seed: number;
  /** How often each kind of fault befell the cloud. */
  readonly faults: Readonly<Record<string, number>>;
  /** What the APIs answered: a status, or why there was no answer. */
  readonly answers: Readonly<Record<string, number>>;
  readonly proof: Proof;
}

/** Keeps it. */
export function keepRun({ seed, faults, answers, proof }: Run): void {
  const { actions, final, askedTwice, late, closestMs, lost, untrue, outcomes, verdicts, nmis } = proof;
  const counts: Record<string, number> = {
    actions,
    final,
    asked_twice: askedTwice.length,
    late: late.length,
    'least left of a deadline at an NMI, ms': closestMs,
    lost: lost.length,
    untrue: untrue.length,
    nmis,
    ...named('outcome', outcomes),
    ...named('verdict', verdicts),
    ...named('fault', faults),
    ...named('answer', answers),
  };
  const rows = Object.entries(counts).map(([name, value]) => ({ name, value, unit: '', reference: null, ratio: null }));
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${process.platform} ${release()}`;
  const kept = { machine, node: process.version, date: new Date().toISOString(), seed, rows };
  const results = join(ROOT, 'bench/results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, 'chaos.json'), `${JSON.stringify(kept, null, 2)}\n`);
}

function named(kind: string, counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, value]) => [`${kind} ${name}`, value]));
}
