// What the outcome of a resize, a revert, a rebuild or an evacuation does to its server, and to its migration. What is not known
// is not guessed: an unknown end is an ERROR whose fault says so, and the room of both sizes stays taken.

import type { CommandRow } from '../../db/commands.ts';
import { confirmAll, migrationOf, migrationOfAction, patchMigration } from '../../db/server-migrations.ts';
import { holdSize } from '../../db/server-usage.ts';
import type { ServerPatch } from '../../db/servers.ts';
import { patchServer } from '../../db/servers.ts';
import { findServiceOn } from '../../db/services.ts';
import type { Db } from '../../db/store.ts';
import type { Order, Outcome } from '../../model/command.ts';
import type { HostName } from '../../model/ids.ts';
import type { Migration } from '../../model/migration.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import type { Server, ServerFault } from '../../model/server.ts';
import type { VmState } from '../../model/server-states.ts';
import { COMPUTE } from '../../model/service.ts';
import { closeLeftovers, recordAtOnce } from './move-records.ts';

/** A command of a move that ended. */
export interface EndedMove {
  readonly server: Server;
  readonly command: CommandRow;
  readonly outcome: Outcome;
  /** False when the guest is certainly what it was before. */
  readonly touched: boolean;
  readonly fault: ServerFault | null;
  /** What the server goes on being shown as doing, where something else took over meanwhile. */
  readonly shown: ServerPatch;
  readonly at: number;
}

/** The orders that move a server. */
export type MoveOrder = Extract<Order, { kind: 'resize' | 'revert-resize' | 'rebuild' }>;

/** Whether an order moves its server. */
export function isMove(order: Order): order is MoveOrder {
  return order.kind === 'resize' || order.kind === 'revert-resize' || order.kind === 'rebuild';
}

/**
 * Whether what came of a command is none of its server's any more: the server is being made on another host, or is there. What
 * its old host took before it was lost ends in its own action, late or never.
 */
export async function isBehindMove(tx: Db, server: Server, command: CommandRow): Promise<boolean> {
  const evacuation = await migrationOf(tx, server.id, ['pre-migrating']);
  if (evacuation !== null) return command.actionSeq !== evacuation.actionSeq;
  return server.host !== null && command.host !== server.host;
}

/** Ends the migration of a command whose server is deleted, or moved on: it has other sizes and places by now, or none. */
export async function endBehindMove(tx: Db, server: Server, command: CommandRow, at: number): Promise<void> {
  const { kind } = command.order;
  const migration =
    kind === 'resize'
      ? await migrationOfAction(tx, server.id, command.actionSeq)
      : kind === 'revert-resize'
        ? await migrationOf(tx, server.id, ['reverting'])
        : null;
  if (migration !== null) await patchMigration(tx, migration.seq, { status: 'error' }, at);
}

/** Applies it to the server and its migration. */
export function settleMove(tx: Db, order: MoveOrder, ended: EndedMove): Promise<void> {
  switch (order.kind) {
    case 'resize':
      return settleResize(tx, ended);
    case 'revert-resize':
      return settleRevert(tx, ended);
    case 'rebuild':
      return settleRebuild(tx, order, ended);
  }
}

/** Success of what ends in one of two ways: running, or off. */
function atRest(stopped: boolean, at: number): ServerPatch {
  return {
    vmState: stopped ? 'stopped' : 'active',
    taskState: null,
    powerState: stopped ? POWER_STATE.shutdown : POWER_STATE.running,
    launchedAt: at,
    updatedAt: at,
  };
}

/** A failure: `vmState` where that changes. */
function failed({ fault, shown, at }: EndedMove, vmState?: VmState): ServerPatch {
  return {
    ...(fault === null ? {} : { fault }),
    ...(vmState === undefined ? {} : { vmState }),
    taskState: null,
    updatedAt: at,
    ...shown,
  };
}

async function settleResize(tx: Db, ended: EndedMove): Promise<void> {
  const { server, command, outcome, at, shown } = ended;
  const migration = await required(migrationOfAction(tx, server.id, command.actionSeq), server);
  if (outcome.result === 'success') {
    const stopped = server.vmState === 'stopped';
    await patchServer(tx, server.id, {
      ...atRest(stopped, at),
      vmState: 'resized',
      oldVmState: stopped ? 'stopped' : 'active',
      flavor: migration.newFlavor,
      oldFlavor: migration.oldFlavor,
      ...shown,
    });
    await holdSize(tx, server.id, [migration.oldFlavor, migration.newFlavor]);
    await recordAtOnce(tx, eventOf(command, 'compute_finish_resize', at), null);
    await patchMigration(tx, migration.seq, { status: 'finished' }, at);
    return;
  }
  await patchMigration(tx, migration.seq, { status: 'error' }, at);
  // A driver that fails leaves the guest as it was.
  const known = outcome.result === 'error';
  await patchServer(tx, server.id, failed(ended, known ? undefined : 'error'));
  if (known) await holdSize(tx, server.id, [server.flavor]);
}

