// Whether a machine answers on the network: one ICMP echo by ping(8), which every system has and may send it without being root.

import { execFile } from 'node:child_process';

/** What came of it; `no-ping`: this host has no ping(8), or may not use it. */
export type Pinged = 'answers' | 'silent' | 'no-ping';

/** The program's own codes: 0 answered, 1 did not; the rest, and one that took long and was ended, is its own trouble. */
const SILENT = 1;

/** Asks `address` (an IP address or a name) once, and waits a second for the answer. Never throws. */
export function ping(address: string): Promise<Pinged> {
  return new Promise((resolve) => {
    const words = ['-n', '-q', '-c', '1', '-W', '1', '--', address];
    execFile('ping', words, { timeout: 5_000, killSignal: 'SIGKILL' }, (error) => {
      if (error === null) resolve('answers');
      else resolve(error.code === SILENT ? 'silent' : 'no-ping');
    });
  });
}
