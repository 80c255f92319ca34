// What follows a panic without a crash kernel: the guest, which stands paused by its panic device, is let go on for a moment
// so that its last words come out, and then stays, is reset, or is powered off, as its owner wants.
// Invariants: only a guest that stands as its panic left it is touched, and one with a record does as far as is known; one that
// stays is shown as crashed, and not as the paused one it is to the hypervisor; what a killed agent, or one that lost its
// hypervisor, had begun is ended later, and a reset never made twice.

import { join } from 'node:path';
import type { Driver, GuestEvent } from '../../drivers/driver.ts';
import { ability, DriverFault } from '../../drivers/driver.ts';
import type { Outcome } from '../../model/command.ts';
import type { AfterPanic } from '../../model/dump-wishes.ts';
import type { CommandId, ServerId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import type { PanicFacts } from '../../model/panic-facts.ts';
import { panicFacts } from '../../model/panic-facts.ts';
import type { PowerState } from '../../model/power-state.ts';
import { POWER_STATE, powerStateWord } from '../../model/power-state.ts';
import type { Evidence } from '../../model/wire.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { AfterPanicOrder } from '../run-order.ts';
import type { AfterRecord } from './kept-file.ts';
import { KeptFiles } from './kept-file.ts';
import { OwnDoings } from './own-doings.ts';
import type { TextTimes } from './panic-text.ts';
import { readPanicText } from './panic-text.ts';

/** What it needs. */
export interface AfterPanicDeps {
  readonly driver: Driver;
  readonly clock: Clock;
  /** Of the agent. */
  readonly stateDir: string;
  /** Tells what was seen; never throws. */
  readonly see: (entry: Omit<Evidence, 'seq'>) => void;
  /** Told what failed; never anything a guest said. */
  readonly onError: (what: string, error: unknown) => void;
  readonly times?: TextTimes;
}

/** Stands for the command where there is none. */
const BY_ITSELF = asId<CommandId>('by-itself');
/** A panic is not longer than this, in lines. */
const LINES = 200;

/** After these, a guest does not stand as its panic left it. */
const WENT_ON: ReadonlySet<GuestEvent['kind']> = new Set(['started', 'stopped', 'resumed', 'rebooted', 'undefined']);

/** The guests of a host after their panics. */
export class AfterPanics {
  readonly #deps: AfterPanicDeps;
  readonly #files: KeptFiles;
  readonly #records: Map<ServerId, AfterRecord>;
  readonly #own: OwnDoings;
  /** Who is at work on which guest now. */
  readonly #working = new Map<ServerId, Promise<unknown>>();

  private constructor(deps: AfterPanicDeps, files: KeptFiles, records: Map<ServerId, AfterRecord>) {
    this.#deps = deps;
    this.#files = files;
    this.#records = records;
    this.#own = new OwnDoings(deps.clock);
  }

  /** Opens its folder in the agent's. */
  static async open(deps: AfterPanicDeps): Promise<AfterPanics> {
    const { files, records } = await KeptFiles.open(join(deps.stateDir, 'after-panic'));
    return new AfterPanics(deps, files, records);
  }

  /** True for what we made a guest do. Everything a guest does is to be shown here. */
  isOurs(event: GuestEvent): boolean {
    if (this.#own.take(event)) return true;
    if (WENT_ON.has(event.kind) && this.#records.has(event.guest)) void this.#forget(event.guest);
    return false;
  }

  /** The power state a guest is shown in: one that we paused again has crashed. */
  shown(server: ServerId, powerState: PowerState): PowerState {
    return this.#records.has(server) && powerState === POWER_STATE.paused ? POWER_STATE.crashed : powerState;
  }

  /** Does it all. Throws DriverFault; with the hypervisor lost once the guest was let go on, one that says so. */
  run(server: ServerId, command: CommandId, order: AfterPanicOrder): Promise<Outcome> {
    return this.#work(server, () => this.#run(server, command, order));
  }

  /** Resolves when nobody is at work on a guest. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#working.values());
  }

  async #run(server: ServerId, command: CommandId, { wanted, of }: AfterPanicOrder): Promise<Outcome> {
    const { powerState: real } = await this.#deps.driver.guest(server);
    const powerState = this.shown(server, real);
    if (powerState !== POWER_STATE.crashed) return this.#leftAlone(wanted, powerState);
    await this.#put(server, { command, wanted, stage: 'text' });
    const wentOn = { yet: false };
    try {
      const panic =
        real === POWER_STATE.crashed ? await this.#letOut(server, command, wentOn) : await this.#printed(server);
      if (panic !== null) this.#tell(server, of, panic);
      return await this.#act(server, { command, wanted, stage: 'act' });
    } catch (error) {
      throw wentOn.yet ? maybeDone(error) : error;
    }
  }

  /** A driver that holds no guest where its panic left it cannot tell one that stands so from one that runs again. */
  #leftAlone(wanted: AfterPanic, powerState: PowerState): Outcome {
    const { driver } = this.#deps;
    if (wanted !== 'keep' && driver.pause === undefined && powerState === POWER_STATE.running) {
      throw new DriverFault(
        'not-implemented',
        `the ${driver.type} driver cannot tell a machine that stands as its panic left it from one that runs: it is left alone`,
        { novaClass: 'NotImplementedError' },
      );
    }
    return leftAlone(wanted, powerState);
  }

  /** Ends what an earlier life of the agent began. Never rejects: what cannot be ended is unknown. */
  async takeUp({ server, command }: Pick<LedgerEntry, 'server' | 'command'>): Promise<Outcome> {
    const record = this.#records.get(server);
    const known = record?.command === command ? await this.#goOn(server, record).catch(() => null) : null;
    return known ?? { result: 'unknown', reason: 'the agent restarted while what follows a panic was being done' };
  }

  /**
   * Ends what nobody will end any more, as that of a guest that panicked by itself, or one whose hypervisor was lost on the way:
   * the guest stays. To be called after each connection, behind `takeUp`. Never rejects: what cannot be ended now is the next time.
   */
  async endLeft(): Promise<void> {
    for (const [server, record] of this.#records) {
      if (record.stage === 'kept' || this.#working.has(server)) continue;
      await this.#work(server, () => this.#goOn(server, { ...record, wanted: 'keep' }, record.wanted)).catch(
        (error: unknown) => this.#failed(server, error),
      );
    }
  }

  /** Does as `record` says; `began` is what had been wanted when it was begun. */
  async #goOn(server: ServerId, record: AfterRecord, began = record.wanted): Promise<Outcome> {
    const { powerState } = await this.#deps.driver.guest(server);
    if (powerState === POWER_STATE.shutdown) {
      await this.#forget(server);
      return leftAlone(record.wanted, powerState);
    }
    // Whether it was reset already cannot be seen of a guest that runs: a second reset could hit it in the middle of its boot.
    if (began === 'reboot' && record.stage === 'act' && powerState !== POWER_STATE.crashed) {
      await this.#forget(server);
      return { result: 'unknown', reason: 'the agent restarted while the guest was being reset' };
    }
    return this.#act(server, { ...record, stage: 'act' });
  }

  /** A guest of ours panicked that nobody asked for a dump of: its text is let out too, for its console. Never rejects. */
  async byItself(server: ServerId): Promise<void> {
    const letOut = async () => {
      const { ours, powerState } = await this.#deps.driver.guest(server);
      if (!ours || powerState !== POWER_STATE.crashed) return;
      const record: AfterRecord = { command: BY_ITSELF, wanted: 'keep', stage: 'text' };
      await this.#put(server, record);
      await this.#letOut(server, BY_ITSELF);
      await this.#act(server, { ...record, stage: 'act' });
    };
    await this.#work(server, letOut).catch((error: unknown) => this.#failed(server, error));
  }

  /** Does `work` on a guest, where it can be seen. */
  #work<T>(server: ServerId, work: () => Promise<T>): Promise<T> {
    const done = work().finally(() => {
      if (this.#working.get(server) === done) this.#working.delete(server);
    });
    this.#working.set(server, done);
    return done;
  }

  /** What nobody asked for has failed: of a guest that is not there any more nothing is left to be ended. */
  #failed(server: ServerId, error: unknown): Promise<void> | undefined {
    if (!(error instanceof DriverFault)) this.#deps.onError('a panic', error);
    else if (error.code === 'not-found') return this.#forget(server);
    return undefined;
  }

  #tell(server: ServerId, of: CommandId, panic: PanicFacts): void {
    // Not in its own words: what is seen of a dump is shown to more people than what came out of its guest.
    const detail = `${panic.lines.length} lines on the console, let out by its host`;
    const at = this.#deps.clock.wall();
    this.#deps.see({ server, command: of, kind: 'panic-text', detail, at, facts: { panic } });
  }

  /** What stands on the console already. */
  async #printed(server: ServerId): Promise<PanicFacts | null> {
    const text = await this.#deps.driver.readConsole?.read(server, LINES).catch(() => null);
    return text === null || text === undefined ? null : panicFacts(text);
  }

  /** Its text, if it has a console. A text that does not come keeps nothing up. */
  async #letOut(server: ServerId, command: CommandId, wentOn = { yet: false }): Promise<PanicFacts | null> {
    const { driver, clock, onError, times } = this.#deps;
    const follow = driver.followCrash;
    if (follow === undefined) return null;
    try {
      return await readPanicText({ follow, clock, times }, server, async () => {
        this.#own.expect(server, 'resumed');
        await ability(driver, 'pause').unpause(server, { command });
        wentOn.yet = true;
      });
    } catch (error) {
      if (!(error instanceof DriverFault) || error.code === 'connection-lost') throw error;
      // A guest that Remnant did not make has no console that could be read: that is no failure.
      if (error.code !== 'failed') onError('the text of a panic', error);
      return null;
    }
  }

  /** Does what is wanted, unless the guest went on by itself since it has a record. */
  async #act(server: ServerId, record: AfterRecord): Promise<Outcome> {
    const { driver } = this.#deps;
    const { wanted, command } = record;
    const { powerState } = await driver.guest(server);
    if (!this.#records.has(server) || !(await this.#put(server, record))) return leftAlone(wanted, powerState);
    switch (wanted) {
      case 'keep':
        if (powerState === POWER_STATE.running) {
          this.#own.expect(server, 'paused');
          await ability(driver, 'pause').pause(server, { command });
        }
        await this.#put(server, { ...record, stage: 'kept' });
        break;
      case 'reboot':
        this.#own.expect(server, 'rebooted', 'resumed');
        await ability(driver, 'reset').reset(server, { command });
        this.#tellReset(server);
        await this.#forget(server);
        break;
      case 'stop':
        await driver.powerOff(server, { command });
        await this.#forget(server);
        break;
    }
    return { result: 'success' };
  }

  #tellReset(server: ServerId): void {
    const detail = 'reset by its host after the panic';
    this.#deps.see({ server, kind: 'rebooted', detail, at: this.#deps.clock.wall() });
  }

  /** Puts a record down; false if the guest went on meanwhile, and has none. */
  async #put(server: ServerId, record: AfterRecord): Promise<boolean> {
    this.#records.set(server, record);
    await this.#files.put(server, record);
    if (this.#records.get(server) === record) return true;
    await this.#forget(server);
    return false;
  }

  async #forget(server: ServerId): Promise<void> {
    this.#records.delete(server);
    await this.#files.drop(server).catch((error: unknown) => this.#deps.onError('forgetting a panic', error));
  }
}

/** A guest that was let go on and then lost sight of is not as it was. */
function maybeDone(error: unknown): unknown {
  if (!(error instanceof DriverFault) || error.code !== 'connection-lost' || error.asked === 'maybe') return error;
  const { code, message, novaClass } = error;
  return new DriverFault(code, message, { asked: 'maybe', novaClass, cause: error });
}

/** What is said of a guest that does not stand as its panic left it: somebody else decided. */
function leftAlone(wanted: AfterPanic, powerState: PowerState): Outcome {
  if (wanted === 'keep' || (wanted === 'stop' && powerState === POWER_STATE.shutdown)) return { result: 'success' };
  const reason = `the guest does not stand as its panic left it (${powerStateWord(powerState)}): it is left alone`;
  return { result: 'error', reason, details: reason, faultCode: null };
}
