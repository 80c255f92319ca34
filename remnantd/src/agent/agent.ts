// The host's side. Says hello, beats, claims commands, runs each at most once, reports until heard, and tells what it
// sees. It keeps its promises through two files, the ledger and the evidence journal, and touches no database.

import { join } from 'node:path';
import type { DriverConnection } from '../drivers/driver.ts';
import type { Outcome } from '../model/command.ts';
import { AGENT_AWAY } from '../model/dump-course.ts';
import { powerStateWord } from '../model/power-state.ts';
import type { Evidence, Grant, Report } from '../model/wire.ts';
import type { Unsubscribe } from '../ports/bus.ts';
import { AfterPanics } from './after-panic/after-panic.ts';
import { type AgentDeps, ARTEFACT_CAPS } from './agent-deps.ts';
import { ArtefactStore } from './capture/artefact-store.ts';
import { hostDisk } from './capture/disk.ts';
import { CrashWatch } from './crash-watch.ts';
import { EarlyLook } from './early-look.ts';
import { EventTurns } from './event-turns.ts';
import { EvidenceJournal } from './evidence-journal.ts';
import type { Extractor } from './extract/extractor.ts';
import { openExtractor } from './extract/open-extractor.ts';
import { GuestAsking } from './guest-asking.ts';
import { HeldOutcomes } from './held-outcomes.ts';
import { composeHello } from './hello.ts';
import { hearFor } from './host-ear.ts';
import { beatOf, claimOf, type HostVoice, hostVoice } from './host-voice.ts';
import { Ledger, type LedgerEntry } from './ledger.ts';
import { MEMORY_SETTINGS, MemoryDumper } from './memory/memory-dumper.ts';
import { noteNmi } from './note-nmi.ts';
import { Pump } from './pump.ts';
import { queryHandlers } from './query-handlers.ts';
import { LOOK_TIMES } from './readiness/guest-looks.ts';
import { runOrder } from './run-order.ts';
import { RunningOrders } from './running-orders.ts';
import { ArtefactSender } from './send-artefacts.ts';
import { takeUp } from './take-up.ts';
import { EvidenceTeller } from './tell-evidence.ts';
import { VitalsKeeper } from './vitals/vitals-keeper.ts';
import { type Tell, WATCH_TIMES } from './watch/watch-deps.ts';

/** How long the agent in a guest that came back has to answer, where nothing else is said, ms. */
const FIND_MS = 180_000;

type Seen = Omit<Evidence, 'seq'>;

/** An agent. */
export class Agent {
  readonly #deps: AgentDeps;
  readonly #life: string;
  readonly #voice: HostVoice;
  readonly #pumps: Pump[];
  readonly #claiming: Pump;
  readonly #reporting: Pump;
  readonly #telling: Pump;
  #ledger!: Ledger;
  #ledgerName = '';
  #journal!: EvidenceJournal;
  #teller!: EvidenceTeller;
  #artefacts!: ArtefactStore;
  #sender!: ArtefactSender;
  #extractor: Extractor | null = null;
  #crashes!: CrashWatch;
  #afterPanics!: AfterPanics;
  #vitals!: VitalsKeeper;
  #memory!: MemoryDumper;
  #asking!: GuestAsking;
  #turns!: EventTurns;
  /** Null until the driver tells for the first time. */
  #connection: DriverConnection | null = null;
  /** The greeting that is wanted, and the last that was done: what changes amid one is told by the next. */
  #wanted = 1;
  #greeted = 0;
  /** The connection whose guests' states are in the journal. */
  #stated: DriverConnection | null = null;
  /** Commands that an earlier life of this agent began and did not end. */
  #oldWork: readonly LedgerEntry[] = [];
  #stopped = false;
  /** It was rung since it claimed last. */
  #rung = false;
  readonly #look: EarlyLook;
  readonly #held: HeldOutcomes;
  readonly #running = new RunningOrders();
  #stops: Unsubscribe[] = [];

