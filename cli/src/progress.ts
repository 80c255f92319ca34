// Progress of what is waited for, on stderr: a live line on a terminal; elsewhere a plain line for each change, so that a
// log tells the same.

/** Progress of something waited for. */
export interface Progress {
  /** A line that stays. */
  readonly tell: (text: string) => void;
  /** How it stands now: a line that stays where there is no live one. To be called when it changes. */
  readonly stands: (text: string) => void;
  /** The live line; an empty text takes it away. */
  readonly live: (text: string) => void;
}

/** What a progress is written to: process.stderr, or a test's. */
export interface ProgressOut {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly write: (text: string) => unknown;
}

const WIPE = '\r\u001b[K';

/** Progress on `out`. */
export function progressTo(out: ProgressOut): Progress {
  let shown = false;
  const tell = (text: string) => {
    out.write(`${shown ? WIPE : ''}${text}\n`);
    shown = false;
  };
  return {
    tell,
    stands: (text) => {
      if (out.isTTY !== true) tell(text);
    },
    live: (text) => {
      if (out.isTTY !== true || (text === '' && !shown)) return;
      out.write(`${WIPE}${text.slice(0, Math.max(20, (out.columns || 80) - 1))}`);
      shown = text !== '';
    },
  };
}
