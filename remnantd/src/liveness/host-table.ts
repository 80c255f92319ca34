// What is known of every host, in memory: host_status is read from here and costs no query (R4). Freshness is measured on
// this process's monotonic clock alone; the wall clock is only shown to people.

import type { CommandKind } from '../model/command.ts';
import type { DriverConnectionState, HostFactsOffered } from '../model/host.ts';
import type { HostStatus } from '../model/host-status.ts';
import { hostStatus } from '../model/host-status.ts';
import type { HostName } from '../model/ids.ts';
import type { Service } from '../model/service.ts';
import type { Beat, Hello } from '../model/wire.ts';
import type { Clock } from '../ports/clock.ts';

/** One host as known now. */
export interface HostEntry {
  readonly service: Service | null;
  /** Wall clock of the last beat; null when none came yet. */
  readonly lastBeatAt: number | null;
  readonly life: string | null;
  readonly calls: readonly CommandKind[];
  readonly offered: HostFactsOffered | null;
  readonly connection: DriverConnectionState | null;
}

interface Mutable {
  service: Service | null;
  lastBeatAt: number | null;
  lastBeatMono: number | null;
  life: string | null;
  calls: readonly CommandKind[];
  offered: HostFactsOffered | null;
  connection: DriverConnectionState | null;
}

/** The table. One per process. */
export class HostTable {
  readonly #hosts = new Map<HostName, Mutable>();
  readonly #clock: Clock;
  readonly #unknownAfterMs: number;

  /** A host not heard for `unknownAfterMs` is UNKNOWN. */
  constructor(clock: Clock, unknownAfterMs: number) {
    this.#clock = clock;
    this.#unknownAfterMs = unknownAfterMs;
  }

  /** Takes a heartbeat. */
  beat(message: Beat): void {
    const entry = this.#entry(message.host);
    entry.lastBeatAt = this.#clock.wall();
    entry.lastBeatMono = this.#clock.mono();
    entry.connection = message.connection;
  }

  /** Takes an agent's presentation; it counts as a heartbeat. */
  hello(message: Hello): void {
    const entry = this.#entry(message.host);
    entry.life = message.life;
    entry.calls = message.calls;
    entry.offered = message.offered;
    entry.lastBeatAt = this.#clock.wall();
    entry.lastBeatMono = this.#clock.mono();
  }

  /** Takes the service rows as they are in the database now; a host whose row is gone has no service. */
  services(rows: readonly Service[]): void {
    const seen = new Set<HostName>();
    for (const row of rows) {
      if (row.binary !== 'nova-compute') continue;
      seen.add(row.host);
      const entry = this.#entry(row.host);
      // Read before a change that is in the table already: the change stands.
      if (entry.service === null || entry.service.updatedAt <= row.updatedAt) entry.service = row;
    }
    for (const [host, entry] of this.#hosts) if (!seen.has(host)) entry.service = null;
  }

  /** Takes one service row that has just changed. */
  service(row: Service): void {
    if (row.binary === 'nova-compute') this.#entry(row.host).service = row;
  }

  /** True if the host's agent was heard lately, whatever its service row says. */
  heard(host: HostName): boolean {
    const last = this.#hosts.get(host)?.lastBeatMono ?? null;
    return last !== null && this.#clock.mono() - last <= this.#unknownAfterMs;
  }

  /** `host_status` by Nova's precedence; '' for no host or a host without a service. */
  status(host: HostName | null): HostStatus {
    const service = host === null ? null : (this.#hosts.get(host)?.service ?? null);
    if (host === null || service === null) return hostStatus(null);
    return hostStatus({ forcedDown: service.forcedDown, disabled: service.disabled, heard: this.heard(host) });
  }

  /** os-services' `state`: heard and not forced down. */
  isUp(host: HostName): boolean {
    return this.heard(host) && this.#hosts.get(host)?.service?.forcedDown !== true;
  }

  /** All that is known of a host; null for one never heard of. */
  find(host: HostName): HostEntry | null {
    return this.#hosts.get(host) ?? null;
  }

  /** Every host by name. */
  all(): readonly (readonly [HostName, HostEntry])[] {
    return [...this.#hosts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  #entry(host: HostName): Mutable {
    let entry = this.#hosts.get(host);
    if (entry === undefined) {
      entry = {
        service: null,
        lastBeatAt: null,
        lastBeatMono: null,
        life: null,
        calls: [],
        offered: null,
        connection: null,
      };
      this.#hosts.set(host, entry);
    }
    return entry;
  }
}
