// The API's side of "at most once": the row is the truth, the bus a doorbell. Serves claims, reports and evidence; ends
// what nobody took by its deadline and what was taken and never answered. Any process may do any of it: state moves by
// compare-and-set, and who loses does nothing.

import type { CommandRow } from '../db/commands.ts';
import { findCommand, keepLateReport, openCommands } from '../db/commands.ts';
import { findEnrollment } from '../db/enrollments.ts';
import { advanceJournal, journalUpTo } from '../db/host-journals.ts';
import { findServiceOn } from '../db/services.ts';
import type { Db, Store } from '../db/store.ts';
import type { JsonValue } from '../lib/json.ts';
import type { HostTable } from '../liveness/host-table.ts';
import type { Outcome } from '../model/command.ts';
import { isForLostHosts, notDelivered } from '../model/command.ts';
import { DatabaseAway } from '../model/database-away.ts';
import type { CommandId, HostName, ServerId } from '../model/ids.ts';
import { COMPUTE } from '../model/service.ts';
import type { Claim, ClaimReply, Evidence, EvidenceBatch, EvidenceReply, Report } from '../model/wire.ts';
import { hostOfSubject, SUBJECT } from '../model/wire.ts';
import type { Bus, Unsubscribe } from '../ports/bus.ts';
import { BusFault } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import { repeat } from '../ports/repeat.ts';
import { BusOutages } from './bus-outages.ts';
import type { CommandClock } from './command-time.ts';
import { allowed, datedOf, isOverdue } from './command-time.ts';
import { NOTHING, nextGrant } from './grant.ts';
import { OutcomeWaits } from './outcome-waits.ts';
import type { Queued } from './queue-command.ts';
import { RowDates } from './row-dates.ts';
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
  /** Which hosts may speak; null where every host of the bus may. */
  readonly enrolled?: { has(host: HostName): boolean } | null;
  /** A grant is good for at most this long, ms. */
  readonly grantValidMs: number;
  /** How often open commands are looked over, ms. */
  readonly sweepMs: number;
  readonly onError: (what: string, error: unknown) => void;
}

/** A process at work answers in no time; one that does not is as good as none, ms. */
const HERE_MS = 1_000;
/** A bus that is there is reached by then from a process that begins, ms. */
const REACH_MS = 5_000;
/** What waits is rung for again this often: a ring may be lost. */
const RING_MS = 500;
const DOWN = 'the host is down';
/** A look over the open commands is good for this long as the answer to a host that asks only because it is time to, ms. */
const LOOK_MS = 1_000;

/** How a command is to end, as the rows have it in the transaction that ends it; null where it is not to end. */
type Judge = (tx: Db) => Promise<Outcome | null>;

