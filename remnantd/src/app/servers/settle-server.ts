// What a command's outcome does to its server: the state it leads to on success, the fault otherwise. One table.

import type { ServerPatch } from '../../db/servers.ts';
import { findServer, patchServer } from '../../db/servers.ts';
import type { OutcomeSink } from '../../dispatch/sinks.ts';
import type { CommandKind, Outcome } from '../../model/command.ts';
import { outcomeDetails } from '../../model/command.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import type { ServerFault } from '../../model/server.ts';
import { deletedAt } from './delete-server.ts';
import type { LeftoverDeps } from './remove-leftover.ts';
import { removeLeftover } from './remove-leftover.ts';

/** Where success leads, by what was ordered; null leaves the server alone. */
const SUCCESS: Record<CommandKind, ((at: number) => ServerPatch) | null> = {
  create: (at) => ({
    vmState: 'active',
    taskState: null,
    powerState: POWER_STATE.running,
    launchedAt: at,
    updatedAt: at,
  }),
  destroy: deletedAt,
  'power-on': (at) => ({ vmState: 'active', taskState: null, powerState: POWER_STATE.running, updatedAt: at }),
  'power-off': (at) => ({ vmState: 'stopped', taskState: null, powerState: POWER_STATE.shutdown, updatedAt: at }),
  pause: (at) => ({ vmState: 'paused', taskState: null, powerState: POWER_STATE.paused, updatedAt: at }),
  unpause: (at) => ({ vmState: 'active', taskState: null, powerState: POWER_STATE.running, updatedAt: at }),
  // A crash dump changes no state of its server (second spec): what the guest does shows by itself.
  'inject-nmi': null,
};

/** Applies outcomes to servers. */
export function settleServerSink(deps: LeftoverDeps): OutcomeSink {
  return async (tx, command, outcome) => {
    const at = deps.clock.wall();
    const kind = command.order.kind;
    const server = await findServer(tx, command.serverId);
    if (server === null) return;
    if (server.deletedAt !== null) {
      // It was deleted while its host was at work on it: what was made then is removed. The host finds it when it asks.
      if (kind === 'create' && outcome.result !== 'error') await removeLeftover(tx, deps, server, command.host);
      return;
    }
    if (outcome.result === 'success') {
      const patch = SUCCESS[kind]?.(at) ?? null;
      // A deletion that waits behind this command goes on being shown.
      const shown = server.taskState === 'deleting' && kind !== 'destroy' ? { taskState: server.taskState } : {};
      if (patch !== null) await patchServer(tx, server.id, { ...patch, ...shown });
      return;
    }
    const fault = faultOf(outcome, at);
    const patch: ServerPatch = {
      ...(fault === null ? {} : { fault }),
      ...(kind === 'inject-nmi' ? {} : { taskState: null, updatedAt: at }),
      // A server that was never made, or whose removal failed half-way, is in error (Nova).
      ...(kind === 'create' || kind === 'destroy' ? { vmState: 'error' } : {}),
    };
    // A crash dump that failed without a fault (no such guest) changes nothing at all.
    if (Object.keys(patch).length > 0) await patchServer(tx, server.id, patch);
  };
}

/** Nova's fault for a failure: details only where the code is 500. */
function faultOf(outcome: Exclude<Outcome, { result: 'success' }>, at: number): ServerFault | null {
  const message = outcomeDetails(outcome) ?? '';
  if (outcome.result === 'unknown') return { code: 500, message, details: outcome.reason, created: at };
  if (outcome.faultCode === null) return null;
  return { code: outcome.faultCode, message, details: outcome.faultCode === 500 ? outcome.reason : null, created: at };
}
