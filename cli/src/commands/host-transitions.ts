// `remnant host transitions HOST`: what became of a host and why, the newest first; or followed as it comes.

import { Command, Option } from 'commander';
import { contextOf } from '../context.ts';
import type { TransitionsPage } from '../host-transitions.ts';
import { evidenceWords, followTransitions, transitionLine, transitionsOf } from '../host-transitions.ts';
import { countOf, numberOf } from '../options.ts';
import { drawTable } from '../table.ts';

const HEAD = ['Seq', 'At', 'From', 'To', 'Cause', 'Stands On'];
/** How many are shown when nothing else is said: what became of a host in years is long. */
const NEWEST = 20;

interface Options {
  readonly since?: number;
  readonly limit?: number;
  readonly order: 'asc' | 'desc';
  readonly follow?: true;
}

/** The command, below `host`. */
export function transitionsCommand(): Command {
  return new Command('transitions')
    .description('Show what became of a host, newest first (admin)')
    .argument('<host>', 'its name')
    .option('--since <n>', 'all behind the one with this number', numberOf)
    .option('--limit <n>', `at most so many; ${NEWEST} without --since`, countOf)
    .addOption(new Option('--order <order>', 'newest or oldest first').choices(['desc', 'asc']).default('desc'))
    .addOption(
      new Option('--follow', 'those, oldest first, a line each; then each as it comes, until Ctrl-C').conflicts(
        'order',
      ),
    )
    .action(async (host: string, options: Options, command: Command) => {
      const { client, json, show, progress } = contextOf(command);
      const { since = null, order } = options;
      const limit = options.limit ?? (since === null ? NEWEST : Number.POSITIVE_INFINITY);
      const page: TransitionsPage = async (query, signal) =>
        (await client.hosts.transitions(host, query, signal === undefined ? {} : { signal })).transitions;
      if (options.follow === true) {
        const print = (line: string) => void process.stdout.write(`${line}\n`);
        await followTransitions({
          host,
          page,
          progress,
          since,
          limit,
          print: (one) => print(json ? JSON.stringify(one) : transitionLine(one)),
        });
        return;
      }
      const found = await transitionsOf(page, { since, limit, order });
      show(found, () =>
        drawTable(
          HEAD,
          found.map(({ seq, at, from, to, cause, evidence }) => [seq, at, from, to, cause, evidenceWords(evidence)]),
        ),
      );
    });
}
