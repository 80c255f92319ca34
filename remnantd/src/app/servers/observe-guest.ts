// What a guest did, seen by its host, in the server's row: its power state, and `stopped` when it went off by itself; one that was
// there before Remnant is `active` again when somebody turns it on.
// A crashed guest is left as it is: Nova would force it off and lose the evidence.

import { findServer, patchServer } from '../../db/servers.ts';
import type { EvidenceSink } from '../../dispatch/sinks.ts';
import type { PowerState } from '../../model/power-state.ts';
import { POWER_STATE, powerStateOf } from '../../model/power-state.ts';
import type { Server } from '../../model/server.ts';
import type { VmState } from '../../model/server-states.ts';
import type { EvidenceKind } from '../../model/wire.ts';
import type { Clock } from '../../ports/clock.ts';

const SHOWS: Partial<Record<EvidenceKind, PowerState>> = {
  started: POWER_STATE.running,
  resumed: POWER_STATE.running,
  stopped: POWER_STATE.shutdown,
  paused: POWER_STATE.paused,
  panicked: POWER_STATE.crashed,
  undefined: POWER_STATE.noState,
};

/** Applies what was seen to servers. */
export function observeGuestSink(clock: Clock): EvidenceSink {
  return async (tx, origin, entry) => {
    if (entry.server === null) return;
    const powerState = entry.kind === 'state' ? powerStateOf(entry.detail) : SHOWS[entry.kind];
    if (powerState === undefined || powerState === null) return;
    const server = await findServer(tx, entry.server);
    // A host speaks for its own servers alone.
    if (server === null || server.deletedAt !== null || server.host !== origin.host) return;
    // Not by itself while its host was at work on it: the end of that says what it is.
    const byItself = entry.command === undefined && server.taskState === null;
    const vmState = byItself ? stateByItself(server, powerState) : server.vmState;
    if (server.powerState === powerState && server.vmState === vmState) return;
    await patchServer(tx, server.id, { powerState, updatedAt: clock.wall(), vmState });
  };
}

/**
 * The state of a server that nobody here brought into that power state. One that was there before is turned on by others too;
 * one of ours that runs against our word stays what we made it.
 */
function stateByItself({ vmState, origin }: Server, powerState: PowerState): VmState {
  if (powerState === POWER_STATE.shutdown && (vmState === 'active' || vmState === 'paused')) return 'stopped';
  if (powerState === POWER_STATE.running && vmState === 'stopped' && origin === 'adopted') return 'active';
  return vmState;
}