  constructor(deps: AgentDeps) {
    this.#deps = deps;
    this.#life = deps.clock.uuid();
    this.#held = new HeldOutcomes(deps.clock);
    this.#look = new EarlyLook(deps.driver, deps.clock);
    this.#voice = hostVoice(deps.bus, deps.host, deps.requestMs, deps.onMet);
    const pump = (what: string, everyMs: number, run: (byTime: boolean) => Promise<void>) =>
      new Pump(deps.clock, everyMs, run, (error) => deps.onError(`${deps.host}: ${what}`, error));
    this.#claiming = pump('claiming commands', deps.claimMs ?? deps.pollMs, (byTime) => this.#claim(byTime));
    this.#reporting = pump('reporting outcomes', deps.pollMs, () => this.#report());
    this.#telling = pump('telling evidence', deps.pollMs, () => this.#teller.tell(this.#journal.durable));
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
    this.#teller = new EvidenceTeller(host, this.#journal, (batch) => this.#voice.evidence(batch));
    await this.#blind(AGENT_AWAY);
    await this.#openWatch();
    await driver.start({
      guestEvent: (event) => {
        this.#memory.event(event);
        this.#turns.event(event, this.#running.causeOf(event.guest));
      },
      connection: (connection) => this.#connected(connection),
      changed: (what) => {
        // Who is there is another matter: as of another connection, the states of all are told anew.
        if (what !== 'room' && this.#stated !== null) this.#stated = { ...this.#stated };
        this.#greetAnew();
      },
    });
    const handlers = queryHandlers({ driver, asking: this.#asking, artefacts: this.#artefacts, sender: this.#sender });
    this.#stops = hearFor(host, bus, {
      rung: (nmi) => {
        this.#rung = true;
        if (nmi !== undefined) this.#look.begin(nmi);
        this.#claiming.now();
      },
      greet: () => this.#greetAnew(),
      back: () => this.#beat(),
      handlers,
    });
    for (const pump of this.#pumps) pump.start();
  }

  /** Finishes what it is doing (for at most `graceMs`), then lets go of everything. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    for (const stop of this.#stops) stop();
    for (const pump of this.#pumps) pump.stop();
    this.#beat('leaving');
    this.#sender.stop();
    let cancel = () => {};
    const grace = new Promise<void>((resolve) => {
      cancel = this.#deps.clock.after(graceMs, resolve);
    });
    // A claim that is under way may still bring an order: it is taken before it can be waited for.
    await Promise.race([this.#claiming.idle().then(() => this.#allRun()), grace]);
    cancel();
    await this.#memory.stop();
    for (const pump of this.#pumps) await pump.idle();
    await this.#report().catch(() => {});
    await this.#crashes.stop();
    await this.#turns.idle();
    await this.#asking.stop();
    await this.#extractor?.stop();
    await this.#deps.driver.stop();
    await this.#ledger.close();
    await this.#journal.close();
  }

  /** The dumps that are kept on this host. */
  get artefacts(): ArtefactStore {
    return this.#artefacts;
  }

  async #openWatch(): Promise<void> {
    const { stateDir, clock, driver, host, lane, onError, disk = hostDisk } = this.#deps;
    const { caps = ARTEFACT_CAPS, watchTimes: times = WATCH_TIMES } = this.#deps;
    this.#artefacts = await ArtefactStore.open({ stateDir, clock, disk, caps });
    this.#extractor = await openExtractor(this.#deps, this.#artefacts, (seen) => this.#note(seen));
    this.#sender = new ArtefactSender(this.#artefacts, lane, (what, error) => onError(`${host}: ${what}`, error));
    const tell: Tell = (server, kind, detail, facts, command) => {
      const more = { ...(facts === undefined ? {} : { facts }), ...(command === undefined ? {} : { command }) };
      this.#see({ server, kind, detail, at: clock.wall(), ...more });
      this.#asking.told(server, kind);
    };
    const failed = (what: string, error: unknown) => onError(`${host}: ${what}`, error);
    const { lookTimes = LOOK_TIMES, findMs: find = FIND_MS } = this.#deps;
    const askTimes = { ...lookTimes, find, whole: times.whole };
    this.#asking = await GuestAsking.open({ driver, clock, stateDir, times: askTimes, tell, onError: failed });
    const store = this.#artefacts;
    this.#memory = new MemoryDumper({
      driver,
      store,
      clock,
      settings: this.#deps.memory ?? MEMORY_SETTINGS,
      tell: (seen) => this.#note({ ...seen, at: clock.wall() }),
    });
    const [see, append] = [(seen: Seen) => this.#see(seen), (seen: Seen) => this.#journal.append(seen)];
    this.#afterPanics = await AfterPanics.open({ driver, clock, stateDir, see, onError: failed });
    this.#vitals = new VitalsKeeper({ driver, clock, store, see, append, onError: failed });
    this.#crashes = new CrashWatch({ follow: driver.followCrash, store, clock, times, tell, onError: failed });
    this.#turns = new EventTurns(
      (server) => this.#crashes.heardOut(server),
      (event, cause) => {
        const asked = this.#crashes.follows(event.guest);
        this.#crashes.event(event);
        this.#asking.event(event);
        // What we do to a guest ourselves is told by who does it.
        if (this.#afterPanics.isOurs(event)) return;
        this.#see({ server: event.guest, kind: event.kind, detail: event.detail, at: event.at, ...cause });
        if (event.kind === 'panicked' && !asked) void this.#afterPanics.byItself(event.guest);
      },
    );
    this.#crashes.start();
    // Behind it: what was not told yet of artefacts is told there.
    this.#extractor?.start();
  }

