// What every command gets: the client of the chosen cloud, the answers' form, and where lines go. Results are on stdout;
// progress and errors on stderr, so that a result can always be piped.

import type { RemnantClient } from '@remnant/client';
import { connect } from '@remnant/client';
import type { Command } from 'commander';
import { findCloud } from './clouds.ts';

/** What a command works with. */
export interface Context {
  readonly client: RemnantClient;
  readonly json: boolean;
  /** Shows a result: `value` as JSON, or the text `draw` makes. */
  readonly show: (value: unknown, draw: () => string) => void;
  /** Shows progress. `line` replaces the last one on a terminal and is left out elsewhere. */
  readonly progress: Progress;
}

/** Progress of something waited for. */
export interface Progress {
  /** A line that stays. */
  readonly tell: (text: string) => void;
  /** The live line; an empty text takes it away. */
  readonly live: (text: string) => void;
}

/** Options every command has. */
interface GlobalOptions {
  readonly osCloud?: string;
  readonly json?: boolean;
  readonly timeout: number;
}

/** The context of a command that runs. */
export function contextOf(command: Command): Context {
  const options = command.optsWithGlobals<GlobalOptions>();
  const json = options.json === true;
  return {
    client: connect(findCloud(options.osCloud, process.env), { timeoutMs: options.timeout * 1000 }),
    json,
    show: (value, draw) => process.stdout.write(`${json ? JSON.stringify(value, null, 2) : draw()}\n`),
    progress: progressTo(process.stderr),
  };
}

function progressTo(out: NodeJS.WriteStream): Progress {
  const wipe = '\r\u001b[K';
  let shown = false;
  return {
    tell: (text) => {
      out.write(`${shown ? wipe : ''}${text}\n`);
      shown = false;
    },
    live: (text) => {
      if (!out.isTTY || (text === '' && !shown)) return;
      out.write(`${wipe}${text.slice(0, Math.max(20, (out.columns ?? 80) - 1))}`);
      shown = text !== '';
    },
  };
}
