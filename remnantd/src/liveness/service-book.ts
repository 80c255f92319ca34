// Services in every API process: who changes one tells the others over the bus, and each reads what changed once a second,
// so that a force-down holds everywhere, bus or no bus. A reading costs one small query while nothing changes.

import { readHeads } from '../db/heads.ts';
import type { ToldService } from '../db/services.ts';
import { allServices, countServices, servicesChangedAfter } from '../db/services.ts';
import type { Store } from '../db/store.ts';
import type { JsonValue } from '../lib/json.ts';
import type { HostTold } from '../model/host-told.ts';
import type { HostName } from '../model/ids.ts';
import type { Service } from '../model/service.ts';
import { SUBJECT } from '../model/wire.ts';
import type { Bus, Unsubscribe } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import { repeat } from '../ports/repeat.ts';
import type { HostTable } from './host-table.ts';

/** What the book needs. */
export interface ServiceBookDeps {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly hosts: HostTable;
  /** Told how far the transitions of hosts are, at each reading. */
  readonly onTransitions: (head: number) => Promise<void>;
  readonly onError: (what: string, error: unknown) => void;
}

/** What one API process tells the others: a service as it is now, or that a host has none any more. */
type ServiceNews =
  | { readonly service: Service; readonly told: HostTold | null }
  | { readonly removed: HostName; readonly changed: number };

const EVERY_MS = 1_000;
/** All rows are read this often too: a program without the counters changes services without counting. */
const WHOLE_MS = 30_000;

/** The book. One per process. */
export class ServiceBook {
  readonly #deps: ServiceBookDeps;
  /** Every change up to this number is in the table. */
  #upTo = -1;
  #wholeAt: number;
  #fails = false;

  constructor(deps: ServiceBookDeps) {
    this.#deps = deps;
    this.#wholeAt = deps.clock.mono();
  }

  /** Begins to listen and to read; the result ends it. */
  start(): Unsubscribe {
    const { bus, clock } = this.#deps;
    const stopListening = bus.subscribe(SUBJECT.service, (message) => this.#take(message as unknown as ServiceNews));
    const stopReading = repeat(
      clock,
      EVERY_MS,
      async () => {
        await this.refresh();
        this.#fails = false;
      },
      (error) => {
        // What fails again is told once.
        if (!this.#fails) this.#deps.onError('reading the services', error);
        this.#fails = true;
      },
    );
    return () => {
      stopListening();
      stopReading();
    };
  }

  /** Puts a service that was just changed, and committed, into the table here and everywhere. */
  changed(service: Service, told: HostTold | null = null): void {
    this.#deps.hosts.service(service, told);
    this.#tell({ service, told });
  }

  /** The same for one that was removed, by the change of that number. */
  removed(host: HostName, changed: number): void {
    this.#deps.hosts.removed(host, changed);
    this.#tell({ removed: host, changed });
  }

  /** Puts a row that was read into the table. */
  seen({ service, told }: ToldService): void {
    this.#deps.hosts.service(service, told);
  }

  /** Reads what changed since the last reading. */
  async refresh(): Promise<void> {
    const { store, clock, hosts, onTransitions } = this.#deps;
    const heads = await readHeads(store.read);
    if (heads.services !== this.#upTo) {
      for (const row of await servicesChangedAfter(store.read, this.#upTo)) this.seen(row);
      // With every new row in, a difference in number is one that was removed.
      if ((await countServices(store.read)) !== hosts.serviceCount) await this.#readAll(heads.services);
      this.#upTo = heads.services;
    }
    if (clock.mono() - this.#wholeAt > WHOLE_MS) await this.#readAll(heads.services);
    await onTransitions(heads.host_transitions);
  }

  async #readAll(upTo: number): Promise<void> {
    const { store, clock, hosts } = this.#deps;
    this.#wholeAt = clock.mono();
    hosts.services(await allServices(store.read), upTo);
  }

  #take(news: ServiceNews): void {
    if ('removed' in news) this.#deps.hosts.removed(news.removed, news.changed);
    else this.#deps.hosts.service(news.service, news.told);
  }

  #tell(news: ServiceNews): void {
    this.#deps.bus.publish(SUBJECT.service, news as unknown as JsonValue);
  }
}
