// What is recorded of a server, for those who may see the server: its instance actions, events and dumps. They are asked
// for with the authorised server in hand.

import { artefactsOf, findArtefact } from '../db/artefacts.ts';
import { dumpOfRequest, dumpsOf, evidenceOf, findDump } from '../db/dumps.ts';
import type { ActionQuery } from '../db/instance-actions.ts';
import { actionsOf, eventsOf, findAction } from '../db/instance-actions.ts';
import type { Store } from '../db/store.ts';
import type { Artefact, Dump, DumpEvidence } from '../model/dump.ts';
import { fault } from '../model/faults.ts';
import type { ActionEvent, InstanceAction } from '../model/instance-action.ts';
import type { Server } from '../model/server.ts';
import type { Authorised } from './authorised.ts';
import { markAuthorised } from './authorised.ts';

/** An action page as a caller asks for it; the marker is a request id. */
export type ActionPageQuery = Omit<ActionQuery, 'afterSeq'> & { readonly marker: string | null };

/** A server's records. */
export interface RecordAccess {
  /** Newest first. Fault bad-request for a marker that is none of its requests. */
  actions(server: Authorised<Server>, query: ActionPageQuery): Promise<readonly InstanceAction[]>;
  /** One action with its events, newest first. Fault action-not-found. */
  action(
    server: Authorised<Server>,
    requestId: string,
  ): Promise<{ action: InstanceAction; events: readonly ActionEvent[] }>;
  /** The newest dumps, at most `limit`; those before the dump `marker` where one is given. Fault marker-not-found. */
  dumps(server: Authorised<Server>, limit: number, marker?: string | null): Promise<readonly Dump[]>;
  /** One dump with what was seen and the files that came of it. Fault dump-not-found. */
  dump(
    server: Authorised<Server>,
    id: string,
  ): Promise<{ dump: Dump; evidence: readonly DumpEvidence[]; artefacts: readonly Artefact[] }>;
  /** The dump that request `requestId` asked for; null if it asked for none. */
  dumpOfRequest(server: Authorised<Server>, requestId: string): Promise<Dump | null>;
  /** One of the files of a dump, deleted ones too. Faults dump-not-found, artefact-not-found. */
  artefact(server: Authorised<Server>, dumpId: string, id: string): Promise<Authorised<Artefact>>;
}

/** Opens the way to records. */
export function recordAccess(store: Store): RecordAccess {
  const db = store.read;
  return {
    actions: async (server, { marker, ...query }) => {
      if (marker === null) return actionsOf(db, server.id, { ...query, afterSeq: null });
      const at = await findAction(db, server.id, marker);
      // Nova words it out of what it found, which is nothing.
      if (at === null) throw fault('bad-request', { message: 'Marker None could not be found.' });
      return actionsOf(db, server.id, { ...query, afterSeq: at.seq });
    },
    action: async (server, requestId) => {
      const found = await findAction(db, server.id, requestId);
      if (found === null) throw fault('action-not-found', { request: requestId });
      const events = await eventsOf(db, found.seq);
      // Once more: an action whose event has ended says how it ended, and both are written at once.
      return { action: (await findAction(db, server.id, requestId)) ?? found, events };
    },
    dumps: async (server, limit, marker = null) => {
      if (marker === null) return dumpsOf(db, server.id, limit);
      const at = await findDump(db, server.id, marker);
      if (at === null) throw fault('marker-not-found', { marker });
      return dumpsOf(db, server.id, limit, at.seq);
    },
    dump: async (server, id) => {
      const dump = await findDump(db, server.id, id);
      if (dump === null) throw fault('dump-not-found', { id });
      return { dump, evidence: await evidenceOf(db, dump.id), artefacts: await artefactsOf(db, dump.id) };
    },
    dumpOfRequest: (server, requestId) => dumpOfRequest(db, server.id, requestId),
    artefact: async (server, dumpId, id) => {
      const dump = await findDump(db, server.id, dumpId);
      if (dump === null) throw fault('dump-not-found', { id: dumpId });
      const artefact = await findArtefact(db, dump.id, id);
      if (artefact === null) throw fault('artefact-not-found', { id });
      return markAuthorised(artefact);
    },
  };
}
