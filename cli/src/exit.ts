// The exit codes, and the errors that stand for them. Anything else that is thrown is a failure of this program.

/** What the command's end means to a script. */
export const EXIT = { done: 0, failed: 1, usage: 2, timedOut: 3, otherVerdict: 4, interrupted: 130 } as const;

/** For --help. */
export const EXIT_HELP = `
Exit codes:
  0    done; with --wait on a dump: the guest's kernel panicked or saved a dump
  1    failed or refused
  2    wrong usage; nothing was asked of the cloud
  3    timed out; whether it had an effect is not known
  4    the dump ended in another verdict: ignored, hung, not_sent, unknown; a server's readiness is not green
  130  interrupted while waiting; what was asked for goes on
Of several servers that did not end well, the lowest code counts.`;

/** Ends the command with `code` and one line on stderr; an empty message says nothing more. */
export class CommandEnd extends Error {
  override readonly name = 'CommandEnd';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** A failure in one line. */
export function failure(message: string): CommandEnd {
  return new CommandEnd(EXIT.failed, message);
}

/** Wrong usage in one line. */
export function usage(message: string): CommandEnd {
  return new CommandEnd(EXIT.usage, message);
}
