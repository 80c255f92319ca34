// Takes what a host took out of an artefact: it is kept with the artefact, and told as evidence of the artefact's own dump,
// which may long be over. The same may be told again, and changes nothing then.

import { keepExtract } from '../db/artefacts.ts';
import { addEvidence } from '../db/dumps.ts';
import type { EvidenceSink } from '../dispatch/sinks.ts';
import type { Clock } from '../ports/clock.ts';

/** Takes `extract`; to be asked after the sink that takes artefacts. */
export function extractSink(clock: Clock): EvidenceSink {
  return async (tx, { host, journal }, { kind, detail, facts, at, seq }) => {
    const told = kind === 'extract' ? facts?.extract : undefined;
    if (told === undefined) return;
    const dump = await keepExtract(tx, host, told);
    // What the guest said stands with the artefact alone: evidence is shown to more people than that is.
    if (dump !== null) {
      await addEvidence(tx, dump, { host, journal, position: seq, kind, detail, at, receivedAt: clock.wall() });
    }
  };
}
