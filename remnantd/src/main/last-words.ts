// A fault of our own that nobody caught: the process cannot know what it left half done, so it says what happened, in one last
// line, and ends. What it had accepted is in the database.

import type { Log } from './logger.ts';

/** The exit code of a process that ended so (EX_SOFTWARE). */
const FAULT_CODE = 70;

/** Ends the process at an exception or a rejection that nobody took. */
export function endOnFault(log: Log): void {
  process.on('uncaughtException', (error, origin) => {
    try {
      log.fatal({ err: error, origin }, 'a fault of our own: the process ends');
    } finally {
      process.exit(FAULT_CODE);
    }
  });
}