  async #allRun(): Promise<void> {
    await this.#running.idle();
    await Promise.all([this.#afterPanics.idle(), this.#vitals.idle()]);
  }

  async #greet(): Promise<void> {
    const [connection, wanted] = [this.#connection, this.#wanted];
    if (this.#greeted === wanted || connection?.up !== true) return;
    const hello = await composeHello(this.#deps, this.#life, (...of) => this.#afterPanics.shown(...of));
    // Before anything else can be seen: a state found earlier must not stand behind what happened later.
    if (this.#stated !== connection) {
      this.#stated = connection;
      for (const guest of hello.offered.guests ?? []) {
        const detail = powerStateWord(guest.powerState);
        this.#see({ server: guest.id, kind: 'state', detail, at: this.#deps.clock.wall() });
      }
      void this.#crashes.met(hello.offered.guests ?? []);
      if (hello.offered.guests !== null) this.#asking.met(hello.offered.guests);
    }
    const reply = await this.#voice.hello(hello);
    await this.#ledger.setFloor(reply.commandSeq);
    await this.#takeUpOldWork();
    // A connection that was lost and made again meanwhile has a hello of its own, which was asked for already.
    if (this.#connection === connection) this.#greeted = wanted;
    this.#claiming.now();
  }

  #beat(last?: 'leaving'): void {
    this.#voice.beat(beatOf(this.#deps.host, this.#life, this.#connection, last));
  }

  async #takeUpOldWork(): Promise<void> {
    const who = { 'dump-memory': this.#memory, 'after-panic': this.#afterPanics };
    for (const entry of this.#oldWork) {
      await this.#ledger.end(entry.command, await takeUp(this.#deps.driver, entry, who));
    }
    this.#oldWork = [];
    await this.#afterPanics.endLeft();
    this.#reporting.now();
  }

  async #claim(byTime: boolean): Promise<void> {
    for (let poll = byTime; this.#greeted === this.#wanted && !this.#stopped; poll = false) {
      const claim = claimOf(this.#deps.host, this.#ledgerName, this.#ledger.open(), { poll, rung: this.#rung });
      this.#rung = false;
      // From here the grant's time runs: nothing that happens on the way can make it good for longer.
      const askedAt = this.#deps.clock.mono();
      const { grant, last } = await this.#voice.claim(claim);
      if (grant === null) return;
      if (this.#ledger.find(grant.command) !== null) {
        this.#reporting.now();
        return;
      }
      await this.#accept(grant, askedAt);
      if (last === true) return;
    }
  }

  async #accept(grant: Grant, askedAt: number): Promise<void> {
    const { command, seq, server, order } = grant;
    const tooOld = !grant.first && this.#ledger.isTooOld(seq);
    const begun = this.#ledger.begin({ command, seq, server, kind: order.kind });
    if (tooOld) {
      await begun;
      const reason = 'the command is older than the ledger of the agent: whether it was run before is not known';
      return this.#finish(command, { result: 'unknown', reason });
    }
    // An NMI has no time to lose: what comes before it is seen and noted while the ledger is written.
    if (order.kind === 'inject-nmi') this.#run(grant, askedAt, begun);
    await begun;
    if (order.kind !== 'inject-nmi') this.#run(grant, askedAt, begun);
  }

  #run(grant: Grant, askedAt: number, begun: Promise<void>): void {
    const { command } = grant;
    if (grant.order.kind !== 'inject-nmi') this.#look.forget(grant.server);
    this.#running.run(grant, async () => {
      try {
        await this.#finish(command, await this.#act(grant, askedAt, begun));
      } catch (error) {
        this.#deps.onError(`${this.#deps.host}: command ${command}`, error);
      } finally {
        // One that could not be begun is asked for again in a while.
        if (this.#ledger.find(command) !== null) this.#claiming.now();
      }
    });
  }

