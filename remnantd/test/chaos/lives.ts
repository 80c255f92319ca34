// A Remnant that dies and is started again, as seen from outside: start a life, call it, wait for its death.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Step } from './mortal.ts';

/** One life of the process. */
export interface Life {
  readonly url: string;
  /** Resolves with the step it died at; null when it was ended from outside. */
  readonly over: Promise<string | null>;
  /** From now on it dies at the `count`th time it comes to `step`; resolves when it knows. */
  arm(step: string, count: number): Promise<void>;
  /** Ends it with kill -9. */
  kill(): void;
}

/** How a life ends. */
export interface Doom {
  readonly step: Step | null;
  readonly count: number;
  readonly seed: number;
  /** How wrong its wall clock is, ms. */
  readonly offsetMs: number;
  /** A host whose agent does not come back in this life; null for none. */
  readonly absent: string | null;
  /** The bounds of commands and dumps in its configuration. */
  readonly bounds: Bounds;
}

/** Sections of a configuration. */
export type Bounds = Readonly<Record<'commands' | 'dumps', Readonly<Record<string, number>>>>;

/** One that nothing but a kill from outside ends. */
export const IMMORTAL = { step: null, count: 1, offsetMs: 0, absent: null } as const;

const PROGRAM = fileURLToPath(new URL('mortal-remnant.ts', import.meta.url));

/** Starts a life on `dir`; null when it died before it listened. */
export async function startLife(dir: string, doom: Doom): Promise<{ life: Life | null; diedAt: string | null }> {
  const args = [PROGRAM, dir, doom.step ?? '-', doom.count, doom.seed, doom.offsetMs, doom.absent ?? '-'].map(String);
  const child = spawn(process.execPath, [...args, JSON.stringify(doom.bounds)], { stdio: ['pipe', 'pipe', 'inherit'] });
  // One that is dead already is armed no more.
  child.stdin.on('error', () => {});
  let diedAt: string | null = null;
  let armed = () => {};
  const over = new Promise<string | null>((resolve) => child.on('close', () => resolve(diedAt)));
  const address = new Promise<string | null>((resolve) => {
    createInterface({ input: stdoutOf(child) }).on('line', (line) => {
      const [word, value = ''] = line.split(' ');
      if (word === 'died') diedAt = value;
      if (word === 'listening') resolve(value);
      if (word === 'armed') armed();
    });
    void over.then(() => resolve(null));
  });
  const url = await address;
  if (url === null) return { life: null, diedAt: await over };
  return {
    life: {
      url,
      over,
      arm: async (step, count) => {
        const taken = new Promise<void>((resolve) => {
          armed = resolve;
        });
        child.stdin.write(`${step} ${count}\n`);
        await Promise.race([taken, over]);
      },
      kill: () => child.kill('SIGKILL'),
    },
    diedAt: null,
  };
}

function stdoutOf(child: ChildProcess) {
  if (child.stdout === null) throw new Error('a life without standard output');
  return child.stdout;
}
