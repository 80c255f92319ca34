// What a command's outcome does to its server: the state it leads to on success, the fault otherwise. Two tables.

import type { CommandRow } from '../../db/commands.ts';
import { openCommands } from '../../db/commands.ts';
import { confirmAll, migrationOf } from '../../db/server-migrations.ts';
import type { ServerPatch } from '../../db/servers.ts';
import { findServer, patchServer } from '../../db/servers.ts';
import type { Db } from '../../db/store.ts';
import type { OutcomeSink } from '../../dispatch/sinks.ts';
import type { CommandKind, Outcome } from '../../model/command.ts';
import { isForLostHosts, outcomeDetails } from '../../model/command.ts';
import { tasksOf } from '../../model/command-tasks.ts';
import type { AfterPanic } from '../../model/dump-wishes.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import type { Server, ServerFault } from '../../model/server.ts';
import type { TaskState, VmState } from '../../model/server-states.ts';
import { deletedAt } from './delete-server.ts';
import type { LeftoverDeps } from './remove-leftover.ts';
import { removeLeftover } from './remove-leftover.ts';
import { endBehindMove, endEvacuation, isBehindMove, isMove, settleLeftover, settleMove } from './settle-move.ts';

/** Where success leads, by what was ordered; null leaves the server alone. */
const SUCCESS: Record<CommandKind, ((at: number, server: Server) => ServerPatch) | null> = {
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
  suspend: (at, { vmState }) => ({
    vmState: 'suspended',
    taskState: null,
    powerState: POWER_STATE.shutdown,
    oldVmState: vmState,
    updatedAt: at,
  }),
  resume: (at, { oldVmState }) => ({
    vmState: oldVmState ?? 'active',
    taskState: null,
    powerState: POWER_STATE.running,
    oldVmState: null,
    updatedAt: at,
  }),
  reboot: (at) => ({
    vmState: 'active',
    taskState: null,
    powerState: POWER_STATE.running,
    oldVmState: null,
    updatedAt: at,
  }),
  rescue: (at) => ({
    vmState: 'rescued',
    taskState: null,
    powerState: POWER_STATE.running,
    launchedAt: at,
    updatedAt: at,
  }),
  unrescue: (at) => ({ vmState: 'active', taskState: null, powerState: POWER_STATE.running, updatedAt: at }),
  resize: null,
  'revert-resize': null,
  rebuild: null,
  // A crash dump changes no state of its server (second spec): what the guest does shows by itself.
  'inject-nmi': null,
  // Whatever comes of it is the dump's.
  'dump-memory': null,
  // What it leads to depends on what was wanted: below.
  'after-panic': null,
};

const toError = (): VmState => 'error';
/**
 * Where a failure on the host leads (Nova: compute/manager.py); who is not here stays what it was. An order that never got as
 * far as the hypervisor changes nothing but for the first two: a server that was never made, or whose removal failed, is in error.
 */
const FAILURE: Partial<Record<CommandKind, (server: Server) => VmState>> = {
  create: toError,
  destroy: toError,
  suspend: toError,
  resume: toError,
  rescue: toError,
  unrescue: toError,
  // Its host has told by now whether the guest runs all the same.
  reboot: ({ powerState }) => (powerState === POWER_STATE.running ? 'active' : 'error'),
};
const IN_ANY_CASE: ReadonlySet<CommandKind> = new Set(['create', 'destroy']);

/** What changes nothing of its server when it is done as asked: the server need not be looked at. */
const OF_ITS_DUMP: ReadonlySet<CommandKind> = new Set(['inject-nmi', 'dump-memory']);