  async #act(grant: Grant, askedAt: number, begun: Promise<void>): Promise<Outcome> {
    const { driver, images, clock } = this.#deps;
    const [crashes, asking, journal] = [this.#crashes, this.#asking, this.#journal];
    const outcome = await runOrder(
      {
        driver,
        images,
        clock,
        inTime: () => clock.mono() - askedAt < grant.validMs,
        beforeDeadline: () => clock.mono() - askedAt < (grant.leftMs ?? grant.validMs),
        begun,
        look: (server) => this.#look.state(server),
        shown: (...found) => this.#afterPanics.shown(...found),
        noteNmi: (...of) => noteNmi({ driver, clock, crashes, asking, journal }, ...of),
        noteTask: (server, command, detail) => this.#see({ server, command, kind: 'task', detail, at: clock.wall() }),
        noteFound: (server, state) =>
          this.#note({ server, kind: 'state', detail: powerStateWord(state), at: clock.wall() }),
        noteFault: (fault) => this.#deps.onFault?.(grant.command, fault.message),
        noteVitals: (...of) => this.#vitals.note(...of),
        afterPanic: (...asked) => this.#afterPanics.run(...asked),
        dumpMemory: (...asked) => this.#memory.run(...asked),
      },
      grant.server,
      grant.command,
      grant.order,
    );
    if (grant.order.kind === 'inject-nmi') {
      for (const one of [crashes, asking]) one.ended(grant.server, outcome.result !== 'error');
      this.#vitals.ended(grant.server, grant.command);
      return outcome;
    }
    // Who hears that a guest runs knows how it came to that, and where it is.
    await asking.located(grant.server);
    await journal.settled();
    return outcome;
  }

  async #finish(command: LedgerEntry['command'], outcome: Outcome): Promise<void> {
    await this.#ledger.end(command, outcome);
    this.#reporting.now();
  }

  async #report(): Promise<void> {
    // What ends while this is told rests on more than this: its turn is the next.
    const ended = this.#ledger.open().filter(({ outcome }) => outcome !== null);
    const isTold = await this.#teller.told(this.#journal.durable);
    for (const entry of ended) {
      if (entry.outcome === null || !this.#held.isDue(entry.command, isTold)) continue;
      const report: Report = { host: this.#deps.host, command: entry.command, outcome: entry.outcome };
      await this.#voice.report(report);
      await this.#ledger.acknowledge(entry.command);
      this.#held.done(entry.command);
      this.#claiming.now();
    }
  }

  #see(entry: Omit<Evidence, 'seq'>): void {
    this.#note(entry).catch((error: unknown) => this.#deps.onError(`${this.#deps.host}: keeping evidence`, error));
  }

  async #note(entry: Omit<Evidence, 'seq'>): Promise<void> {
    const told = entry.facts?.artefact;
    const noted = this.#journal.append(entry);
    // Whoever hears what was taken out of an artefact has heard of the artefact.
    if (told?.sha256 !== undefined && entry.kind !== 'picture') this.#extractor?.add(told.id);
    await noted;
    this.#telling.now();
    const isEnd = told?.sha256 !== undefined || entry.kind === 'capture-broken';
    if (told !== undefined && isEnd) await this.#artefacts.told(told.id);
  }

  async #blind(why: string): Promise<void> {
    await this.#journal.append({ server: null, kind: 'blind', detail: why, at: this.#deps.clock.wall() });
  }

  #connected(connection: DriverConnection): void {
    const back = connection.up && this.#connection?.up === false;
    this.#connection = connection;
    this.#beat();
    if (!connection.up) {
      this.#memory.lost();
      return this.#asking.lost();
    }
    if (back && this.#stated !== null) {
      const detail = `the ${this.#deps.driver.type} driver was not connected`;
      this.#see({ server: null, kind: 'blind', detail, at: connection.since });
    }
    this.#crashes.connected();
    // After each connection the hello tells all guests and their states anew.
    this.#greetAnew();
  }

  #greetAnew(): void {
    this.#wanted += 1;
    for (const pump of this.#pumps) pump.now();
  }
}
