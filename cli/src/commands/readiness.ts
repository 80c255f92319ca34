// `remnant server readiness`: would an NMI give a dump, and what is to be done where it would not.

import type { ReadinessItem, ReadinessShowReply } from '@remnant/client';
import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { CommandEnd, EXIT } from '../exit.ts';
import { findServerId } from '../find.ts';
import { drawTable } from '../table.ts';

/** The command. */
export function readinessCommand(): Command {
  return new Command('readiness')
    .description('Show whether a server is ready for a crash dump, and what to do about what is not')
    .argument('<server>', 'name or id')
    .option('--refresh', 'have its host look at the guest now, for at most 10 s')
    .action(async (wanted: string, options: { readonly refresh?: boolean }, command: Command) => {
      const { client, show } = contextOf(command);
      const id = await findServerId(client, wanted);
      const query = options.refresh === true ? { refresh: 'true' } : {};
      const { readiness } = await client.readiness.show(id, query);
      show(readiness, () => drawReadiness(readiness));
      if (readiness.state !== 'green') throw new CommandEnd(EXIT.otherVerdict, '');
    });
}

type Shown = ReadinessShowReply['readiness'];

/** The table, the sentence, and what is to be done. */
function drawReadiness({ state, says, items }: Shown): string {
  const rows = items.map((item) => [item.item, item.state, item.needed ? 'yes' : 'no', item.says, learnt(item)]);
  const fixes = items.filter(({ state: how, fix }) => how !== 'green' && fix !== null);
  const lines = fixes.map(({ item, fix }) => `  ${item}: ${plain(fix ?? '')}`);
  return [
    drawTable(['Item', 'State', 'Needed', 'What is known', 'Learnt'], rows),
    `${state}: an NMI now would most probably give ${says === 'unknown' ? 'something that is not known' : plain(says)}`,
    ...(lines.length === 0 ? [] : ['What to do:', ...lines]),
  ].join('\n');
}

function learnt({ age_seconds: age }: ReadinessItem): string {
  if (age === null) return 'now';
  if (age < 60) return `${age} s ago`;
  if (age < 7_200) return `${Math.floor(age / 60)} min ago`;
  return age < 172_800 ? `${Math.floor(age / 3_600)} h ago` : `${Math.floor(age / 86_400)} days ago`;
}

/** What came from a guest must not steer the terminal. */
function plain(text: string): string {
  return text.replaceAll(/\p{C}/gu, '?');
}
