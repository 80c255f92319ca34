// Runs named steps one after the other, or beside the next where a step says so: `node tools/run.ts check`, `... types fast`,
// `ONLY=nmi ... real`.
// A step's output is shown only if it failed, or if ONLY picked what it runs, and is always kept in `var/test/<step>.log`;
// where all of `test` was asked for, files in which something failed get a second run when nothing else runs any more, told as such;
// the last line is `N passed, N failed`, and the exit code is 1 if anything failed.

import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Step, stepNames, stepsFor } from './steps.ts';
import { type Count, countReport, failedFiles, parseReport, type Report, withSecondRun } from './vitest-count.ts';

/** What became of a step; of one of tests with the report that vitest left, if any. */
export type Outcome = Count & { readonly report: Report | null };

/** Runs one step from `root`, its output going to `log`; never throws for what the step does. */
export async function runStep(step: Step, root: string, log: string): Promise<Outcome> {
  if (step.counts === 'tests') {
    const { report, code } = await runTests(step.command, root, log);
    return { ...countReport(report, code), report };
  }
  const code = await runNode(step.command, root, log);
  return code === 0 ? { passed: 1, failed: 0, report: null } : { passed: 0, failed: 1, report: null };
}

/**
 * Runs the files in which a step's tests failed a second time, alone, and gives back how the whole step stands now; null where
 * that says nothing: the step does not have it, or failed outside its tests, or in so much that it was no matter of time.
 */
export async function runAgain(step: Step, first: Outcome, root: string, log: string): Promise<Count | null> {
  const files = failedFiles(first.report);
  if (!step.alone || first.report === null || files.length === 0 || files.length > MOST_AGAIN) return null;
  const { report, code } = await runTests([...step.alone, ...files], root, log);
  return report === null ? null : countReport(withSecondRun(first.report, report), code);
}

/** More failed files than these are not run again. */
const MOST_AGAIN = 5;

async function runTests(command: readonly string[], root: string, log: string) {
  const reportFile = `${log}.json`;
  rmSync(reportFile, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const code = await runNode([...command, ...reporters], root, log);
  return { report: parseReport(readIfThere(reportFile)), code };
}

function runNode(args: readonly string[], cwd: string, log: string): Promise<number> {
  const out = openSync(log, 'w');
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', out, out] });
  return new Promise((resolve) => {
    const end = (code: number) => {
      closeSync(out);
      resolve(code);
    };
    child.on('error', () => end(1));
    child.on('exit', (code) => end(code ?? 1));
  });
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

async function runAll(steps: readonly Step[], root: string, picked: boolean): Promise<Map<Step, Outcome>> {
  const folder = join(root, 'var/test');
  mkdirSync(folder, { recursive: true });
  const outcomes = new Map<Step, Outcome>();
  const runOne = async (step: Step): Promise<void> => {
    const log = logOf(step, root);
    const start = performance.now();
    const outcome = await runStep(step, root, log);
    tell(step.name, outcome, start, log, picked);
    outcomes.set(step, outcome);
  };
  let beside: Promise<void>[] = [];
  for (const step of steps) {
    beside.push(runOne(step));
    if (step.withNext) continue;
    // The others one at a time, on purpose: real things share this machine, and a benchmark wants it for itself.
    // oxlint-disable-next-line no-await-in-loop
    await Promise.all(beside);
    beside = [];
  }
  await Promise.all(beside);
  return outcomes;
}

/** The second runs, one at a time, of those in which something failed. Each is told, and so is what failed at first: it stays a finding. */
async function runAgainAll(outcomes: ReadonlyMap<Step, Outcome>, root: string): Promise<Map<Step, Count>> {
  const counts = new Map<Step, Count>(outcomes);
  for (const [step, first] of outcomes) {
    if (first.failed === 0) continue;
    const start = performance.now();
    const log = logOf(step, root, '-again');
    // oxlint-disable-next-line no-await-in-loop
    const count = await runAgain(step, first, root, log);
    if (count === null) continue;
    counts.set(step, count);
    tell(`${step.name}, second run of ${failedFiles(first.report).join(' ')}`, count, start, log, false);
  }
  return counts;
}

function logOf(step: Step, root: string, which = ''): string {
  return join(root, 'var/test', `${step.name.replaceAll('/', '-')}${which}.log`);
}

function tell(what: string, { failed }: Count, start: number, log: string, isWhole: boolean): void {
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (failed > 0 || isWhole) console.log(readIfThere(log).trimEnd());
  console.log(`${failed > 0 ? 'FAILED' : 'ok'}  ${what}  ${seconds} s`);
}

function sum(counts: Iterable<Count>): Count {
  const all = [...counts];
  const of = (key: 'passed' | 'failed') => all.reduce((total, count) => total + count[key], 0);
  return { passed: of('passed'), failed: of('failed') };
}

if (import.meta.main) {
  const names = process.argv.slice(2);
  if (names.length === 0) {
    console.log(`usage: node tools/run.ts STEP...   (${stepNames().join(' ')})`);
    process.exitCode = 2;
  } else {
    const only = process.env['ONLY'];
    const root = process.cwd();
    const outcomes = await runAll(stepsFor(names, only), root, Boolean(only));
    const { passed, failed } = sum((names.includes('test') ? await runAgainAll(outcomes, root) : outcomes).values());
    console.log(`${passed} passed, ${failed} failed`);
    if (failed > 0) process.exitCode = 1;
  }
}
