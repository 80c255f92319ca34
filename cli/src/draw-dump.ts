// A crash dump for people: its fields, the time line of what was seen, its files, and the last words of the guest's kernel.

import type { Artefact, Dump } from '@remnant/client';
import type { FollowedDump } from './followed-dump.ts';
import { secondsSince, timeOfDay } from './followed-dump.ts';
import { memoryWords } from './memory-words.ts';
import { nmiWords } from './nmi-words.ts';
import { panicWords } from './panic-words.ts';
import { cleanLines, drawFields, drawTable, mebibytes } from './table.ts';

/** The dump for people: its fields, then the time line of what was seen. */
export function drawDump(dump: FollowedDump): string {
  const fields = drawFields([
    ['Dump', dump.id],
    ['Server', dump.server_id],
    ['Request', dump.request_id],
    ['Phase', dump.phase],
    ['Verdict', dump.verdict],
    ['Reason', dump.reason],
    ['NMI', nmiWords(dump.nmi)],
    ['Requested', dump.requested_at],
    ['Sent', dump.sent_at],
    ...moments(dump),
    ...memoryField(dump),
    ['Ended', dump.ended_at],
  ]);
  const files = drawTable(
    ['File', 'From', 'Format', 'Size', 'SHA-256', 'Until'],
    dump.artefacts.map((one) => [one.id, one.source, one.format, mebibytes(one.bytes), one.sha256, untilOf(one)]),
  );
  const rows = dump.evidence.map(({ at, kind, detail }) => [
    timeOfDay(at),
    `${secondsSince(dump.requested_at, at)} s`,
    kind,
    detail,
  ]);
  const seen = rows.length === 0 ? 'Nothing was seen of it.' : drawTable(['Seen at', 'After', 'What', 'Detail'], rows);
  return [
    fields,
    seen,
    ...(dump.artefacts.length === 0 ? [] : [files]),
    ...panicWords(dump.panic, 'remnant dump show --json'),
    ...dump.artefacts.flatMap(lastWords),
  ].join('\n');
}

/** What the kernel in a file said as it died, or why that is not known. */
export function lastWords({ id, panic, extract_error: error }: Artefact): string[] {
  if (error !== null) return [cleanLines(`Kernel log of ${id}: none. ${error}`)];
  return panicWords(panic, 'remnant dump dmesg');
}

/** How long a file is there, or since when it is not. */
function untilOf({ deleted_at: gone, expires_at: ends }: Artefact): string {
  if (gone !== null) return `deleted ${gone.slice(0, 19)}`;
  return ends === null ? '-' : ends.slice(0, 19);
}

/** The phases that a guest with a crash kernel goes through, as far as it came. */
function moments(dump: Dump): [string, string][] {
  const all: [string, string | null][] = [
    ['Reaction', dump.reaction],
    ['Reacted', dump.reacted_at],
    ['Capturing', dump.capturing_at],
    ['Saved', dump.saved_at],
    ['Rebooted', dump.rebooted_at],
  ];
  return all.filter((one): one is [string, string] => one[1] !== null);
}

function memoryField({ memory }: Dump): [string, string][] {
  const words = memoryWords(memory);
  return words === null ? [] : [['Memory', words]];
}
