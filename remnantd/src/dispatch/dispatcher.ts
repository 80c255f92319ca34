// The API's side of "at most once": the row is the truth, the bus a doorbell. Serves claims, reports and evidence; ends
// what nobody took by its deadline and what was taken and never answered. Any process may do any of it: state moves by
// compare-and-set, and who loses does nothing.

import type { CommandRow } from '../db/commands.ts';
import { findCommand, keepLateReport, openCommands } from '../db/commands.ts';
import { advanceJournal, journalUpTo } from '../db/host-journals.ts';
import type { Store } from '../db/store.ts';
import type { JsonValue } from '../lib/json.ts';
import type { HostTable } from '../liveness/host-table.ts';
import type { Outcome } from '../model/command.ts';
import { notDelivered } from '../model/command.ts';
import type { CommandId, HostName, ServerId } from '../model/ids.ts';
import type { Claim, ClaimReply, Evidence, EvidenceBatch, EvidenceReply, Report } from '../model/wire.ts';
import { SUBJECT } from '../model/wire.ts';
import type { Bus, Unsubscribe } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import { repeat } from '../ports/repeat.ts';
import { nextGrant, remainingMs } from './grant.ts';
import type { Queued } from './queue-command.ts';
import { settle } from './settle.ts';
import type { EvidenceSink, OutcomeSink } from './sinks.ts';

/** What the dispatcher needs. */
export interface DispatcherDeps {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly hosts: HostTable;
  readonly outcomeSinks: readonly OutcomeSink[];
  readonly evidenceSinks: readonly EvidenceSink[];
  /** Told of an answer that came after the outcome and says something else. */
  readonly lateSinks: readonly OutcomeSink[];
  /** A grant is good for at most this long, ms. */
  readonly grantValidMs: number;
  /** How often open commands are looked over, ms. */
  readonly sweepMs: number;
  readonly onError: (what: string, error: unknown) => void;
}

