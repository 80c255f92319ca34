// One simulated host: its guests, the time line of each guest's reaction to an NMI, and the connection over which
// drivers watch it. Every change is a record in the world's journal before anyone hears of it.

import type { Readable } from 'node:stream';
import type { CommandId, HostName, ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import type {
  DriverConnection,
  DriverListener,
  GuestEvent,
  GuestEventKind,
  GuestPort,
  GuestSpec,
  RescueBoot,
} from '../driver.ts';
import { delayOf, type Step } from './behaviours.ts';
import type { SimClock } from './clock.ts';
import type { NmiJournal } from './nmi-journal.ts';
import { bootLines, effectOf, stepOf } from './reaction.ts';
import { drawAddress } from './sim-address.ts';
import { rebootPorts, SimPorts } from './sim-ports.ts';
import { NO_PORTS, type SavedState, type SimGuest, type SimGuestState, type WorldRecord } from './world-record.ts';

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
  readonly #ports: SimPorts;
  readonly #followers = new Map<ServerId, Set<(text: string) => void>>();
  /** Ports whose opening was told and whose closing was not. */
  readonly #toldOpen = new Set<string>();
  /** Whose memory is being written, and who must know when that cannot go on. */
  readonly #dumped = new Map<ServerId, () => void>();
  #connection: DriverConnection;
  #diskProblem: string | null = null;

  constructor(name: HostName, deps: SimHostDeps) {
    this.name = name;
    this.#deps = deps;
    this.#connection = { up: true, since: deps.clock.now() };
    this.#ports = new SimPorts({
      guests: deps.guests,
      changed: (guest, ports) => this.#change(guest, { ports }),
      // Its next step counts from now.
      written: (guest, ports) => this.#goOn(guest, guest.reaction?.step ?? STEPS_END, { ports }),
    });
    for (const guest of deps.guests.values()) {
      if (guest.held === true) this.#change(guest, { powerState: POWER_STATE.running, held: false });
    }
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

  /** Why no disk can be made, found or removed here; null: it can. A restarted process starts without. */
  get diskProblem(): string | null {
    return this.#diskProblem;
  }

  /** The folder of its disks cannot be used from now on, for that reason; null: it can again. */
  setDiskProblem(problem: string | null): void {
    this.#diskProblem = problem;
    for (const listener of this.#listeners) listener.changed?.('room');
  }

  /** Tells `listener` of the connection now and of all that happens from now on; the result ends that. */
  attach(listener: DriverListener): () => void {
    this.#listeners.add(listener);
    listener.connection(this.#connection);
    if (this.#connection.up) this.#tellPorts((event) => listener.guestEvent(event), new Set());
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** A stream from a port of a guest of ours. Throws Error while somebody reads it. */
  openPort(guest: SimGuest, port: GuestPort): Readable {
    return this.#ports.open(guest, port);
  }

  /** Gives `onText` what guest `id` prints from now on; the result ends that. */
  follow(id: ServerId, onText: (text: string) => void): () => void {
    const followers = this.#followers.get(id) ?? new Set();
    this.#followers.set(id, followers.add(onText));
    return () => {
      followers.delete(onText);
    };
  }

  /** Adds a guest, powered off and with nothing on its console. */
  make(spec: GuestSpec, ours: boolean): SimGuest {
    const address = spec.network === true ? drawAddress(spec.id, this.#addresses()) : null;
    const guest: SimGuest = { spec, ours, console: '', ...OFF, bootedAt: 0, address };
    this.#deps.write({ op: 'made', host: this.name, guest });
    this.#tell(spec.id, 'defined', 'Defined Added');
    return this.#deps.guests.get(spec.id) ?? guest;
  }

  /** Removes a guest, powered off or not. */
  remove(guest: SimGuest): void {
    const wasOn = guest.powerState !== POWER_STATE.shutdown;
    this.#off(guest);
    this.#deps.write({ op: 'gone', host: this.name, id: guest.spec.id });
    if (wasOn) this.#tell(guest.spec.id, 'stopped', 'Stopped Destroyed');
    this.#tell(guest.spec.id, 'undefined', 'Undefined Removed');
  }

  /** Starts a guest that is off, from its beginning: what was put away of it is lost. */
  boot(guest: SimGuest): void {
    this.#change(
      guest,
      { powerState: POWER_STATE.running, kernel: 'up', bootedAt: this.#deps.clock.now(), saved: null },
      bootLines(guest),
    );
    this.#tell(guest.spec.id, 'started', 'Started Booted');
  }

  /** Ends whatever the guest was doing, a latched NMI and a dump under way included; `why` is the hypervisor's word for it. */
  cutPower(guest: SimGuest, why = 'Destroyed'): void {
    this.#off(guest);
    this.#change(guest, OFF);
    this.#tell(guest.spec.id, 'stopped', `Stopped ${why}`);
  }

  /** Puts a guest that is not off away: it is off, and `restore` lets it go on. */
  save(guest: SimGuest): void {
    const wasRunning = guest.powerState === POWER_STATE.running;
    this.#off(guest);
    const { kernel, ports, reaction, nmiLatched } = guest;
    const step = reaction?.step ?? (nmiLatched ? 0 : null);
    this.#change(guest, { ...OFF, saved: { kernel, ports, step } });
    if (wasRunning) this.#tell(guest.spec.id, 'paused', 'Suspended Paused');
    this.#tell(guest.spec.id, 'stopped', 'Stopped Saved');
  }

  /** Lets a guest that was put away run where it was. */
  restore(guest: SimGuest): void {
    const { id } = guest.spec;
    const { kernel, ports, step } = guest.saved ?? NOTHING_SAVED;
    this.#goOn(guest, step ?? STEPS_END, { powerState: POWER_STATE.running, kernel, ports, saved: null });
    this.#tell(id, 'started', 'Started Restored');
    for (const port of ports.open) this.#tell(id, 'port-opened', port);
    this.#tell(id, 'resumed', 'Resumed Unpaused');
    this.#ports.wake(id);
  }

  /** Makes another machine of a guest that is off: with `rescue` it boots that, its own disk beside it. */
  redefine(guest: SimGuest, to: { readonly spec?: GuestSpec; readonly rescue?: RescueBoot | null }): void {
    this.#change(guest, { ...to, saved: null });
    this.#tell(guest.spec.id, 'defined', 'Defined Updated');
  }

  /** Resets a guest that is not off: it boots anew, and runs. */
  reset(guest: SimGuest): void {
    this.#halt(guest.spec.id);
    const stood = guest.powerState !== POWER_STATE.running;
    const { ports, told } = rebootPorts(guest);
    const anew = {
      powerState: POWER_STATE.running,
      kernel: 'up',
      nmiLatched: false,
      held: false,
      reaction: null,
    } as const;
    this.#change(guest, { ...anew, ports, bootedAt: this.#deps.clock.now() }, bootLines(guest));
    for (const event of told) this.#tell(guest.spec.id, ...event);
    this.#tell(guest.spec.id, 'rebooted', 'Rebooted');
    if (stood) this.#tell(guest.spec.id, 'resumed', 'Resumed Unpaused');
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
    this.#goOn(guest, next, { powerState: POWER_STATE.running, nmiLatched: false, held: false });
    this.#tell(guest.spec.id, 'resumed', 'Resumed Unpaused');
    this.#ports.wake(guest.spec.id);
  }

  /** The memory of a guest that is not off is being written: it stands still until the result is called; `gone` if it goes. */
  holdForDump(id: ServerId, gone: () => void): () => void {
    const guest = this.#deps.guests.get(id);
    if (guest?.powerState === POWER_STATE.running) {
      this.pause(guest);
      this.#change(guest, { held: true });
    }
    this.#dumped.set(id, gone);
    return () => {
      this.#dumped.delete(id);
      const now = this.#deps.guests.get(id);
      if (now?.held === true) this.unpause(now);
    };
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
  // across a restart alone: while the process lives, a jump of it moves no step. A guest that writes a dump waits, and so does
  // one that its panic device stopped.
  #goOn(guest: SimGuest, next: number, to: Partial<SimGuestState>, print?: string): void {
    const step = stepOf(guest, next);
    if (step === undefined) {
      this.#change(guest, { ...to, reaction: null }, print);
      return;
    }
    if (standsStill(guest, to)) {
      this.#change(guest, { ...to, reaction: { step: next, dueAt: null } }, print);
      return;
    }
    const delay = delayOf(guest.spec, step);
    this.#change(guest, { ...to, reaction: { step: next, dueAt: this.#deps.clock.now() + delay } }, print);
    this.#schedule(guest, step, next, delay);
  }

  #schedule(guest: SimGuest, step: Step, index: number, delay: number): void {
    const cancel = this.#deps.clock.defer(delay, () => {
      this.#timers.delete(guest.spec.id);
      const { to, print, told } = effectOf(guest, step, this.#deps.clock.now());
      this.#goOn(guest, index + 1, to, print);
      for (const event of told) this.#tell(guest.spec.id, ...event);
      this.#ports.wake(guest.spec.id);
    });
    this.#timers.set(guest.spec.id, cancel);
  }

  // What fell due while the process was dead happened then, unseen: the guest did not wait for it.
  #catchUp(): void {
    const now = this.#deps.clock.now();
    for (const guest of this.#deps.guests.values()) {
      while (guest.reaction !== null && guest.powerState !== POWER_STATE.paused) {
        const { step: index, dueAt } = guest.reaction;
        if (dueAt === null) break;
        const step = stepOf(guest, index);
        if (step !== undefined && dueAt > now) {
          this.#schedule(guest, step, index, Math.min(dueAt - now, delayOf(guest.spec, step)));
          break;
        }
        const next = stepOf(guest, index + 1);
        const { to, print } =
          step === undefined ? { to: { ports: guest.ports }, print: '' } : effectOf(guest, step, dueAt);
        const waits = standsStill(guest, to);
        const due = next === undefined || waits ? null : dueAt + delayOf(guest.spec, next);
        const reaction = next === undefined ? null : { step: index + 1, dueAt: due };
        this.#change(guest, { ...to, reaction }, print);
      }
    }
  }

  #change(guest: SimGuest, to: Partial<SimGuestState>, print = ''): void {
    const record = { op: 'changed', host: this.name, id: guest.spec.id, to } as const;
    this.#deps.write(print === '' ? record : { ...record, print });
    if (print !== '') for (const onText of this.#followers.get(guest.spec.id) ?? []) onText(print);
  }

  // Who reads its ports, or writes its memory, comes to an end; then it does nothing more.
  #off(guest: SimGuest): void {
    this.#halt(guest.spec.id);
    this.#ports.end(guest.spec.id);
    this.#dumped.get(guest.spec.id)?.();
  }

  #addresses(): ReadonlySet<string> {
    return new Set([...this.#deps.guests.values()].flatMap(({ address }) => address?.addr ?? []));
  }

  #halt(id: ServerId): void {
    this.#timers.get(id)?.();
    this.#timers.delete(id);
  }

  #tell(guest: ServerId, kind: GuestEventKind, detail: string): void {
    if (!this.#connection.up) return;
    const key = `${guest} ${detail}`;
    if (kind === 'port-opened') this.#toldOpen.add(key);
    if (kind === 'port-closed') this.#toldOpen.delete(key);
    if (kind === 'stopped') for (const port of ['status', 'dump']) this.#toldOpen.delete(`${guest} ${port}`);
    const event = { guest, kind, detail, at: this.#deps.clock.now() };
    for (const listener of this.#listeners) listener.guestEvent(event);
  }

  // Port changes are the one thing that is found after the connection was lost: a dump may be waiting behind one.
  #tellPorts(tell: (event: GuestEvent) => void, told: ReadonlySet<string>): void {
    const at = this.#deps.clock.now();
    for (const { spec, ports } of this.#deps.guests.values()) {
      for (const port of ['status', 'dump'] as const) {
        const open = ports.open.includes(port);
        const key = `${spec.id} ${port}`;
        if (open === told.has(key)) continue;
        if (open) this.#toldOpen.add(key);
        else this.#toldOpen.delete(key);
        tell({ guest: spec.id, kind: open ? 'port-opened' : 'port-closed', detail: port, at });
      }
    }
  }

  #connect(connection: DriverConnection): void {
    if (connection.up === this.#connection.up) return;
    this.#connection = connection;
    for (const listener of this.#listeners) listener.connection(connection);
    if (connection.up) this.#tellPorts(({ guest, kind, detail }) => this.#tell(guest, kind, detail), this.#toldOpen);
  }
}

/** True if the guest's time stands still with no end in sight: somebody must read, or let it go on. */
function standsStill(guest: SimGuest, to: Partial<SimGuestState>): boolean {
  const { ports, powerState } = { ...guest, ...to };
  return ports.writing !== null || powerState === POWER_STATE.crashed;
}

const OFF = {
  powerState: POWER_STATE.shutdown,
  kernel: 'off',
  nmiLatched: false,
  held: false,
  reaction: null,
  ports: NO_PORTS,
} as const;

const NOTHING_SAVED: SavedState = { kernel: 'up', ports: NO_PORTS, step: null };

// An index behind every behaviour's last step: nothing more to do.
const STEPS_END = Number.MAX_SAFE_INTEGER;
