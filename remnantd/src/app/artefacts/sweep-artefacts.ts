// Looks after artefacts that are over: those whose time ran out are marked deleted, and hosts are asked to erase what is
// marked until they say that it is gone. Everything it goes by is in the rows, so it goes on after any restart.

import { artefactsOver, hostsToErase, markDeleted, markErased, toErase } from '../../db/artefacts.ts';
import { insertAudit } from '../../db/audit.ts';
import type { Store } from '../../db/store.ts';
import { askHost } from '../../dispatch/ask-host.ts';
import type { Artefact } from '../../model/dump.ts';
import type { ArtefactId, HostName } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import type { Bus } from '../../ports/bus.ts';
import type { Clock } from '../../ports/clock.ts';

/** What sweeping needs. */
export interface SweepDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly bus: Bus;
  /** How long a host has to answer, ms. */
  readonly askMs: number;
}

const AT_A_TIME = 100;

/** Looks over everything once. A host that is away is asked again at the next time. */
export async function sweepArtefacts(deps: SweepDeps): Promise<void> {
  for (const artefact of await artefactsOver(deps.store.read, deps.clock.wall(), AT_A_TIME))
    await runOut(deps, artefact);
  await Promise.all((await hostsToErase(deps.store.read)).map((host) => eraseOn(deps, host)));
}

async function runOut(
  { store, clock }: SweepDeps,
  { id, dumpId, serverId, projectId, bytes }: Artefact,
): Promise<void> {
  const at = clock.wall();
  await store.transaction(async (tx) => {
    if (!(await markDeleted(tx, id, at, null))) return;
    await insertAudit(tx, {
      at,
      requestId: asId(`req-${clock.uuid()}`),
      userId: null,
      projectId,
      operation: 'artefact.ran-out',
      target: `server ${serverId}`,
      result: 'done',
      detail: JSON.stringify({ dump: dumpId, artefact: id, bytes }),
    });
  });
}

async function eraseOn({ store, clock, bus, askMs }: SweepDeps, host: HostName): Promise<void> {
  const erased: ArtefactId[] = [];
  for (const artefact of await toErase(store.read, host, AT_A_TIME)) {
    const answer = await askHost(bus, host, { ask: 'erase-artefact', artefact }, askMs);
    // Whoever does not answer one question now answers no other.
    if (answer?.ok !== true) break;
    erased.push(artefact);
  }
  if (erased.length > 0) await store.transaction((tx) => markErased(tx, erased, clock.wall()));
}
