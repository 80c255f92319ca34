// Reads the dmesg that was taken out of an artefact, for who may read it: a question to its host. Each time is in the audit
// before the text goes out.

import type { Authorised } from '../../access/authorised.ts';
import { findArtefact } from '../../db/artefacts.ts';
import type { Store } from '../../db/store.ts';
import { askHost } from '../../dispatch/ask-host.ts';
import type { Artefact } from '../../model/dump.ts';
import { fault } from '../../model/faults.ts';
import { harmlessText } from '../../model/harmless-text.ts';
import type { DmesgAnswer } from '../../model/wire.ts';
import type { Bus } from '../../ports/bus.ts';
import type { Clock } from '../../ports/clock.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import { goneFault } from './open-artefact.ts';

/** What reading needs. */
export interface ReadDmesgDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly bus: Bus;
  /** How long the host has to answer, ms. */
  readonly askMs: number;
}

/** A dmesg, fit for a terminal. */
export interface Dmesg {
  readonly text: string;
  /** Bytes of all of it. */
  readonly bytes: number;
  /** True if `text` is its end alone. */
  readonly truncated: boolean;
}

/** The dmesg of an artefact. Faults artefact-gone, dmesg-not-found, artefact-unreachable, artefact-unreadable. */
export async function readDmesg(
  deps: ReadDmesgDeps,
  context: RequestContext,
  artefact: Authorised<Artefact>,
): Promise<Dmesg> {
  const gone = goneFault(artefact);
  if (gone !== null) throw gone;
  const { id, host, dmesgBytes, extractError } = artefact;
  if (dmesgBytes === null) throw fault('dmesg-not-found', { id, reason: extractError });
  const answer = await askHost(deps.bus, host, { ask: 'dmesg', artefact: id }, deps.askMs);
  if (answer === null) throw fault('artefact-unreachable');
  if (!answer.ok) throw fault('artefact-unreadable');
  const { bytes, text } = JSON.parse(answer.text) as DmesgAnswer;
  await recordAccess(deps, context, artefact);
  return { bytes, text: harmlessText(text), truncated: Buffer.byteLength(text) < bytes };
}

/** One transaction: the entry is there, or nobody reads. */
async function recordAccess(
  { store, clock }: ReadDmesgDeps,
  context: RequestContext,
  { id, dumpId, serverId }: Artefact,
): Promise<void> {
  await store.transaction(async (tx) => {
    const now = await findArtefact(tx, dumpId, id);
    const gone = now === null ? fault('artefact-not-found', { id }) : goneFault(now);
    if (gone !== null) throw gone;
    await recordChange(tx, clock, context, { target: `server ${serverId}`, detail: { dump: dumpId, artefact: id } });
  });
}
