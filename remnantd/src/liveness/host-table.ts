// What is known of every host, in memory: host_status is read from here and costs no query (R4). Freshness is measured on
// this process's monotonic clock alone; the wall clock is only shown to people. A beat costs the same however many hosts
// there are, and a judgement looks only at those that are late: they stand in the order in which their silence began.

import type { HostStatus } from '../model/host-status.ts';
import type { HostTold } from '../model/host-told.ts';
import { toldIn } from '../model/host-told.ts';
import type { HostName } from '../model/ids.ts';
import type { Service } from '../model/service.ts';
import { COMPUTE } from '../model/service.ts';
import type { Beat, Hello } from '../model/wire.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostEntry } from './host-record.ts';
import { HostRecord } from './host-record.ts';
import { SilenceOrder } from './silence-order.ts';

/** A host that came back less than this ago and was lost again is not UP before that time is over, ms. */
const FLAP_HOLD_MS = 60_000;

/** The table. One per process. */
export class HostTable {
  readonly #hosts = new Map<HostName, HostRecord>();
  /** The same in order, until there is another host. */
  #byName: readonly (readonly [HostName, HostEntry])[] | null = null;
  /** Those whose silence is still to be judged. */
  readonly #waiting = new SilenceOrder();
  /** Those not heard since the bus was back here: they may not have found it yet. */
  readonly #returning = new SilenceOrder();
  readonly #clock: Clock;
  readonly #unknownAfterMs: number;
  readonly #flapHoldMs: number;
  #busAway = false;
  #services = 0;
  #onEdge: (entry: HostEntry) => void = () => {};

  /** A host not heard for `unknownAfterMs` is UNKNOWN; one that comes and goes is UP at most once in `flapHoldMs`. */
  constructor(clock: Clock, unknownAfterMs: number, flapHoldMs = FLAP_HOLD_MS) {
    this.#clock = clock;
    this.#unknownAfterMs = unknownAfterMs;
    this.#flapHoldMs = flapHoldMs;
  }

  /** Tells `handle`, at once and within this turn, of each host whose status or cause has become another one. */
  onEdge(handle: (entry: HostEntry) => void): void {
    this.#onEdge = handle;
  }

  /** Takes a heartbeat of `host`, and gives what is known of the host now. */
  beat(message: Beat, host: HostName = message.host): HostEntry {
    return this.#beat(this.#record(host), message);
  }

  /** What takes the heartbeats of `host`, as `beat` does, and need not look for it at each. */
  beatsOf(host: HostName): (message: Beat) => HostEntry {
    const record = this.#record(host);
    return (message) => this.#beat(record, message);
  }