/** Serves the hosts of a cloud. */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #time: CommandClock;
  readonly #waits: OutcomeWaits;
  readonly #outages: BusOutages;
  /** The hosts that had open commands at the last look, and when that began. */
  #looked: { readonly at: number; readonly hosts: ReadonlySet<HostName> } | null = null;
  /** The commands that nobody had taken when it was last rung for what waits. */
  #waiting: { readonly at: number; readonly ids: ReadonlySet<CommandId> } | null = null;
  #stops: Unsubscribe[] = [];

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    this.#time = { clock: deps.clock, dates: new RowDates(deps.clock) };
    this.#waits = new OutcomeWaits(deps);
    this.#outages = new BusOutages(deps.bus, deps.clock);
  }

  /**
   * True if no other process serves the hosts; false where that cannot be told, because the bus stays away. To be asked before this
   * one begins.
   */
  async isAlone(): Promise<boolean> {
    if (!(await this.#reached())) return false;
    try {
      await this.#deps.bus.request(SUBJECT.here, {}, HERE_MS);
      return false;
    } catch (error) {
      if (!(error instanceof BusFault)) throw error;
      return error.code !== 'away' && error.code !== 'closed';
    }
  }

  /** Whether the bus is reached; a connection that is being made is waited for. */
  async #reached(): Promise<boolean> {
    const { bus, clock } = this.#deps;
    if (bus.connection().up) return true;
    const first = Promise.withResolvers<boolean>();
    const deaf = bus.onConnection(({ up }) => up && first.resolve(true));
    const cancel = clock.after(REACH_MS, () => first.resolve(false));
    return first.promise.finally(() => {
      deaf();
      cancel();
    });
  }

  /** Begins to serve, and takes over what an earlier process left open. */
  start(): void {
    const { bus, clock, sweepMs, onError } = this.#deps;
    this.#stops = [
      this.#outages.start(),
      this.#waits.start(),
      bus.serve(SUBJECT.fromAll('claim'), async (message, subject) => {
        const reply = await this.#claim(said<Claim>(message, subject));
        return reply as unknown as JsonValue;
      }),
      bus.serve(SUBJECT.fromAll('report'), async (message, subject) => {
        await this.#report(said<Report>(message, subject));
        return {};
      }),
      bus.serve(SUBJECT.fromAll('evidence'), async (message, subject) => {
        const reply: EvidenceReply = { upTo: await this.#evidence(said<EvidenceBatch>(message, subject)) };
        return reply as unknown as JsonValue;
      }),
      bus.serve(SUBJECT.here, () => Promise.resolve({})),
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

  /**
   * Rings the host of a command that was just committed; one that is down fails it at once. Never throws: what was accepted stands,
   * and is looked after by every sweep.
   */
  async ring(queued: Queued): Promise<void> {
    const { hosts, bus } = this.#deps;
    if (hosts.status(queued.host) === 'DOWN')
      await this.#failAll(queued.host, DOWN, (command) => this.#lossOf(command));
    bus.publish(SUBJECT.ring(queued.host), queued.nmi === undefined ? {} : { nmi: queued.nmi });
  }

  /**
   * Ends every command of `host`, which is forced down, that it has not taken yet, with this reason; but for what is good for such a
   * host. Never throws, as `ring`.
   */
  failQueued(host: HostName, reason: string): Promise<void> {
    return this.#failAll(host, reason, ({ order }) => (isForLostHosts(order) ? null : notDelivered(reason)));
  }

  /** Ends every command for `server` that its host has not taken yet, with this reason. Never throws, as `ring`. */
  failQueuedOf(server: ServerId, reason: string): Promise<void> {
    return this.#failAll(null, reason, ({ serverId }) => (serverId === server ? notDelivered(reason) : null));
  }

  async #failAll(
    host: HostName | null,
    why: string,
    wanted: (command: CommandRow) => Outcome | Judge | null,
  ): Promise<void> {
    const failed = (error: unknown): CommandRow[] => {
      this.#deps.onError(`looking for commands to end: ${why}`, error);
      return [];
    };
    for (const command of await openCommands(this.#deps.store.read, host).catch(failed)) {
      const outcome = command.state === 'queued' ? wanted(command) : null;
      if (outcome !== null) await this.#endAlone(command, outcome);
    }
  }

  /**
   * The same in the transaction of who moves `server` away from `host`: what that host has not taken by then, it never takes. An
   * outcome that somebody waits for is found by them in the row.
   */
  async endQueuedIn(tx: Db, server: ServerId, host: HostName, reason: string): Promise<void> {
    for (const command of await openCommands(tx, host)) {
      if (command.state !== 'queued' || command.serverId !== server) continue;
      await settle(tx, command, notDelivered(reason), this.#deps.clock.wall(), this.#deps.outcomeSinks);
    }
  }

  /** Waits for the outcome of a command, whichever process records it, at most `timeoutMs`; null if there is none by then. */
  outcomeOf(id: CommandId, timeoutMs: number): Promise<Outcome | null> {
    return this.#waits.wait(id, timeoutMs);
  }

  /**
   * Ends one command if it is over its bounds, and gives back its outcome; null while it has none, and while that cannot be told
   * because the database is away: what was accepted stands.
   */
  async expire(id: CommandId): Promise<Outcome | null> {
    try {
      return await this.#expire(id);
    } catch (error) {
      this.#deps.onError(`command ${id}`, error);
      return null;
    }
  }

  /** How long its host has had a command, ms, as wall clocks have it; 0 where none has, and while the database is away. */
  async takenForMs(id: CommandId): Promise<number> {
    try {
      const command = await findCommand(this.#deps.store.read, id);
      return command?.grantedAt == null ? 0 : Math.max(0, this.#deps.clock.wall() - command.grantedAt);
    } catch (error) {
      this.#deps.onError(`command ${id}`, error);
      return 0;
    }
  }

  async #expire(id: CommandId): Promise<Outcome | null> {
    const command = await findCommand(this.#deps.store.read, id);
    if (command === null) return null;
    const outcome = command.state === 'done' ? null : this.#overdue(command);
    if (outcome !== null && (await this.#end(command, outcome))) return outcome;
    return (await findCommand(this.#deps.store.read, id))?.outcome ?? null;
  }

  /** Looks over all open commands once and ends those that are over their bounds. */
  async sweep(): Promise<void> {
    const { clock, dates } = this.#time;
    const open = () => openCommands(this.#deps.store.read, null);
    const at = clock.mono();
    const commands = await dates.look(open, (one) => datedOf({ clock }, one));
    this.#looked = { at, hosts: new Set(commands.map((command) => command.host)) };
    this.#ringAgain(commands);
    for (const command of commands) {
      const outcome = this.#overdue(command);
      if (outcome !== null) await this.#endAlone(command, outcome);
      else if (command.state === 'queued' && this.#seemsLost(command.host))
        await this.#endAlone(command, this.#lossOf(command));
    }
  }

  /** Whether nothing can reach `host`, as far as this process has heard. */
  #seemsLost(host: HostName): boolean {
    const { hosts, enrolled } = this.#deps;
    return hosts.status(host) === 'DOWN' || enrolled?.has(host) === false;
  }

  /**
   * How one ends whose host is forced down or not enrolled any more; who ended the others may not have seen it. The rows have the
   * word: this process may not have heard yet that the host is good again.
   */
  #lossOf(command: CommandRow): Judge {
    return async (tx) => {
      const down = (await findServiceOn(tx, command.host, COMPUTE))?.forcedDown === true;
      if (down && !isForLostHosts(command.order)) return notDelivered(DOWN);
      if (this.#deps.enrolled == null || (await findEnrollment(tx, 'host', command.host)) !== null) return null;
      return notDelivered('the host is not enrolled any more');
    };
  }

  /** Ends one command among others: one that cannot be ended must not keep the others from it. */
  async #endAlone(command: CommandRow, outcome: Outcome | Judge): Promise<void> {
    await this.#end(command, outcome).catch((error: unknown) => this.#deps.onError(`command ${command.id}`, error));
  }

  /** Rings the hosts of what was not taken since the last time. Any process does: the one that rang first may be gone. */
  #ringAgain(commands: readonly CommandRow[]): void {
    const now = this.#deps.clock.mono();
    const before = this.#waiting;
    if (before !== null && now - before.at < RING_MS) return;
    const waiting = commands.filter((command) => command.state === 'queued');
    this.#waiting = { at: now, ids: new Set(waiting.map((command) => command.id)) };
    const hosts = new Set(waiting.filter(({ id }) => before?.ids.has(id)).map(({ host }) => host));
    for (const host of hosts) this.#deps.bus.publish(SUBJECT.ring(host), {});
  }

  #overdue(command: CommandRow): Outcome | null {
    if (!isOverdue(this.#time, command)) return null;
    if (command.state === 'granted') {
      return { result: 'unknown', reason: 'the host took the command and did not say how it ended' };
    }
    const late = `the host did not answer in ${command.allowedMs / 1000} s`;
    const awayMs = this.#outages.within(allowed(this.#time, command));
    if (awayMs === 0) {
      const { connection } = this.#deps.hosts.find(command.host) ?? { connection: null };
      // An agent that has not reached its hypervisor since it started asks for no work.
      return notDelivered(connection?.up === false ? `${late}: its agent cannot reach what it drives` : late);
    }
    const away = awayMs < command.allowedMs ? ` for ${Math.ceil(awayMs / 1000)} s of them` : '';
    return notDelivered(`${late}: the bus could not be reached${away}`);
  }

  async #claim(claim: Claim): Promise<ClaimReply> {
    const { store, hosts, grantValidMs } = this.#deps;
    // "Nothing" is never wrong, it may only be late: what came since the look has been, or will be, rung for.
    if (claim.poll === true && this.#hadNothing(claim.host)) return NOTHING;
    // Most claims find nothing: those cost a read, not a turn at the one writer.
    if (claim.rung !== true && (await openCommands(store.read, claim.host)).length === 0) return NOTHING;
    // A host marked down gets next to nothing, even when it is alive and asks.
    const down = hosts.status(claim.host) === 'DOWN';
    return store.transaction((tx) => nextGrant(tx, this.#time, claim, grantValidMs, down));
  }

  #hadNothing(host: HostName): boolean {
    const looked = this.#looked;
    return looked !== null && this.#deps.clock.mono() - looked.at < LOOK_MS && !looked.hosts.has(host);
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
      if (error instanceof DatabaseAway) throw error;
      this.#deps.onError(`evidence of ${batch.host}`, error);
    }
    // One of them cannot be taken. They are taken one by one, and that one is passed over, so that it does not keep the
    // host's later ones from being heard; a database that is away takes none, and the host asks again.
    let upTo = 0;
    for (const entry of batch.entries) {
      upTo = await this.#take(batch, [entry]).catch((error: unknown) => {
        if (error instanceof DatabaseAway) throw error;
        return this.#take(batch, [entry], []);
      });
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
  async #end(seen: CommandRow, wanted: Outcome | Judge): Promise<boolean> {
    const outcome = await this.#deps.store.transaction(async (tx) => {
      const command = await findCommand(tx, seen.id);
      // Granted since we looked: its own bound is the later one.
      if (command === null || command.state !== seen.state) return null;
      const now = typeof wanted === 'function' ? await wanted(tx) : wanted;
      if (now === null) return null;
      return (await settle(tx, command, now, this.#deps.clock.wall(), this.#deps.outcomeSinks)) ? now : null;
    });
    if (outcome !== null) this.#waits.ended(seen.id, outcome);
    return outcome !== null;
  }
}

/** What a host said, in the name that it may speak in. */
function said<T extends { readonly host: HostName }>(message: JsonValue, subject: string): T {
  return { ...(message as unknown as T), host: hostOfSubject(subject) };
}
