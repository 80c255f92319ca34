// What was seen of a guest right before its NMI, as a dump shows it.

import type { DumpEvidence } from '../../model/dump.ts';
import type { Vitals } from '../../model/vitals.ts';
import type { ReplySchema } from '../reply-schema.ts';
import { INTEGER, listOf, objectOf, STRING, titled } from '../reply-schema.ts';

const maybe = (schema: ReplySchema): ReplySchema => ({ anyOf: [schema, { type: 'null' }] });
const TRAFFIC = titled(
  'Traffic',
  objectOf({ read_bytes: INTEGER, written_bytes: INTEGER, reads: INTEGER, writes: INTEGER }),
);

/** Its schema. */
export const VITALS: ReplySchema = {
  description: 'What was seen of the guest before the NMI, where that was asked for: of what it did between two looks.',
  anyOf: [
    titled(
      'Vitals',
      objectOf({
        took_ms: INTEGER,
        between_ms: { type: ['integer', 'null'] },
        cpus_busy_percent: maybe(listOf(INTEGER)),
        disks: maybe(TRAFFIC),
        networks: maybe(TRAFFIC),
        console: maybe(listOf(STRING)),
        screen: STRING,
      }),
    ),
    { type: 'null' },
  ],
};

/** The vitals among what was seen; null if there are none. */
export function vitalsBody(seen: readonly DumpEvidence[]): object | null {
  const vitals = seen.find(({ facts }) => facts?.vitals !== undefined)?.facts?.vitals;
  if (vitals === undefined) return null;
  const { tookMs, betweenMs, busyPercent, disk, net, console, screen } = vitals;
  return {
    took_ms: tookMs,
    between_ms: betweenMs,
    cpus_busy_percent: busyPercent,
    disks: trafficBody(disk),
    networks: trafficBody(net),
    console,
    screen,
  };
}

function trafficBody(traffic: Vitals['disk']): object | null {
  if (traffic === null) return null;
  const { readBytes, writtenBytes, reads, writes } = traffic;
  return { read_bytes: readBytes, written_bytes: writtenBytes, reads, writes };
}
