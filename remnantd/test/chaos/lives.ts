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
}

const PROGRAM = fileURLToPath(new URL('mortal-remnant.ts', import.meta.url));

/** Starts a life on `dir`; null when it died before it listened. */
export async function startLife(dir: string, doom: Doom): Promise<{ life: Life | null; diedAt: string | null }> {
  const args = [PROGRAM, dir, doom.step ?? '-', doom.count, doom.seed, doom.offsetMs, doom.absent ?? '-'].map(String);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let diedAt: string | null = null;
  const over = new Promise<string | null>((resolve) => child.on('close', () => resolve(diedAt)));
  const address = new Promise<string | null>((resolve) => {
    createInterface({ input: stdoutOf(child) }).on('line', (line) => {
      const [word, value = ''] = line.split(' ');
      if (word === 'died') diedAt = value;
      if (word === 'listening') resolve(value);
    });
    void over.then(() => resolve(null));
  });
  const url = await address;
  if (url === null) return { life: null, diedAt: await over };
  return {
    life: { url, over, kill: () => child.kill('SIGKILL') },
    diedAt: null,
  };
}

function stdoutOf(child: ChildProcess) {
  if (child.stdout === null) throw new Error('a life without standard output');
  return child.stdout;
}
