// Answers what dispatch asks of a dump's dmesg: the end of it, as it was kept.

import type { ArtefactId } from '../../model/ids.ts';
import type { DmesgAnswer } from '../../model/wire.ts';
import type { ArtefactStore } from '../capture/artefact-store.ts';
import { ArtefactFault } from '../capture/read-artefact.ts';

/** What goes over the bus of one dmesg, bytes. */
const MOST_TOLD = 256 * 1024;

/** A `DmesgAnswer` as JSON. Throws ArtefactFault `not-found` where there is none, `damaged` where it was changed. */
export async function readDmesg(store: Pick<ArtefactStore, 'beside'>, id: ArtefactId): Promise<string> {
  const kept = (await (await store.beside(id))?.text()) ?? null;
  if (kept === null) throw new ArtefactFault('not-found', `no dmesg was taken out of artefact ${id}`);
  const answer: DmesgAnswer = { bytes: kept.bytes, text: kept.text.subarray(-MOST_TOLD).toString('utf8') };
  return JSON.stringify(answer);
}
