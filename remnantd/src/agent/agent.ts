// The host's side. Says hello, beats, claims commands, runs each at most once, reports until heard, and tells what it
// sees. It keeps its promises through two files, the ledger and the evidence journal, and touches no database.

import { join } from 'node:path';
import type { Driver, DriverConnection } from '../drivers/driver.ts';
import type { JsonValue } from '../lib/json.ts';
import type { CommandKind, Outcome } from '../model/command.ts';
import type { HostName, ServerId } from '../model/ids.ts';
import { powerStateWord } from '../model/power-state.ts';
import type {
  Beat,
  Claim,
  ClaimReply,
  EvidenceBatch,
  EvidenceReply,
  Grant,
  HelloReply,
  Report,
} from '../model/wire.ts';
import { SUBJECT } from '../model/wire.ts';
import type { Bus, Unsubscribe } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Images } from '../ports/images.ts';
import { answerQuery } from './answer-query.ts';
import type { OpenLog } from './durable-log.ts';
import { EvidenceJournal } from './evidence-journal.ts';
import { composeHello } from './hello.ts';
import type { LedgerEntry } from './ledger.ts';
import { Ledger } from './ledger.ts';
import { Pump } from './pump.ts';
import { runOrder } from './run-order.ts';
import { takeUp } from './take-up.ts';

/** What an agent needs. */
export interface AgentDeps {
  readonly host: HostName;
  readonly driver: Driver;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly images: Images;
  /** Where the ledger and the journal live. */
  readonly stateDir: string;
  readonly openLog: OpenLog;
  /** The commands this agent's wire knows. */
  readonly calls: readonly CommandKind[];
  readonly beatMs: number;
  /** How often it asks for work and repeats what was not heard, ms; a ring makes it ask at once. */
  readonly pollMs: number;
  /** How long it waits for an answer of dispatch, ms. */
  readonly requestMs: number;
  readonly onError: (what: string, error: unknown) => void;
}

/** An agent. */
export class Agent {
  readonly #deps: AgentDeps;
  readonly #life: string;
  readonly #pumps: Pump[];
  readonly #claiming: Pump;
  readonly #reporting: Pump;
  readonly #telling: Pump;
  #ledger!: Ledger;
  #ledgerName = '';
  #journal!: EvidenceJournal;
  /** Null until the driver tells for the first time. */
  #connection: DriverConnection | null = null;
  #greeted = false;
  /** The connection whose guests' states are in the journal. */
  #stated: DriverConnection | null = null;
  /** Commands that an earlier life of this agent began and did not end. */
  #oldWork: readonly LedgerEntry[] = [];
  #tellingNow: Promise<void> | null = null;
  #stopped = false;
  readonly #running = new Map<string, { readonly server: ServerId; readonly done: Promise<void> }>();
  #stops: Unsubscribe[] = [];

