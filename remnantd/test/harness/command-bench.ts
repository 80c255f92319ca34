// Dispatch on a real database for a test: commands are queued and claimed by hand, on a clock that stands still.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { endCommand, findCommand } from '../../src/db/commands.ts';
import { actionsOf, eventsOf, insertAction } from '../../src/db/instance-actions.ts';
import { patchService, presentService } from '../../src/db/services.ts';
import { openStore } from '../../src/db/store.ts';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import { type Queued, queueCommand } from '../../src/dispatch/queue-command.ts';
import type { EvidenceSink, OutcomeSink } from '../../src/dispatch/sinks.ts';
import type { JsonValue } from '../../src/lib/json.ts';
import { HostTable } from '../../src/liveness/host-table.ts';
import { CALLS } from '../../src/main/calls.ts';
import type { CommandKind, Outcome } from '../../src/model/command.ts';
import { DatabaseAway } from '../../src/model/database-away.ts';
import type { CommandId, HostName, ServerId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Claim, ClaimReply, EvidenceReply, Grant } from '../../src/model/wire.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import type { Bus, BusConnection } from '../../src/ports/bus.ts';
import { BusFault } from '../../src/ports/bus.ts';
import { tempDir } from './temp-dir.ts';
import { testBus } from './test-bus.ts';
import { testClock } from './test-clock.ts';

/** The host commands are for, unless another is named. */
export const HOST = asId<HostName>('h');
/** Thirty seconds to be taken, thirty more to be answered; ten minutes to make a server. */
const ANSWER = Object.fromEntries(CALLS.map((kind) => [kind, kind === 'create' ? 600_000 : 30_000])) as Record<
  CommandKind,
  number
>;
export const BOUNDS = { deadlineMs: 30_000, answerMs: ANSWER };

/** A server by a short name. */
export const server = (name: string) => asId<ServerId>(name);
/** An unknown outcome. */
export const lost: Outcome = { result: 'unknown', reason: 'lost' };

/** What may be said of a command that is queued. */
interface QueueMore {
  readonly host?: HostName;
  readonly deadlineMs?: number;
  readonly kind?: 'pause' | 'power-off' | 'destroy' | 'inject-nmi' | 'dump-memory';
}

/** Opens the database and starts the dispatcher with these sinks; grants are good for 5 s. */
export async function commandBench(
  sinks: {
    readonly outcome?: readonly OutcomeSink[];
    readonly evidence?: readonly EvidenceSink[];
    readonly late?: readonly OutcomeSink[];
    readonly enrolled?: { has(host: HostName): boolean };
  } = {},
) {
  const clock = testClock();
  clock.freeze();
  const store = await openStore(`sqlite:${join(tempDir(), 'remnant.db')}`);
  const { bus, connection } = connected(testBus(clock));
  const hosts = new HostTable(clock, 3_000);
  const errors: string[] = [];
  const database = { away: false };
  const read = store.read.withPlugin({
    transformQuery: ({ node }) => {
      if (database.away) throw new DatabaseAway('gone');
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
  const transaction: typeof store.transaction = (work) =>
    database.away ? Promise.reject(new DatabaseAway('gone')) : store.transaction(work);
  const dispatcher = new Dispatcher({
    store: { ...store, read, transaction },
    bus,
    clock,
    hosts,
    outcomeSinks: sinks.outcome ?? [],
    evidenceSinks: sinks.evidence ?? [],
    lateSinks: sinks.late ?? [],
    ...(sinks.enrolled === undefined ? {} : { enrolled: sinks.enrolled }),
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
  const queued = (name: string, more: QueueMore): Promise<Queued> =>
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
      return queueCommand(tx, clock, BOUNDS, {
        server: server(name),
        host,
        order: { kind },
        actionSeq,
        event: 'compute_event',
        ...(deadlineMs === undefined ? {} : { deadlineMs }),
      });
    });
  const ask = async (more: Partial<Claim>) => {
    const claim: Claim = { host: HOST, ledger: 'l', holding: [], busy: [], ...more };
    return (await request(SUBJECT.from(claim.host, 'claim'), claim)) as unknown as ClaimReply;
  };

  return {
    clock,
    store,
    /** Whether the dispatcher's database is away. */
    database,
    bus,
    /** Says that the dispatcher's bus is reached from now on, or is not. */
    connection,
    hosts,
    dispatcher,
    errors,
    /** Gives the host a service that is forced down, or good again; what the process knows of it is the caller's. */
    service: async (forcedDown: boolean) => {
      const told = { life: 'l', wire: 1, calls: [], offered: {} } as never;
      const one = {
        id: asId<never>(clock.uuid()),
        host: HOST,
        binary: 'nova-compute',
        zone: 'nova',
        at: 1,
        told,
      } as const;
      const now = await store.transaction(async (tx) => {
        const made = (await presentService(tx, one)).service;
        return patchService(tx, made.id, { forcedDown }, 1, asId('me'));
      });
      return { now, know: () => hosts.service(now) };
    },
    /** Queues a command for the server called `name`, with an action of its own. */
    queue: async (name: string, more: QueueMore = {}): Promise<CommandId> => (await queued(name, more)).id,
    queued,
    /** Asks for work as the agent of a host does. */
    claim: async (more: Partial<Claim> = {}): Promise<Grant | null> => (await ask(more)).grant,
    /** The same, with all that is answered. */
    ask,
    report: (command: CommandId, outcome: Outcome, host = HOST) =>
      request(SUBJECT.from(host, 'report'), { host, command, outcome }),
    tell: async (batch: unknown, host = HOST) =>
      ((await request(SUBJECT.from(host, 'evidence'), batch)) as unknown as EvidenceReply).upTo,
    /** A command as it is stored now. */
    row: async (id: CommandId) => {
      const row = await findCommand(store.read, id);
      if (row === null) throw new Error(`there is no command ${id}`);
      return row;
    },
    /** Ends a command as another process does, and tells nobody. */
    elsewhere: (id: CommandId, outcome: Outcome) =>
      store.transaction((tx) => endCommand(tx, id, 'granted', outcome, clock.wall())),
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

/** `bus`, and the word on whether it is reached. */
function connected(bus: Bus): { readonly bus: Bus; readonly connection: (now: BusConnection) => void } {
  const told = new Set<(now: BusConnection) => void>();
  let connection = bus.connection();
  return {
    bus: {
      ...bus,
      connection: () => connection,
      request: (subject, ...more) =>
        connection.up
          ? bus.request(subject, ...more)
          : Promise.reject(new BusFault('away', `${subject}: ${connection.reason}`)),
      onConnection: (handle) => {
        told.add(handle);
        return () => told.delete(handle);
      },
    },
    connection: (now) => {
      connection = now;
      for (const handle of told) handle(now);
    },
  };
}