async function settleRevert(tx: Db, ended: EndedMove): Promise<void> {
  const { server, command, outcome, touched, at, shown } = ended;
  const migration = await required(migrationOf(tx, server.id, ['reverting']), server);
  if (outcome.result === 'success') {
    await patchServer(tx, server.id, {
      ...atRest(server.oldVmState === 'stopped', at),
      flavor: migration.oldFlavor,
      oldFlavor: null,
      oldVmState: null,
      ...shown,
    });
    await recordAtOnce(tx, eventOf(command, 'compute_finish_revert_resize', at), null);
    await patchMigration(tx, migration.seq, { status: 'reverted' }, at);
    return;
  }
  if (!touched) {
    // It is resized as before, and can be confirmed or reverted.
    await patchServer(tx, server.id, failed(ended));
    await patchMigration(tx, migration.seq, { status: 'finished' }, at);
    return;
  }
  await patchServer(tx, server.id, { ...failed(ended, 'error'), oldFlavor: null, oldVmState: null });
  await patchMigration(tx, migration.seq, { status: 'error' }, at);
}

/** What an evacuation shows, beside what Nova's does, whose new host found the disk on storage that it shares with the old one. */
const KEPT_DISK = 'remnant_keep_disk';

async function settleRebuild(tx: Db, order: Extract<MoveOrder, { kind: 'rebuild' }>, ended: EndedMove): Promise<void> {
  const { server, command, outcome, touched, at, shown } = ended;
  const evacuation = await migrationOf(tx, server.id, ['pre-migrating']);
  if (outcome.result === 'success') {
    await patchServer(tx, server.id, {
      ...atRest(order.stopped, at),
      oldFlavor: null,
      oldVmState: null,
      ...(evacuation === null ? {} : await newPlace(tx, command.host, evacuation)),
      ...shown,
    });
    // It has the size of its row now, whatever could not be told of it before.
    await holdSize(tx, server.id, [server.flavor]);
    await confirmAll(tx, server.id, at);
    if (outcome.kept !== undefined) await recordAtOnce(tx, eventOf(command, KEPT_DISK, at), null);
    if (evacuation !== null) {
      await patchMigration(tx, evacuation.seq, { status: 'done', leftoverOn: evacuation.sourceHost }, at);
    }
    return;
  }
  const { was } = order;
  // What an evacuation did on the new host is not what the server has on its own.
  const back = (touched && evacuation === null) || was === undefined ? {} : was;
  await patchServer(tx, server.id, { ...failed(ended, touched ? 'error' : undefined), ...back });
  if (evacuation !== null) await endEvacuation(tx, evacuation, command, touched, at);
}

async function newPlace(tx: Db, host: HostName, { destNode }: Migration): Promise<ServerPatch> {
  const zone = (await findServiceOn(tx, host, COMPUTE))?.zone;
  return { host, node: destNode, ...(zone === undefined ? {} : { availabilityZone: zone }) };
}

/** An evacuation that came to nothing, for a server that is there or was deleted meanwhile. `touched`: its new host may have a guest. */
export async function endEvacuation(
  tx: Db,
  evacuation: Migration,
  { host }: CommandRow,
  touched: boolean,
  at: number,
): Promise<void> {
  const end = touched ? ({ status: 'failed', leftoverOn: host } as const) : ({ status: 'error' } as const);
  await patchMigration(tx, evacuation.seq, end, at);
}

/** The end of a removal of what a move left on a host: one that was evacuated from there is completed by it. */
export async function settleLeftover(tx: Db, command: CommandRow, outcome: Outcome, at: number): Promise<void> {
  if (outcome.result === 'success') await closeLeftovers(tx, { server: command.serverId, host: command.host }, at);
}

function eventOf({ actionSeq, host }: CommandRow, event: string, at: number) {
  return { actionSeq, event, host, at };
}

async function required(found: Promise<Migration | null>, server: Server): Promise<Migration> {
  const migration = await found;
  if (migration === null) throw new Error(`server ${server.id} is being resized without a migration`);
  return migration;
}
