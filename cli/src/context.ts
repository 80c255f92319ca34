// What every command gets: the client of the chosen cloud, the answers' form, and where lines go. Results are on stdout;
// progress, traces and errors on stderr, so that a result can always be piped.

import type { RemnantClient } from '@remnant/client';
import { connect } from '@remnant/client';
import type { Command } from 'commander';
import { findCloud } from './clouds.ts';
import type { GlobalOptions } from './global-options.ts';
import { overridesOf } from './global-options.ts';
import type { Progress } from './progress.ts';
import { progressTo } from './progress.ts';
import { traceOf } from './trace.ts';
import { trust } from './trust.ts';

/** What a command works with. */
export interface Context {
  readonly client: RemnantClient;
  readonly json: boolean;
  /** Shows a result: `value` as JSON, or the text `draw` makes. */
  readonly show: (value: unknown, draw: () => string) => void;
  readonly progress: Progress;
}

/** The context of a command that runs. Ends it with a usage error when no cloud is to be found. */
export function contextOf(command: Command): Context {
  const options = command.optsWithGlobals<GlobalOptions>();
  const json = options.json === true;
  const { cloud, cacert, verify, origin } = findCloud(overridesOf(options), process.env);
  trust(cacert, verify && options.insecure !== true);
  const progress = progressTo(process.stderr);
  const level = options.debug === true ? 'debug' : options.verbose === true ? 'verbose' : null;
  if (level === 'debug') progress.tell(`cloud: ${origin}`);
  const trace =
    level === null ? {} : { onExchange: (one: Parameters<typeof traceOf>[0]) => progress.tell(traceOf(one, level)) };
  return {
    client: connect(cloud, { timeoutMs: options.timeout * 1000, ...trace }),
    json,
    show: (value, draw) => process.stdout.write(`${json ? JSON.stringify(value, null, 2) : draw()}\n`),
    progress,
  };
}
