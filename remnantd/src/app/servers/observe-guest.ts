// What a guest did, seen by its host, in the server's row: its power state, and `stopped` when it went off by itself.
// A crashed guest is left as it is: Nova would force it off and lose the evidence.

import { findServer, patchServer } from '../../db/servers.ts';
import type { EvidenceSink } from '../../dispatch/sinks.ts';
import type { PowerState } from '../../model/power-state.ts';
import { POWER_STATE, powerStateOf } from '../../model/power-state.ts';
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
    const wentOff =
      powerState === POWER_STATE.shutdown &&
      server.taskState === null &&
      (server.vmState === 'active' || server.vmState === 'paused');
    if (server.powerState === powerState && !wentOff) return;
    await patchServer(tx, server.id, {
      powerState,
      updatedAt: clock.wall(),
      ...(wentOff ? { vmState: 'stopped' } : {}),
    });
  };
}