  constructor(deps: AgentDeps) {
    this.#deps = deps;
    this.#life = deps.clock.uuid();
    const pump = (what: string, everyMs: number, run: () => Promise<void>) =>
      new Pump(deps.clock, everyMs, run, (error) => deps.onError(`${deps.host}: ${what}`, error));
    this.#claiming = pump('claiming commands', deps.pollMs, () => this.#claim());
    this.#reporting = pump('reporting outcomes', deps.pollMs, () => this.#report());
    this.#telling = pump('telling evidence', deps.pollMs, () => this.#tellUpTo(this.#journal.durable));
    this.#pumps = [
      pump('saying hello', deps.pollMs, () => this.#greet()),
      pump('beating', deps.beatMs, () => Promise.resolve(this.#beat())),
      this.#claiming,
      this.#reporting,
      this.#telling,
    ];
  }

  /** Opens the files, starts the driver, and goes to work. Throws when the state folder cannot be used. */
  async start(): Promise<void> {
    const { stateDir, openLog, clock, driver, bus, host } = this.#deps;
    this.#ledger = await Ledger.open(join(stateDir, 'ledger.jsonl'), openLog);
    this.#ledgerName = await this.#ledger.named(clock.uuid());
    this.#oldWork = this.#ledger.open().filter((entry) => entry.outcome === null);
    this.#journal = await EvidenceJournal.open(join(stateDir, 'evidence.jsonl'), openLog, clock.uuid());
    await this.#blind('the agent was not running');
    await driver.start({
      guestEvent: (event) => this.#see(event.guest, event.kind, event.detail, event.at),
      connection: (connection) => this.#connected(connection),
    });
    this.#stops = [
      bus.subscribe(SUBJECT.ring(host), () => this.#claiming.now()),
      bus.serve(SUBJECT.query(host), (query) => answerQuery(driver, query)),
    ];
    for (const pump of this.#pumps) pump.start();
  }

  /** Finishes what it is doing (for at most `graceMs`), then lets go of everything. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    for (const stop of this.#stops) stop();
    for (const pump of this.#pumps) pump.stop();
    let cancel = () => {};
    const grace = new Promise<void>((resolve) => {
      cancel = this.#deps.clock.after(graceMs, resolve);
    });
    // A claim that is under way may still bring an order: it is taken before it can be waited for.
    await Promise.race([this.#claiming.idle().then(() => this.#allRun()), grace]);
    cancel();
    for (const pump of this.#pumps) await pump.idle();
    await this.#report().catch(() => {});
    await this.#deps.driver.stop();
    await this.#ledger.close();
    await this.#journal.close();
  }

  async #allRun(): Promise<void> {
    await Promise.all([...this.#running.values()].map((run) => run.done));
  }

  async #request(subject: string, message: unknown): Promise<JsonValue> {
    return this.#deps.bus.request(subject, message as JsonValue, this.#deps.requestMs);
  }

  async #greet(): Promise<void> {
    const connection = this.#connection;
    if (this.#greeted || connection?.up !== true) return;
    const hello = await composeHello(this.#deps, this.#life);
    // Before anything else can be seen: a state found earlier must not stand behind what happened later.
    if (this.#stated !== connection) {
      this.#stated = connection;
      for (const guest of hello.offered.guests ?? []) {
        this.#see(guest.id, 'state', powerStateWord(guest.powerState), this.#deps.clock.wall());
      }
    }
    const reply = (await this.#request(SUBJECT.hello, hello)) as unknown as HelloReply;
    await this.#ledger.setFloor(reply.commandSeq);
    await this.#takeUpOldWork();
    // A connection that was lost and made again meanwhile has a hello of its own, which was asked for already.
    if (this.#connection !== connection) return;
    this.#greeted = true;
    this.#claiming.now();
  }

  #beat(): void {
    const known = this.#connection;
    const connection = known === null ? null : { up: known.up, reason: known.up ? '' : known.reason };
    const beat: Beat = { host: this.#deps.host, life: this.#life, connection };
    this.#deps.bus.publish(SUBJECT.beat, beat as unknown as JsonValue);
  }

  async #takeUpOldWork(): Promise<void> {
    for (const entry of this.#oldWork) await this.#ledger.end(entry.command, await takeUp(this.#deps.driver, entry));
    this.#oldWork = [];
    this.#reporting.now();
  }

  async #claim(): Promise<void> {
    while (this.#greeted && !this.#stopped) {
      const open = this.#ledger.open();
      const claim: Claim = {
        host: this.#deps.host,
        ledger: this.#ledgerName,
        holding: open.map((entry) => entry.command),
        busy: open.filter((entry) => entry.outcome === null).map((entry) => entry.server),
      };
      // From here the grant's time runs: nothing that happens on the way can make it good for longer.
      const askedAt = this.#deps.clock.mono();
      const { grant } = (await this.#request(SUBJECT.claim, claim)) as unknown as ClaimReply;
      if (grant === null) return;
      if (this.#ledger.find(grant.command) !== null) {
        this.#reporting.now();
        return;
      }
      await this.#accept(grant, askedAt);
    }
  }

  async #accept(grant: Grant, askedAt: number): Promise<void> {
    const { command, seq, server, order } = grant;
    const tooOld = !grant.first && this.#ledger.isTooOld(seq);
    await this.#ledger.begin({ command, seq, server, kind: order.kind });
    if (tooOld) {
      const reason = 'the command is older than the ledger of the agent: whether it was run before is not known';
      await this.#finish(command, { result: 'unknown', reason });
      return;
    }
    const run = async () => {
      try {
        await this.#finish(command, await this.#act(grant, askedAt));
      } catch (error) {
        this.#deps.onError(`${this.#deps.host}: command ${command}`, error);
      } finally {
        this.#running.delete(command);
        this.#claiming.now();
      }
    };
    this.#running.set(command, { server, done: run() });
  }

  async #act(grant: Grant, askedAt: number): Promise<Outcome> {
    return runOrder(
      {
        driver: this.#deps.driver,
        images: this.#deps.images,
        clock: this.#deps.clock,
        inTime: () => this.#deps.clock.mono() - askedAt < grant.validMs,
        noteNmi: async (server, command, found) => {
          const at = this.#deps.clock.wall();
          await Promise.all([
            this.#journal.append({ server, kind: 'state', detail: powerStateWord(found), at }),
            this.#journal.append({ server, command, kind: 'nmi-asked', detail: 'about to ask for the NMI', at }),
          ]);
        },
      },
      grant.server,
      grant.command,
      grant.order,
    );
  }

  async #finish(command: LedgerEntry['command'], outcome: Outcome): Promise<void> {
    await this.#ledger.end(command, outcome);
    this.#reporting.now();
  }

  async #report(): Promise<void> {
    await this.#tellUpTo(this.#journal.durable);
    for (const entry of this.#ledger.open()) {
      if (entry.outcome === null) continue;
      const report: Report = { host: this.#deps.host, command: entry.command, outcome: entry.outcome };
      await this.#request(SUBJECT.report, report);
      await this.#ledger.acknowledge(entry.command);
      this.#claiming.now();
    }
  }

  /** What was seen before an outcome is told before it, so that it is not taken for what came after. */
  async #tellUpTo(position: number): Promise<void> {
    // A pass that is under way may have begun too early; the next one has not. More is not waited for: outcomes are due.
    for (let passes = 0; passes < 2 && this.#journal.firstUntold <= position; passes += 1) {
      await this.#tell().catch(() => {});
    }
  }

  /** Tells what there is now; whoever asks while it is being told waits for that pass. */
  #tell(): Promise<void> {
    this.#tellingNow ??= this.#tellPass(this.#journal.durable).finally(() => {
      this.#tellingNow = null;
    });
    return this.#tellingNow;
  }

  async #tellPass(last: number): Promise<void> {
    while (this.#journal.firstUntold <= last) {
      const entries = this.#journal.untold(100);
      const batch: EvidenceBatch = { host: this.#deps.host, journal: this.#journal.name, entries };
      const { upTo } = (await this.#request(SUBJECT.evidence, batch)) as unknown as EvidenceReply;
      if (upTo < this.#journal.firstUntold)
        throw new Error(`dispatch took nothing of the evidence from ${this.#journal.firstUntold} on`);
      await this.#journal.told(upTo);
    }
  }

  #see(
    server: ServerId | null,
    kind: Parameters<EvidenceJournal['append']>[0]['kind'],
    detail: string,
    at: number,
  ): void {
    this.#journal.append({ server, kind, detail, at }).then(
      () => this.#telling.now(),
      (error: unknown) => this.#deps.onError(`${this.#deps.host}: keeping evidence`, error),
    );
  }

  async #blind(why: string): Promise<void> {
    await this.#journal.append({ server: null, kind: 'blind', detail: why, at: this.#deps.clock.wall() });
  }

  #connected(connection: DriverConnection): void {
    const back = connection.up && this.#connection?.up === false;
    this.#connection = connection;
    this.#beat();
    if (!connection.up) return;
    if (back && this.#stated !== null) {
      this.#see(null, 'blind', `the ${this.#deps.driver.type} driver was not connected`, connection.since);
    }
    // After each connection the hello tells all guests and their states anew.
    this.#greeted = false;
    for (const pump of this.#pumps) pump.now();
  }
}
