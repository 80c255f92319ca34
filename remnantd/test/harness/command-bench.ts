// Dispatch on a real database for a test: commands are queued and claimed by hand, on a clock that stands still.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { findCommand } from '../../src/db/commands.ts';
import { actionsOf, eventsOf, insertAction } from '../../src/db/instance-actions.ts';
import { openStore } from '../../src/db/store.ts';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import { queueCommand } from '../../src/dispatch/queue-command.ts';
import type { EvidenceSink, OutcomeSink } from '../../src/dispatch/sinks.ts';
import type { JsonValue } from '../../src/lib/json.ts';
import { HostTable } from '../../src/liveness/host-table.ts';
import type { CommandKind, Outcome } from '../../src/model/command.ts';
import type { CommandId, HostName, ServerId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Claim, ClaimReply, EvidenceReply, Grant } from '../../src/model/wire.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import { tempDir } from './temp-dir.ts';
import { testBus } from './test-bus.ts';
import { testClock } from './test-clock.ts';

/** The host commands are for, unless another is named. */
export const HOST = asId<HostName>('h');
/** Thirty seconds to be taken, thirty more to be answered; ten minutes to make a server. */
const ANSWER: Record<CommandKind, number> = {
  create: 600_000,
  destroy: 30_000,
  'power-on': 30_000,
  'power-off': 30_000,
  pause: 30_000,
  unpause: 30_000,
  'inject-nmi': 30_000,
};
export const BOUNDS = { deadlineMs: 30_000, answerMs: ANSWER };

/** A server by a short name. */
export const server = (name: string) => asId<ServerId>(name);
/** An unknown outcome. */
export const lost: Outcome = { result: 'unknown', reason: 'lost' };

/** Opens the database and starts the dispatcher with these sinks; grants are good for 5 s. */
export async function commandBench(
  sinks: {
    readonly outcome?: readonly OutcomeSink[];
    readonly evidence?: readonly EvidenceSink[];
    readonly late?: readonly OutcomeSink[];
  } = {},
) {
  const clock = testClock();
  clock.freeze();
  const store = await openStore(`sqlite:${join(tempDir(), 'remnant.db')}`);
  const bus = testBus(clock);
  const hosts = new HostTable(clock, 3_000);
  const errors: string[] = [];
  const dispatcher = new Dispatcher({
    store,
    bus,
    clock,
    hosts,
    outcomeSinks: sinks.outcome ?? [],
    evidenceSinks: sinks.evidence ?? [],
    lateSinks: sinks.late ?? [],
    grantValidMs: 5_000,
    sweepMs: 250,
    onError: (what, error) => errors.push(`${what}: ${String(error)}`),
  });
  dispatcher.start();
  onTestFinished(async () => {
    dispatcher.stop();
    clock.stop();
    await store.close();
  });
  const request = (subject: string, message: unknown) => bus.request(subject, message as JsonValue, 60_000);

  return {
    clock,
    store,
    bus,
    hosts,
    dispatcher,
    errors,
    /** Queues a command for the server called `name`, with an action of its own. */
    queue: (
      name: string,
      more: { host?: HostName; deadlineMs?: number; kind?: 'pause' | 'inject-nmi' } = {},
    ): Promise<CommandId> =>
      store.transaction(async (tx) => {
        const actionSeq = await insertAction(tx, {
          serverId: server(name),
          requestId: asId(`req-${randomUUID()}`),
          action: 'an action',
          userId: asId('u'),
          projectId: asId('p'),
          startTime: clock.wall(),
        });
        const { host = HOST, kind = 'inject-nmi', deadlineMs } = more;
        const queued = await queueCommand(tx, clock, BOUNDS, {
          server: server(name),
          host,
          order: { kind },
          actionSeq,
          event: 'compute_event',
          ...(deadlineMs === undefined ? {} : { deadlineMs }),
        });
        return queued.id;
      }),
    /** Asks for work as the agent of a host does. */
    claim: async (more: Partial<Claim> = {}): Promise<Grant | null> => {
      const claim: Claim = { host: HOST, ledger: 'l', holding: [], busy: [], ...more };
      return ((await request(SUBJECT.claim, claim)) as unknown as ClaimReply).grant;
    },
    report: (command: CommandId, outcome: Outcome, host = HOST) => request(SUBJECT.report, { host, command, outcome }),
    tell: async (batch: unknown) => ((await request(SUBJECT.evidence, batch)) as unknown as EvidenceReply).upTo,
    /** A command as it is stored now. */
    row: async (id: CommandId) => {
      const row = await findCommand(store.read, id);
      if (row === null) throw new Error(`there is no command ${id}`);
      return row;
    },
    lateReport: async (id: CommandId) =>
      (await store.read.selectFrom('commands').select('late_report').where('id', '=', id).executeTakeFirstOrThrow())
        .late_report,
    /** The newest action of a server and its events. */
    action: async (name: string) => {
      const query = { limit: 1, afterSeq: null, changedSince: null, changedBefore: null };
      const [action] = await actionsOf(store.read, name, query);
      if (action === undefined) throw new Error(`server ${name} has no action`);
      return { ...action, events: await eventsOf(store.read, action.seq) };
    },
    /** Makes the commands' clock another machine's, or this machine's before it was started anew. */
    fromAnotherEpoch: () => store.transaction((tx) => tx.updateTable('commands').set({ epoch: 'other' }).execute()),
  };
}
