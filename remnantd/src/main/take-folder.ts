// The state folder of a process: made, closed to others, and nobody else's while the process runs.

import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { takeAlone } from '../db/dialects/sqlite/take-alone.ts';
import { startingWith } from './start-error.ts';

/** Makes the state folder, and takes it for this process alone. The result gives it back. Throws StartError. */
export function takeFolder(dir: string): Promise<() => void> {
  return startingWith('state_dir', () => {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    // It may have been there before, open to others: what is in it from now on is nobody else's.
    chmodSync(dir, 0o700);
    // Two processes on one folder would be two agents with one ledger.
    return takeAlone(join(dir, 'lock'));
  });
}
