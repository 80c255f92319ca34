// Runs named steps one after the other, or beside the next where a step says so: `node tools/run.ts check`, `... types fast`,
// `ONLY=nmi ... real`.
// A step's output is shown only if it failed, or if ONLY picked what it runs, and is always kept in `var/test/<step>.log`;
// the last line is `N passed, N failed`, and the exit code is 1 if anything failed.

import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Step, stepNames, stepsFor } from './steps.ts';
import { type Count, countReport, parseReport } from './vitest-count.ts';

/** Runs one step from `root`, its output going to `log`; never throws for what the step does. */
export async function runStep(step: Step, root: string, log: string): Promise<Count> {
  const reportFile = `${log}.json`;
  rmSync(reportFile, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const code = await runNode(step.counts === 'tests' ? [...step.command, ...reporters] : step.command, root, log);
  if (step.counts === 'tests') return countReport(parseReport(readIfThere(reportFile)), code);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
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

async function runAll(steps: readonly Step[], root: string, picked: boolean): Promise<Count> {
  const folder = join(root, 'var/test');
  mkdirSync(folder, { recursive: true });
  const total = { passed: 0, failed: 0 };
  const runOne = async (step: Step): Promise<void> => {
    const log = join(folder, `${step.name.replaceAll('/', '-')}.log`);
    const start = performance.now();
    const { passed, failed } = await runStep(step, root, log);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    if (failed > 0 || picked) console.log(readIfThere(log).trimEnd());
    console.log(`${failed > 0 ? 'FAILED' : 'ok'}  ${step.name}  ${seconds} s`);
    total.passed += passed;
    total.failed += failed;
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
  return total;
}

if (import.meta.main) {
  const names = process.argv.slice(2);
  if (names.length === 0) {
    console.log(`usage: node tools/run.ts STEP...   (${stepNames().join(' ')})`);
    process.exitCode = 2;
  } else {
    const only = process.env['ONLY'];
    const { passed, failed } = await runAll(stepsFor(names, only), process.cwd(), Boolean(only));
    console.log(`${passed} passed, ${failed} failed`);
    if (failed > 0) process.exitCode = 1;
  }
}