  #beat(record: HostRecord, message: Beat): HostEntry {
    if (message.life === record.leftLife) return record;
    record.beatLife = message.life;
    const was = record.outOfReach;
    record.connection = message.connection;
    if (message.leaving === true) {
      this.#left(record);
      return record;
    }
    this.#heard(record);
    if (record.outOfReach !== was) this.#judge(record);
    return record;
  }

  /** Takes an agent's presentation; it counts as a heartbeat. */
  hello(message: Hello): void {
    const record = this.#record(message.host);
    if (message.life === record.leftLife) return;
    record.takeTold(toldIn(message));
    record.beatLife = message.life;
    this.#heard(record);
  }

  /** Takes one service as it is in the database, with what its host told where that was read too. */
  service(row: Service, told: HostTold | null = null): void {
    if (row.binary !== COMPUTE) return;
    const record = this.#record(row.host);
    // Read before a change that is in the table already: the change stands.
    if (row.changed < record.changed) return;
    if (record.service === null) this.#services += 1;
    record.changed = row.changed;
    record.service = row;
    if (told !== null) record.takeTold(told);
    this.#judge(record);
  }

  /** Takes note that the service of `host` was removed, as the change of that number. */
  removed(host: HostName, changed: number): void {
    const record = this.#hosts.get(host);
    if (record === undefined || record.service === null || changed < record.changed) return;
    this.#services -= 1;
    record.service = null;
    record.changed = changed;
    this.#judge(record);
  }

  /** Takes all services there are, read when the last change had the number `upTo`; a host that is not among them has none. */
  services(rows: readonly Service[], upTo = Number.POSITIVE_INFINITY): void {
    for (const row of rows) this.service(row);
    const there = new Set(rows.flatMap((row) => (row.binary === COMPUTE ? [row.host] : [])));
    for (const record of this.#hosts.values()) {
      // One that was made after the reading is not in it.
      if (!there.has(record.host) && record.changed <= upTo) this.removed(record.host, record.changed);
    }
  }

  /** How many hosts have a service. */
  get serviceCount(): number {
    return this.#services;
  }

  /**
   * Takes over when a host last came back, ms before now or null, and whether it was lost since, as another process saw it. What
   * this one has seen with its own eyes stands.
   */
  takeOver(host: HostName, { agoMs, lost }: { readonly agoMs: number | null; readonly lost: boolean }): void {
    const record = this.#hosts.get(host);
    if (record === undefined) return;
    const isBlind = this.#busAway || record.hearing === 'bus-lost' || record.hearing === 'not-heard-yet';
    if (!isBlind) return;
    if (agoMs !== null) {
      const cameBack = this.#clock.mono() - Math.max(0, agoMs);
      record.cameBackMono = Math.max(record.cameBackMono ?? cameBack, cameBack);
    }
    record.lost = lost;
  }

  /** From now on no beat can come, for a reason that is this process's own. */
  busAway(): void {
    this.#busAway = true;
  }

  /** Beats can come again: the silence of every host begins in `returnMs` at the earliest, or when it is heard. */
  busBack(returnMs: number): void {
    this.#busAway = false;
    const begins = this.#clock.mono() + returnMs;
    for (let record = this.#waiting.first; record !== null; record = this.#waiting.first)
      this.#returning.putLast(record);
    for (let record = this.#returning.first; record !== null; record = record.after) record.quietSince = begins;
  }

  /** True if somebody's silence is to be judged, as of `asOf` on the monotonic clock. */
  anyLate(asOf: number): boolean {
    return this.#firstLate(this.#waiting, asOf) !== null || this.#firstLate(this.#returning, asOf) !== null;
  }

  /** Judges those that are late as of `asOf`: everything that was heard until then must have been taken. */
  judge(asOf: number): void {
    for (const waiting of [this.#waiting, this.#returning]) {
      for (let record = this.#firstLate(waiting, asOf); record !== null; record = this.#firstLate(waiting, asOf)) {
        waiting.remove(record);
        if (this.#busAway) {
          record.hearing = 'bus-lost';
          // It is judged when the bus is back.
          record.quietSince = asOf;
          this.#waiting.putLast(record);
        } else {
          record.hearing = 'silent';
          record.lost = true;
        }
        this.#judge(record);
      }
    }
  }

  /** True if the host's agent is heard, whatever its service row says, and be it one that comes and goes. */
  heard(host: HostName): boolean {
    const hearing = this.#hosts.get(host)?.hearing;
    return hearing === 'heard' || hearing === 'held';
  }

  /** True if a command would reach the host: heard and not forced down. */
  isReached(host: HostName): boolean {
    return this.heard(host) && this.#hosts.get(host)?.service?.forcedDown !== true;
  }

  /** True if the agent that is heard now has presented itself, to whichever API process. */
  isMet(host: HostName): boolean {
    const record = this.#hosts.get(host);
    return record !== undefined && record.life !== null && record.life === record.beatLife;
  }

  /** True if the agent of that life said that it stops: what comes of it now is late. */
  hasLeft(host: HostName, life: string): boolean {
    return this.#hosts.get(host)?.leftLife === life;
  }

  /** `host_status` by Nova's precedence; '' for no host or a host without a service. */
  status(host: HostName | null): HostStatus {
    return host === null ? '' : (this.#hosts.get(host)?.status ?? '');
  }

  /** os-services' `state`: judged up, its guests known, and not forced down. */
  isUp(host: HostName): boolean {
    const record = this.#hosts.get(host);
    return record?.hearing === 'heard' && !record.outOfReach && record.service?.forcedDown !== true;
  }

  /** How long ago a host was last heard, ms; null for one that this process never heard. */
  quietFor(host: HostName): number | null {
    const last = this.#hosts.get(host)?.lastBeatMono ?? null;
    return last === null ? null : Math.max(0, Math.round(this.#clock.mono() - last));
  }

  /** All that is known of a host; null for one never heard of. */
  find(host: HostName): HostEntry | null {
    return this.#hosts.get(host) ?? null;
  }

  /** Every host by name. */
  all(): readonly (readonly [HostName, HostEntry])[] {
    this.#byName ??= [...this.#hosts].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return this.#byName;
  }

  /** The first of `order`, if its silence is to be judged as of `asOf`. */
  #firstLate({ first }: SilenceOrder, asOf: number): HostRecord | null {
    return first !== null && asOf - first.quietSince > this.#unknownAfterMs ? first : null;
  }

  #heard(record: HostRecord): void {
    const now = this.#clock.mono();
    record.noteBeat(now, this.#clock.wall());
    this.#waiting.putLast(record);
    if (record.hearing === 'heard') return;
    const holds = record.lost && record.cameBackMono !== null && now - record.cameBackMono < this.#flapHoldMs;
    if (holds && record.hearing === 'held') return;
    if (!holds && record.lost) {
      record.cameBackMono = now;
      record.lost = false;
    }
    record.hearing = holds ? 'held' : 'heard';
    this.#judge(record);
  }

  #left(record: HostRecord): void {
    record.noteBeat(this.#clock.mono(), this.#clock.wall());
    record.leftLife = record.beatLife;
    record.order?.remove(record);
    record.hearing = 'stopped';
    this.#judge(record);
  }

  #judge(record: HostRecord): void {
    if (record.judge(this.#clock.wall())) this.#onEdge(record);
  }

  #record(host: HostName): HostRecord {
    let record = this.#hosts.get(host);
    if (record === undefined) {
      record = new HostRecord(host, this.#clock.mono(), this.#clock.wall());
      this.#hosts.set(host, record);
      this.#byName = null;
      this.#waiting.putLast(record);
    }
    return record;
  }
}
