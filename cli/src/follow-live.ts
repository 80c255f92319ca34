// `--follow`: one time line from the shot to the end of a dump. Phases and what was seen come with their time since the
// request, in the order they happened; then the verdict, the first lines of the panic, and how to fetch the files.

import { lastWords } from './draw-dump.ts';
import type { FollowedDump } from './followed-dump.ts';
import { secondsSince } from './followed-dump.ts';
import { panicWords } from './panic-words.ts';
import { cleanLines, mebibytes } from './table.ts';
import type { Watch } from './watch-dump.ts';
import { standsOf } from './watch-dump.ts';

/** One line of the time line. */
export interface Moment {
  /** Names it: a moment is told once. */
  readonly key: string;
  readonly at: string;
  readonly words: string;
}

/** Looks after the end for the text of a panic, which its host lets out only then. */
const LATE_LOOKS = 15;

const PHASES = [
  ['requested_at', 'requested'],
  ['sent_at', 'the NMI was sent'],
  ['reacted_at', 'the guest reacted'],
  ['capturing_at', 'the guest writes its dump'],
  ['saved_at', 'the dump is saved'],
  ['rebooted_at', 'the guest came back'],
  ['verdict_at', 'verdict'],
  ['ended_at', 'over'],
] as const satisfies readonly (readonly [keyof FollowedDump, string])[];

/** What is told of a dump so far, oldest first: its phases, and what was seen of it. */
export function momentsOf(dump: FollowedDump): Moment[] {
  const phases = PHASES.flatMap(([key, name]): Moment[] => {
    const at = dump[key];
    if (at === null) return [];
    const words = key === 'verdict_at' ? `verdict: ${dump.verdict}` : key === 'reacted_at' ? reacted(dump) : name;
    return [{ key, at, words }];
  });
  // How much of a dump there is stands in the live line.
  const seen = dump.evidence
    .filter(({ kind }) => kind !== 'bytes')
    .map(({ kind, detail, at }, index) => ({ key: `${index} ${kind}`, at, words: cleanLines(`  ${kind}: ${detail}`) }));
  return [...phases, ...seen].toSorted((a, b) => a.at.localeCompare(b.at));
}

/** `--follow`: each moment once as it comes, until the dump is over and its guest's last words are there. */
export function untilOver(): Watch {
  const told = new Set<string>();
  let late = 0;
  return {
    news: (dump) => {
      const fresh = momentsOf(dump).filter(({ key }) => !told.has(key));
      for (const { key } of fresh) told.add(key);
      return fresh.map(({ at, words }) => `${`+${secondsSince(dump.requested_at, at)} s`.padStart(12)}  ${words}`);
    },
    isDone: (dump) => {
      if (dump.ended_at === null) return false;
      if (!waitsForText(dump)) return true;
      late += 1;
      return late > LATE_LOOKS;
    },
    stands: (dump) => (dump.ended_at === null ? standsOf(dump) : 'its host lets the text of the panic out'),
  };
}

/** What is left to say once the time line is over: the verdict, the panic, the files. */
export function drawEnd(dump: FollowedDump): string {
  const files = dump.artefacts.filter(({ deleted_at: gone }) => gone === null);
  return [
    `Verdict: ${dump.verdict ?? 'none'}`,
    ...(dump.reason === null ? [] : [`  ${cleanLines(dump.reason)}`]),
    ...panicWords(dump.panic, 'remnant dump show --json'),
    ...files.flatMap(lastWords),
    ...files.flatMap(({ id, source, format, bytes }) => [
      `File: ${mebibytes(bytes)}, ${format}, from the ${source}`,
      `  remnant dump download ${dump.server_id} ${dump.id} ${id}`,
    ]),
  ].join('\n');
}

function reacted({ reaction }: FollowedDump): string {
  return `the guest reacted: ${reaction ?? 'it is not known how'}`;
}

/** A guest that panicked says its text only when its host lets it. */
function waitsForText({ verdict, reaction, panic }: FollowedDump): boolean {
  return verdict === 'panicked_without_dump' && reaction === 'panicked' && panic === null;
}
