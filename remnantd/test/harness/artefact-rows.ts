// Rows of files that came of dumps, for tests that need no bytes behind them.

import { randomUUID } from 'node:crypto';
import { insertArtefact } from '../../src/db/artefacts.ts';
import { endDump, insertDump } from '../../src/db/dumps.ts';
import type { Db, Store } from '../../src/db/store.ts';
import type { Artefact } from '../../src/model/dump.ts';
import type { ArtefactId, DumpId, HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Server } from '../../src/model/server.ts';

/** Adds a file to a server, with a dump of its own that is over. */
export function addArtefactRow(
  store: Store,
  server: Server,
  more: Partial<Artefact> = {},
): Promise<{ dumpId: DumpId; id: ArtefactId }> {
  return store.transaction((tx) => addArtefact(tx, server, more));
}

/** The same, inside a transaction. */
export async function addArtefact(
  tx: Db,
  server: Server,
  more: Partial<Artefact> = {},
): Promise<{ dumpId: DumpId; id: ArtefactId }> {
  const [at, dumpId, id] = [Date.now(), asId<DumpId>(randomUUID()), asId<ArtefactId>(randomUUID())];
  const owner = {
    serverId: server.id,
    projectId: server.projectId,
    host: server.host ?? asId<HostName>('host-1'),
  };
  await insertDump(tx, {
    id: dumpId,
    ...owner,
    requestId: asId(`req-${randomUUID()}`),
    commandId: asId(randomUUID()),
    requestedAt: at,
    nmi: true,
    memory: 'never',
    afterPanic: 'keep',
    evidence: false,
    forceReason: null,
  });
  await endDump(tx, dumpId, at);
  const artefact = { id, dumpId, ...owner, source: 'guest', format: 'flattened', bytes: 1_000 } as const;
  const what = { sha256: 'ab'.repeat(32), createdAt: at, overQuota: false, expiresAt: null };
  await insertArtefact(tx, { ...artefact, ...what, ...more });
  return { dumpId, id: more.id ?? id };
}
