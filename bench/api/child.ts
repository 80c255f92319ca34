// A server in a process of its own, so that its CPU and memory are its own: started, waited for, measured from /proc, ended.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Line } from './http-load.ts';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** A running server. */
export interface Child {
  readonly port: number;
  /** From the start of the process to the first 200, ms. */
  readonly startMs: number;
  /** CPU used so far by all its threads, ms. */
  cpuMs(): number;
  /** Resident now, MiB. */
  rssMb(): number;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

/** How to start one. */
export interface ChildOptions {
  /** The node it runs on. */
  readonly node: string;
  /** A program that runs on the first node of its PATH, and its arguments. */
  readonly command: string;
  readonly args: readonly string[];
  readonly port: number;
  /** A path that answers 200 as soon as the server serves. */
  readonly ready: string;
  /** Where its output goes. */
  readonly log: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a server and waits for its first 200. Throws with its output when it ends before. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const out = openSync(options.log, 'w');
  const began = performance.now();
  const child = spawn(options.command, [...options.args], {
    stdio: ['ignore', out, out],
    env: { ...process.env, PATH: `${dirname(options.node)}:${process.env['PATH']}`, ...options.env },
  });
  closeSync(out);
  try {
    await firstAnswer(child, options);
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${options.command}: ${readFileSync(options.log, 'utf8').slice(-2000)}`, { cause: error });
  }
  const startMs = performance.now() - began;
  const { pid = 0 } = child;
  return {
    port: options.port,
    startMs,
    cpuMs: () => {
      // After the name in parentheses: utime and stime are the fields 14 and 15 of the whole line.
      const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
      return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
    },
    rssMb: () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        if (!child.kill('SIGTERM')) resolve();
      }),
  };
}

async function firstAnswer(child: ChildProcess, { port, ready }: ChildOptions): Promise<void> {
  for (const until = performance.now() + 120_000; performance.now() < until; ) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    try {
      // Asked again and again on purpose: the first answer is what is timed.
      // oxlint-disable-next-line no-await-in-loop
      const line = await Line.open(port);
      // oxlint-disable-next-line no-await-in-loop
      const { status } = await line.send({ method: 'GET', path: ready, headers: {} });
      line.close();
      if (status === 200) return;
    } catch {
      // oxlint-disable-next-line no-await-in-loop
      await pause(2);
    }
  }
  throw new Error('it did not answer in 120 s');
}
