// One host in the table: its service, what it told, and what is heard of it. `find` and `all` give it to be read.

import type { CommandKind } from '../model/command.ts';
import type { DriverConnectionState, HostFactsOffered } from '../model/host.ts';
import type { Hearing, HostCause } from '../model/host-cause.ts';
import { hostCause } from '../model/host-cause.ts';
import type { HostStatus } from '../model/host-status.ts';
import { hostStatus } from '../model/host-status.ts';
import type { HostTold } from '../model/host-told.ts';
import type { HostName } from '../model/ids.ts';
import type { Service } from '../model/service.ts';
import { isAutoDisabled } from '../model/service.ts';
import type { SilenceOrder } from './silence-order.ts';

/** One host as known now. Times named `...At` are of the wall clock, the others of the monotonic one. */
export interface HostEntry {
  readonly host: HostName;
  readonly service: Service | null;
  readonly hearing: Hearing;
  /** Null when none came yet. */
  readonly lastBeatAt: number | null;
  readonly lastBeatMono: number | null;
  /** The status it was last judged to have, why, and since when. */
  readonly status: HostStatus;
  readonly cause: HostCause;
  readonly sinceAt: number;
  /** When it last came back from silence; null when it did not. */
  readonly cameBackMono: number | null;
  /** True from the moment it fell silent until it is UP again. */
  readonly lost: boolean;
  /** What its agent told last: in this process, or in another one. */
  readonly life: string | null;
  readonly calls: readonly CommandKind[];
  readonly offered: HostFactsOffered | null;
  readonly connection: DriverConnectionState | null;
  /** True if what is known of it was told by another life of its agent than the one that is heard. */
  readonly toldByAnother: boolean;
}

/** The same, to be written by the table alone. */
export class HostRecord implements HostEntry {
  readonly host: HostName;
  service: Service | null = null;
  /** The number of the last change of its service, be it its end. */
  changed = 0;
  hearing: Hearing = 'not-heard-yet';
  status: HostStatus = '';
  cause: HostCause = 'not-heard-yet';
  sinceAt: number;
  cameBackMono: number | null = null;
  life: string | null = null;
  calls: readonly CommandKind[] = [];
  offered: HostFactsOffered | null = null;
  connection: DriverConnectionState | null = null;
  /** From when its silence counts. */
  quietSince: number;
  lost = false;
  /** The life of the agent that beats. */
  beatLife: string | null = null;
  /** The life of the agent that said it stops: a beat of it that comes after is an old one. */
  leftLife: string | null = null;
  /** Where it stands among those whose silence is to be judged: of the order alone. */
  order: SilenceOrder | null = null;
  before: HostRecord | null = null;
  after: HostRecord | null = null;
  // Numbers and nothing else: those are written over at each beat, where another one beside null would be made anew.
  #beatAt = Number.NaN;
  #beatMono = Number.NaN;

  constructor(host: HostName, mono: number, wall: number) {
    this.host = host;
    this.quietSince = mono;
    this.sinceAt = wall;
  }

  get lastBeatAt(): number | null {
    return Number.isNaN(this.#beatAt) ? null : this.#beatAt;
  }

  get lastBeatMono(): number | null {
    return Number.isNaN(this.#beatMono) ? null : this.#beatMono;
  }

  /** Notes that it is heard now. */
  noteBeat(mono: number, wall: number): void {
    this.#beatAt = wall;
    this.#beatMono = mono;
    this.quietSince = mono;
  }

  /** True if its agent says that it cannot reach what it speaks for, and so knows nothing of its guests. */
  get outOfReach(): boolean {
    return this.connection?.up === false && this.connection.unknown === true;
  }

  get toldByAnother(): boolean {
    if (this.life === null || this.hearing === 'stopped') return false;
    return this.beatLife !== null && this.life !== this.beatLife;
  }

  /** Takes what its agent told. */
  takeTold(told: HostTold): void {
    this.life = told.life;
    this.calls = told.calls;
    this.offered = told.offered;
  }

  /** Judges status and cause anew; true if one of them is another one now. */
  judge(wall: number): boolean {
    const { service, hearing } = this;
    const { forcedDown = false, disabled = false } = service ?? {};
    const heard = hearing === 'heard' && !this.outOfReach;
    const status = hostStatus(service === null ? null : { forcedDown, disabled, heard });
    const auto = service !== null && isAutoDisabled(service);
    const cause = hostCause({ forcedDown, disabled, auto, hearing, outOfReach: this.outOfReach });
    if (status === this.status && cause === this.cause) return false;
    this.status = status;
    this.cause = cause;
    this.sinceAt = wall;
    return true;
  }
}
