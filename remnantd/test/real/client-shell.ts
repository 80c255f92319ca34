// The unmodified OpenStack clients of the machine, many commands in a row (client-shell.py): each with its words, what it printed
// and how it ended.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A command: one of the clients', or the path of a script in Python. */
export interface Asked {
  readonly program: string;
  readonly words: readonly string[];
  /** What it finds in its environment beside what all find. */
  readonly env: Readonly<Record<string, string>>;
}

/** How it ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The process they run in. Close it. */
export interface ClientShell {
  /** Runs one command, after those before it. */
  run(asked: Asked): Promise<Ended>;
  close(): Promise<void>;
}

/** Starts it. `cloudsFile`: the clouds.yaml its commands read. */
export function openClientShell(cloudsFile: string): ClientShell {
  // Debian's own Python, for which the clients are installed.
  const child = spawn('/usr/bin/python3', ['-W', 'ignore', join(import.meta.dirname, 'client-shell.py')], {
    env: { ...process.env, OS_CLIENT_CONFIG_FILE: cloudsFile },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const one = async (asked: Asked): Promise<Ended> => {
    child.stdin.write(`${JSON.stringify(asked)}\n`);
    const line = await lines.next();
    if (line.done === true) throw new Error(`the process ended at: ${asked.program} ${asked.words.join(' ')}`);
    return JSON.parse(line.value) as Ended;
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (asked) => {
      const ended = last.then(() => one(asked));
      last = ended.catch(() => null);
      return ended;
    },
    close: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
