// What is recorded of a server, for those who may see the server: its instance actions, events and dumps. They are asked
// for with the authorised server in hand.

import { dumpsOf, evidenceOf, findDump } from '../db/dumps.ts';
import type { ActionQuery } from '../db/instance-actions.ts';
import { actionsOf, eventsOf, findAction } from '../db/instance-actions.ts';
import type { Store } from '../db/store.ts';
import type { Dump, DumpEvidence } from '../model/dump.ts';
import { fault } from '../model/faults.ts';
import type { ActionEvent, InstanceAction } from '../model/instance-action.ts';
import type { Server } from '../model/server.ts';
import type { Authorised } from './authorised.ts';

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
  /** The newest dumps, at most `limit`. */
  dumps(server: Authorised<Server>, limit: number): Promise<readonly Dump[]>;
  /** One dump with what was seen. Fault dump-not-found. */
  dump(server: Authorised<Server>, id: string): Promise<{ dump: Dump; evidence: readonly DumpEvidence[] }>;
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
      const action = await findAction(db, server.id, requestId);
      if (action === null) throw fault('action-not-found', { request: requestId });
      return { action, events: await eventsOf(db, action.seq) };
    },
    dumps: (server, limit) => dumpsOf(db, server.id, limit),
    dump: async (server, id) => {
      const dump = await findDump(db, server.id, id);
      if (dump === null) throw fault('dump-not-found', { id });
      return { dump, evidence: await evidenceOf(db, dump.id) };
    },
  };
}