/** Serves the hosts of a cloud. */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #waiting = new Map<string, Set<(outcome: Outcome) => void>>();
  #stops: Unsubscribe[] = [];

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  /** Begins to serve, and takes over what an earlier process left open. */
  start(): void {
    const { bus, clock, sweepMs, onError } = this.#deps;
    this.#stops = [
      bus.serve(SUBJECT.claim, async (message) => {
        const reply: ClaimReply = { grant: await this.#claim(message as unknown as Claim) };
        return reply as unknown as JsonValue;
      }),
      bus.serve(SUBJECT.report, async (message) => {
        await this.#report(message as unknown as Report);
        return {};
      }),
      bus.serve(SUBJECT.evidence, async (message) => {
        const reply: EvidenceReply = { upTo: await this.#evidence(message as unknown as EvidenceBatch) };
        return reply as unknown as JsonValue;
      }),
      repeat(
        clock,
        sweepMs,
        () => this.sweep(),
        (error) => onError('sweeping open commands', error),
      ),
    ];
  }

  /** Stops serving; open commands stay open for the next process. */
  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** Rings the host of a command that was just committed; a host known to be down fails it at once. */
  async ring(queued: Queued): Promise<void> {
    if (this.#deps.hosts.status(queued.host) === 'DOWN') {
      await this.failQueued(queued.host, 'the host is down');
      return;
    }
    this.#deps.bus.publish(SUBJECT.ring(queued.host), {});
  }

  /** Ends every command of `host` that it has not taken yet, with this reason. */
  async failQueued(host: HostName, reason: string): Promise<void> {
    for (const command of await openCommands(this.#deps.store.read, host)) {
      if (command.state === 'queued') await this.#end(command, notDelivered(reason));
    }
  }

  /** Ends every command for `server` that its host has not taken yet, with this reason. */
  async failQueuedOf(server: ServerId, reason: string): Promise<void> {
    for (const command of await openCommands(this.#deps.store.read, null)) {
      if (command.serverId === server && command.state === 'queued') await this.#end(command, notDelivered(reason));
    }
  }

  /** Waits for the outcome of a command, at most `timeoutMs`; null if there is none by then. */
  async outcomeOf(id: CommandId, timeoutMs: number): Promise<Outcome | null> {
    const told = new Promise<Outcome | null>((resolve) => {
      const waiters = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiters);
      const cancel = this.#deps.clock.after(timeoutMs, () => {
        waiters.delete(take);
        if (waiters.size === 0) this.#waiting.delete(id);
        resolve(null);
      });
      const take = (outcome: Outcome) => {
        cancel();
        resolve(outcome);
      };
      waiters.add(take);
    });
    // It may have ended before we began to wait.
    const now = await findCommand(this.#deps.store.read, id);
    if (now?.outcome != null) this.#tell(id, now.outcome);
    return told;
  }

  /** Ends one command if it is over its bounds, and gives back its outcome; null while it has none. */
  async expire(id: CommandId): Promise<Outcome | null> {
    const command = await findCommand(this.#deps.store.read, id);
    if (command === null) return null;
    const outcome = command.state === 'done' ? null : this.#overdue(command);
    if (outcome !== null && (await this.#end(command, outcome))) return outcome;
    return (await findCommand(this.#deps.store.read, id))?.outcome ?? null;
  }

  /** Looks over all open commands once and ends those that are over their bounds. */
  async sweep(): Promise<void> {
    for (const command of await openCommands(this.#deps.store.read, null)) {
      const outcome = this.#overdue(command);
      if (outcome === null) continue;
      // One that cannot be ended must not keep the others from it.
      await this.#end(command, outcome).catch((error: unknown) => this.#deps.onError(`command ${command.id}`, error));
    }
  }

  #overdue(command: CommandRow): Outcome | null {
    const { clock } = this.#deps;
    if (command.state === 'queued') {
      if (remainingMs(clock, command) > 0) return null;
      if (command.epoch !== clock.epoch)
        return notDelivered('the service was restarted with its machine before the host took it');
      return notDelivered(`the host did not answer in ${command.allowedMs / 1000} s`);
    }
    if (command.epoch === clock.epoch && clock.mono() < command.answerBy) return null;
    return {
      result: 'unknown',
      reason: 'the host took the command and did not say how it ended',
    };
  }

  async #claim(claim: Claim): Promise<ClaimReply['grant']> {
    const { store, clock, hosts, grantValidMs } = this.#deps;
    // A host marked down gets nothing, even when it is alive and asks.
    if (hosts.status(claim.host) === 'DOWN') return null;
    // Most claims find nothing: those cost a read, not a turn at the one writer.
    if ((await openCommands(store.read, claim.host)).length === 0) return null;
    return store.transaction((tx) => nextGrant(tx, clock, claim, grantValidMs));
  }

  async #report(report: Report): Promise<void> {
    const command = await findCommand(this.#deps.store.read, report.command);
    if (command === null || command.host !== report.host) return;
    if (command.state !== 'done' && (await this.#end(command, report.outcome))) return;
    // The first answer counts; a late one that says something else is kept as evidence.
    await this.#deps.store.transaction(async (tx) => {
      const first = await findCommand(tx, report.command);
      if (JSON.stringify(first?.outcome) !== JSON.stringify(report.outcome)) {
        await keepLateReport(tx, report.command, report.outcome);
        for (const sink of this.#deps.lateSinks) await sink(tx, command, report.outcome);
      }
    });
  }

  async #evidence(batch: EvidenceBatch): Promise<number> {
    try {
      return await this.#take(batch, batch.entries);
    } catch (error) {
      this.#deps.onError(`evidence of ${batch.host}`, error);
    }
    // One of them cannot be taken. They are taken one by one, and that one is passed over, so that it does not keep the
    // host's later ones from being heard; a database that is away takes none, and the host asks again.
    let upTo = 0;
    for (const entry of batch.entries) {
      upTo = await this.#take(batch, [entry]).catch(() => this.#take(batch, [entry], []));
    }
    return upTo;
  }

  /** Takes entries in one transaction, each once, and gives back how far the journal is taken. */
  #take(batch: EvidenceBatch, entries: readonly Evidence[], sinks = this.#deps.evidenceSinks): Promise<number> {
    return this.#deps.store.transaction(async (tx) => {
      let upTo = await journalUpTo(tx, batch.host, batch.journal);
      for (const entry of entries) {
        if (entry.seq <= upTo) continue;
        for (const sink of sinks) await sink(tx, { host: batch.host, journal: batch.journal }, entry);
        upTo = entry.seq;
      }
      await advanceJournal(tx, batch.host, batch.journal, upTo);
      return upTo;
    });
  }

  /** Ends a command unless it ended or moved meanwhile; true if this call did it. */
  async #end(seen: CommandRow, outcome: Outcome): Promise<boolean> {
    const ended = await this.#deps.store.transaction(async (tx) => {
      const command = await findCommand(tx, seen.id);
      // Granted since we looked: its own bound is the later one.
      if (command === null || command.state !== seen.state) return false;
      return settle(tx, command, outcome, this.#deps.clock.wall(), this.#deps.outcomeSinks);
    });
    if (ended) this.#tell(seen.id, outcome);
    return ended;
  }

  #tell(id: CommandId, outcome: Outcome): void {
    const waiters = this.#waiting.get(id);
    this.#waiting.delete(id);
    for (const take of waiters ?? []) take(outcome);
  }
}
