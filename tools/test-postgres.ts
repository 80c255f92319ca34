// Runs vitest with what it is given (`node tools/test-postgres.ts FILES...`) on a PostgreSQL and a nats-server that are started
// for it and stopped after it. The database writes nothing durably: it is gone with its tests.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const lab = join(import.meta.dirname, '../lab');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');

/** Starts them, runs the tests, stops it; gives back vitest's exit code. */
async function testOnPostgres(args: readonly string[]): Promise<number> {
  const state = mkdtempSync(join(tmpdir(), 'remnant-postgres-'));
  // The user that PostgreSQL runs as comes to its folder through this one.
  chmodSync(state, 0o711);
  const run = (what: string, verb: string) =>
    execFileSync('bash', [join(lab, `${what}.sh`), verb, join(state, what)], {
      encoding: 'utf8',
      env: { ...process.env, FSYNC: 'off' },
    }).trim();
  const stops: (() => void)[] = [() => rmSync(state, { recursive: true, force: true })];
  const up = (what: string) => {
    stops.push(() => void run(what, 'down'));
    return run(what, 'up');
  };
  let child: ChildProcess | null = null;
  // Who asks this one to end asks the tests: it stays until both are stopped.
  const pass = (signal: NodeJS.Signals) => void child?.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  try {
    const on = { REMNANT_TEST_POSTGRES: up('postgres'), REMNANT_TEST_NATS: up('nats') };
    const env = { ...process.env, ...on };
    const tests = spawn(process.execPath, [vitest, 'run', '--project', 'fast', ...args], { stdio: 'inherit', env });
    child = tests;
    return await new Promise((resolve, reject) => {
      tests.on('error', reject);
      tests.on('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    stopAll(stops.toReversed());
    for (const signal of SIGNALS) process.off(signal, pass);
  }
}

/** All of them, whatever one of them says; throws the last of that. */
function stopAll([stop, ...others]: readonly (() => void)[]): void {
  if (stop === undefined) return;
  try {
    stop();
  } finally {
    stopAll(others);
  }
}

if (import.meta.main) process.exitCode = await testOnPostgres(process.argv.slice(2));
