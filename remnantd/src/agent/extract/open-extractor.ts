// Sets up, for one agent, what takes dmesg out of its dumps: in a folder of the agent's own, telling what it found as evidence.

import { join } from 'node:path';
import type { Evidence } from '../../model/wire.ts';
import type { AgentDeps } from '../agent-deps.ts';
import type { ArtefactStore } from '../capture/artefact-store.ts';
import { Extractor } from './extractor.ts';

/** What does it for the dumps in `store`, not started; null where nothing is to be taken out. `note` keeps what is told. */
export async function openExtractor(
  { openDmesg, stateDir, clock, host, onError }: AgentDeps,
  store: ArtefactStore,
  note: (seen: Omit<Evidence, 'seq'>) => Promise<void>,
): Promise<Extractor | null> {
  if (openDmesg === undefined) return null;
  return new Extractor({
    store,
    take: await openDmesg(join(stateDir, 'extract')),
    clock,
    tell: (server, detail, extract) => note({ server, kind: 'extract', detail, at: clock.wall(), facts: { extract } }),
    onError: (what, error) => onError(`${host}: ${what}`, error),
  });
}
