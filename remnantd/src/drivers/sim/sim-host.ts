// One simulated host: its guests, the time line of each guest's reaction to an NMI, and the connection over which
// drivers watch it. Every change is a record in the world's journal before anyone hears of it.

import type { CommandId, HostName, ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import type { DriverConnection, DriverListener, GuestEventKind, GuestSpec } from '../driver.ts';
import { behaviourOf, delayOf, type Step, simOption } from './behaviours.ts';
import type { SimClock } from './clock.ts';
import { bootText } from './console-text.ts';
import type { NmiJournal } from './nmi-journal.ts';
import type { SimGuest, SimGuestState, WorldRecord } from './world-record.ts';

/** What a host needs of its world. */
export interface SimHostDeps {
  readonly clock: SimClock;
  /** The host's guests; only `write` changes them. */
  readonly guests: ReadonlyMap<ServerId, SimGuest>;
  /** Journals a record, then applies it. */
  readonly write: (record: WorldRecord) => void;
  readonly nmis: NmiJournal;
}

/** A host of a simulated data centre. Its verbs take guests that are on it and trust the caller to have checked their state. */
export class SimHost {
  readonly name: HostName;
  readonly #deps: SimHostDeps;
  readonly #listeners = new Set<DriverListener>();
  readonly #timers = new Map<ServerId, () => void>();
  #connection: DriverConnection;

  constructor(name: HostName, deps: SimHostDeps) {
    this.name = name;
    this.#deps = deps;
    this.#connection = { up: true, since: deps.clock.now() };
    this.#catchUp();
  }

  /** Whether drivers reach this host. A restarted process starts connected. */
  get connection(): DriverConnection {
    return this.#connection;
  }

  /** The guests here, by id. */
  get guests(): ReadonlyMap<ServerId, SimGuest> {
    return this.#deps.guests;
  }

  /** Cuts drivers off: verbs fail and events are lost, as guests run on. */
  disconnect(reason: string): void {
    this.#connect({ up: false, since: this.#deps.clock.now(), reason });
  }

  /** Lets drivers reach the host again. */
  reconnect(): void {
    this.#connect({ up: true, since: this.#deps.clock.now() });
  }

  /** Tells `listener` of the connection now and of all that happens from now on; the result ends that. */
  attach(listener: DriverListener): () => void {
    this.#listeners.add(listener);
    listener.connection(this.#connection);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Adds a guest, powered off and with nothing on its console. */
  make(spec: GuestSpec, ours: boolean): SimGuest {
    const guest: SimGuest = { spec, ours, console: '', ...OFF, bootedAt: 0 };
    this.#deps.write({ op: 'made', host: this.name, guest });
    this.#tell(spec.id, 'defined', 'Defined Added');
    return this.#deps.guests.get(spec.id) ?? guest;
  }

  /** Removes a guest, powered off or not. */
  remove(guest: SimGuest): void {
    const wasOn = guest.powerState !== POWER_STATE.shutdown;
    this.#halt(guest.spec.id);
    this.#deps.write({ op: 'gone', host: this.name, id: guest.spec.id });
    if (wasOn) this.#tell(guest.spec.id, 'stopped', 'Stopped Destroyed');
    this.#tell(guest.spec.id, 'undefined', 'Undefined Removed');
  }

  /** Starts a guest that is off. */
  boot(guest: SimGuest): void {
    this.#change(
      guest,
      { powerState: POWER_STATE.running, kernel: 'up', bootedAt: this.#deps.clock.now() },
      boots(guest),
    );
    this.#tell(guest.spec.id, 'started', 'Started Booted');
  }

  /** Ends whatever the guest was doing, a latched NMI and a dump under way included. */
  cutPower(guest: SimGuest): void {
    this.#halt(guest.spec.id);
    this.#change(guest, OFF);
    this.#tell(guest.spec.id, 'stopped', 'Stopped Destroyed');
  }

  /** Stops a running guest's time. */
  pause(guest: SimGuest): void {
    this.#halt(guest.spec.id);
    this.#change(guest, { powerState: POWER_STATE.paused });
    this.#tell(guest.spec.id, 'paused', 'Suspended Paused');
  }

  /** Lets a paused guest go on, with an NMI that came meanwhile. */
  unpause(guest: SimGuest): void {
    const next = guest.reaction?.step ?? (guest.nmiLatched ? 0 : STEPS_END);
    this.#goOn(guest, next, { powerState: POWER_STATE.running, nmiLatched: false });
    this.#tell(guest.spec.id, 'resumed', 'Resumed Unpaused');
  }

  /** An NMI reaches a guest that is not off. Only a kernel that is up, and not busy with another NMI, reacts. */
  nmi(guest: SimGuest, command: CommandId): void {
    const { clock, nmis } = this.#deps;
    nmis.append({ host: this.name, guest: guest.spec.id, command, at: clock.now(), mono: clock.mono() });
    if (guest.kernel !== 'up' || guest.reaction !== null) return;
    if (guest.powerState === POWER_STATE.paused) this.#change(guest, { nmiLatched: true });
    else this.#goOn(guest, 0, {});
  }

  /** Stops all guests' time for good, without a trace in the journal. */
  close(): void {
    for (const id of this.#timers.keys()) this.#halt(id);
    this.#listeners.clear();
  }

  // Writes a change and the step that comes next as one record, so that a kill cannot part them. The wall clock counts
  // across a restart alone: while the process lives, a jump of it moves no step.
  #goOn(guest: SimGuest, next: number, to: Partial<SimGuestState>, print?: string): void {
    const step = stepOf(guest, next);
    if (step === undefined) {
      this.#change(guest, { ...to, reaction: null }, print);
      return;
    }
    const delay = delayOf(guest.spec, step);
    this.#change(guest, { ...to, reaction: { step: next, dueAt: this.#deps.clock.now() + delay } }, print);
    this.#schedule(guest, step, next, delay);
  }

  #schedule(guest: SimGuest, step: Step, index: number, delay: number): void {
    const cancel = this.#deps.clock.defer(delay, () => {
      this.#timers.delete(guest.spec.id);
      const { to, print } = effectOf(guest, step, this.#deps.clock.now());
      this.#goOn(guest, index + 1, to, print);
      if (step.event !== undefined) this.#tell(guest.spec.id, ...step.event);
    });
    this.#timers.set(guest.spec.id, cancel);
  }

  // What fell due while the process was dead happened then, unseen: the guest did not wait for it.
  #catchUp(): void {
    const now = this.#deps.clock.now();
    for (const guest of this.#deps.guests.values()) {
      while (guest.reaction !== null && guest.powerState !== POWER_STATE.paused) {
        const { step: index, dueAt } = guest.reaction;
        const step = stepOf(guest, index);
        if (step !== undefined && dueAt > now) {
          this.#schedule(guest, step, index, Math.min(dueAt - now, delayOf(guest.spec, step)));
          break;
        }
        const next = stepOf(guest, index + 1);
        const reaction = next === undefined ? null : { step: index + 1, dueAt: dueAt + delayOf(guest.spec, next) };
        const { to, print } = step === undefined ? { to: {}, print: '' } : effectOf(guest, step, dueAt);
        this.#change(guest, { ...to, reaction }, print);
      }
    }
  }

  #change(guest: SimGuest, to: Partial<SimGuestState>, print = ''): void {
    const record = { op: 'changed', host: this.name, id: guest.spec.id, to } as const;
    this.#deps.write(print === '' ? record : { ...record, print });
  }

  #halt(id: ServerId): void {
    this.#timers.get(id)?.();
    this.#timers.delete(id);
  }

  #tell(guest: ServerId, kind: GuestEventKind, detail: string): void {
    if (!this.#connection.up) return;
    const event = { guest, kind, detail, at: this.#deps.clock.now() };
    for (const listener of this.#listeners) listener.guestEvent(event);
  }

  #connect(connection: DriverConnection): void {
    if (connection.up === this.#connection.up) return;
    this.#connection = connection;
    for (const listener of this.#listeners) listener.connection(connection);
  }
}

const OFF = { powerState: POWER_STATE.shutdown, kernel: 'off', nmiLatched: false, reaction: null } as const;

// An index behind every behaviour's last step: nothing more to do.
const STEPS_END = Number.MAX_SAFE_INTEGER;

function stepOf(guest: SimGuest, index: number): Step | undefined {
  return behaviourOf(guest.spec)?.steps[index];
}

function effectOf(guest: SimGuest, step: Step, at: number): { to: Partial<SimGuestState>; print: string } {
  if (step.boots === true) return { to: { kernel: 'up', bootedAt: at }, print: boots(guest) };
  const to: Partial<SimGuestState> = {};
  if (step.powerState !== undefined) to.powerState = step.powerState;
  if (step.kernel !== undefined) to.kernel = step.kernel;
  return { to, print: step.print?.(Math.max(0, at - guest.bootedAt)) ?? '' };
}

function boots(guest: SimGuest): string {
  return bootText(guest.spec.name, guest.spec.boot.commandLine, simOption(guest.spec, 'sim_stall') === 'hard');
}
