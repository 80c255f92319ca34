// Opens the bytes of an artefact for who may read them. Each time is in the audit before the first byte goes out; nothing of
// the file is kept here on its way.

import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Authorised } from '../../access/authorised.ts';
import { findArtefact } from '../../db/artefacts.ts';
import type { Store } from '../../db/store.ts';
import { askHost } from '../../dispatch/ask-host.ts';
import type { Artefact } from '../../model/dump.ts';
import type { Fault } from '../../model/faults.ts';
import { fault } from '../../model/faults.ts';
import type { ArtefactLane } from '../../ports/artefact-lane.ts';
import type { Bus } from '../../ports/bus.ts';
import type { Clock } from '../../ports/clock.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';

/** What opening needs. */
export interface OpenArtefactDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly lane: Pick<ArtefactLane, 'makeRoom'>;
  /** How long the host has to answer, ms. */
  readonly askMs: number;
}

/** Bytes from `start` up to, and without, `end`. */
export interface Bytes {
  readonly start: number;
  readonly end: number;
}

/**
 * The bytes of `range`, with the first of them at hand; whoever gets the stream reads or destroys it. Faults artefact-gone,
 * artefact-unreachable, artefact-unreadable.
 */
export async function openArtefact(
  deps: OpenArtefactDeps,
  context: RequestContext,
  artefact: Authorised<Artefact>,
  range: Bytes,
): Promise<Readable> {
  const bytes = await fromHost(deps, artefact, range);
  try {
    await recordAccess(deps, context, artefact, range);
  } catch (error) {
    bytes.destroy();
    throw error;
  }
  return bytes;
}

/** The fault of an artefact whose bytes are not given any more; null for one that is there. */
export function goneFault({ id, deletedAt, deletedBy }: Artefact): Fault | null {
  if (deletedAt === null) return null;
  const at = `${new Date(deletedAt).toISOString().slice(0, 19)}Z`;
  return fault('artefact-gone', { id, how: deletedBy === null ? 'ran out' : 'was deleted', at });
}

async function fromHost(deps: OpenArtefactDeps, { host, id }: Artefact, range: Bytes): Promise<Readable> {
  const { bus, lane, askMs } = deps;
  const room = lane.makeRoom();
  const query = { ask: 'send-artefact', artefact: id, range: { start: range.start, end: range.end } } as const;
  const answer = await askHost(bus, host, { ...query, ticket: room.ticket }, askMs);
  if (answer?.ok !== true) {
    room.cancel();
    throw fault(answer === null || answer.code === 'not-implemented' ? 'artefact-unreachable' : 'artefact-unreadable');
  }
  let bytes: Readable;
  try {
    bytes = await room.arrived;
  } catch {
    throw fault('artefact-unreachable');
  }
  // What cannot be read at all is told as a fault, not as an answer that breaks off.
  if (range.end > range.start && bytes.readableLength === 0 && !bytes.destroyed)
    await once(bytes, 'readable').catch(() => {});
  if (bytes.destroyed) throw fault('artefact-unreadable');
  return bytes;
}

/** One transaction: the entry is there, or nobody reads. */
async function recordAccess(
  { store, clock }: OpenArtefactDeps,
  context: RequestContext,
  { id, dumpId, serverId, bytes: size }: Artefact,
  { start, end }: Bytes,
): Promise<void> {
  await store.transaction(async (tx) => {
    const now = await findArtefact(tx, dumpId, id);
    const gone = now === null ? fault('artefact-not-found', { id }) : goneFault(now);
    if (gone !== null) throw gone;
    await recordChange(tx, clock, context, {
      target: `server ${serverId}`,
      detail: { dump: dumpId, artefact: id, range: `${start}-${end - 1}/${size}`, bytes: end - start },
    });
  });
}