/** Applies outcomes to servers. */
export function settleServerSink(deps: LeftoverDeps): OutcomeSink {
  return async (tx, command, outcome) => {
    const at = deps.clock.wall();
    const { order } = command;
    const { kind } = order;
    if (isForLostHosts(order)) return settleLeftover(tx, command, outcome, at);
    if (outcome.result === 'success' && OF_ITS_DUMP.has(kind)) return;
    const server = await findServer(tx, command.serverId);
    if (server === null) return;
    const isMade = kind === 'create' || kind === 'rebuild';
    if (server.deletedAt !== null) {
      const evacuation = await migrationOf(tx, server.id, ['pre-migrating']);
      if (evacuation?.actionSeq === command.actionSeq) {
        return endEvacuation(tx, evacuation, command, outcome.result === 'success' || isTouched(command, outcome), at);
      }
      await endBehindMove(tx, server, command, at);
      // It was deleted while its host was at work on it: what was made then is removed. The host finds it when it asks.
      if (isMade && outcome.result !== 'error') await removeLeftover(tx, deps, server, command.host);
      return;
    }
    if (await isBehindMove(tx, server, command)) return endBehindMove(tx, server, command, at);
    // A deletion or a hard reboot that waits behind this command goes on being shown.
    const tasks = tasksOf(command.order);
    const takenOver = server.taskState !== null && tasks.length > 0 && !tasks.includes(server.taskState);
    const shown = takenOver ? { taskState: server.taskState } : {};
    if (isMove(order)) {
      const touched = isTouched(command, outcome);
      const fault = outcome.result === 'success' ? null : faultOf(outcome, at);
      return settleMove(tx, order, { server, command, outcome, touched, fault, shown, at });
    }
    if (outcome.result === 'success') {
      if (kind === 'destroy') await confirmAll(tx, server.id, at);
      const patch =
        command.order.kind === 'after-panic'
          ? after(command.order.wanted, server, at)
          : (SUCCESS[kind]?.(at, server) ?? null);
      if (patch !== null) await patchServer(tx, server.id, { ...patch, ...shown });
      return;
    }
    if (kind === 'dump-memory' || kind === 'after-panic') return;
    const fault = faultOf(outcome, at);
    const touched = IN_ANY_CASE.has(kind) || isTouched(command, outcome);
    const vmState = touched ? FAILURE[kind]?.(server) : undefined;
    const patch: ServerPatch = {
      ...(fault === null ? {} : { fault }),
      ...(kind === 'inject-nmi' ? {} : { taskState: await taskLeft(tx, command), updatedAt: at, ...shown }),
      ...(vmState === undefined ? {} : { vmState }),
    };
    // A crash dump that failed without a fault (no such guest) changes nothing at all.
    if (Object.keys(patch).length > 0) await patchServer(tx, server.id, patch);
  };
}

/** Whether the guest may have become another by a command that failed. */
function isTouched(command: CommandRow, outcome: Outcome): boolean {
  const taken = command.state !== 'queued';
  return taken && !(outcome.result === 'error' && outcome.untouched === true);
}

/** What the server is doing when a command has failed: what this one was waiting behind, where it was waiting. */
async function taskLeft(tx: Db, { host, serverId }: CommandRow): Promise<TaskState | null> {
  const open = await openCommands(tx, host);
  return open.flatMap((one) => (one.serverId === serverId ? tasksOf(one.order) : []))[0] ?? null;
}

/** A guest that panicked, after what its owner wanted: as it is, running again, or off. */
function after(wanted: AfterPanic, { vmState }: Server, at: number): ServerPatch | null {
  switch (wanted) {
    case 'keep':
      return null;
    case 'reboot':
      return { powerState: POWER_STATE.running, updatedAt: at };
    case 'stop':
      return {
        powerState: POWER_STATE.shutdown,
        updatedAt: at,
        ...(vmState === 'active' || vmState === 'paused' ? { vmState: 'stopped' } : {}),
      };
  }
}

/** Nova's fault for a failure: details only where the code is 500. */
function faultOf(outcome: Exclude<Outcome, { result: 'success' }>, at: number): ServerFault | null {
  const message = outcomeDetails(outcome) ?? '';
  if (outcome.result === 'unknown') return { code: 500, message, details: outcome.reason, created: at };
  if (outcome.faultCode === null) return null;
  return { code: outcome.faultCode, message, details: outcome.faultCode === 500 ? outcome.reason : null, created: at };
}
