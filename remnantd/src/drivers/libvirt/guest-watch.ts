// Watches what guests do and tells it: libvirt's events as the driver's, and what happened while there was no connection, as
// far as it can still be seen. Invariant: each panic is told once a connection; no guest is touched.

import { asId, type ServerId } from '../../model/ids.ts';
import type { DriverListener, GuestEventKind } from '../driver.ts';
import { FLAG, STATE } from './constants.ts';
import { lifecycleKind, Reboots } from './lifecycle.ts';
import type { LinkListener } from './link.ts';
import type { GuestFiles } from './live-xml.ts';
import { isOurs } from './ownership.ts';
import { type PortChange, PortWatch } from './port-watch.ts';
import { type Call, type DomainRef, PROCEDURES } from './procedures.ts';
import { Turns } from './turns.ts';

/** What a watch needs. `call` asks libvirt; `now` is the wall clock in ms; `files` tells our ports from others. */
export interface GuestWatchDeps {
  readonly listener: DriverListener;
  readonly now: () => number;
  readonly call: Call;
  readonly files: GuestFiles;
}

/** Tells `deps.listener` what a link hears. */
export class GuestWatch implements LinkListener {
  readonly #deps: GuestWatchDeps;
  readonly #reboots = new Reboots();
  readonly #ports: PortWatch;
  /** By domain: a port that has to be looked up must not fall behind what came after it. */
  readonly #turns = new Turns();
  /** Guests whose panic was told and that have not gone on since. */
  readonly #panicked = new Set<string>();

  constructor(deps: GuestWatchDeps) {
    this.#deps = deps;
    this.#ports = new PortWatch(deps);
  }

  up(): void {
    this.#deps.listener.connection({ up: true, since: this.#deps.now() });
    void this.#findPanicked();
    void this.#findPorts();
  }

  down(reason: string): void {
    this.#panicked.clear();
    this.#deps.listener.connection({ up: false, since: this.#deps.now(), reason });
  }

  lifecycle(dom: DomainRef, event: number, detail: number): void {
    const seen = lifecycleKind(event, detail);
    if (seen === null) return;
    if (seen.kind === 'panicked') {
      this.#panic(dom, seen.detail);
      return;
    }
    if (seen.kind === 'resumed' || seen.kind === 'started' || seen.kind === 'stopped') this.#panicked.delete(dom.uuid);
    this.#tell(dom, seen.kind, seen.detail);
  }

  reboot(dom: DomainRef): void {
    const event = this.#reboots.seen(dom.uuid, this.#deps.now());
    if (event === null) return;
    this.#turns.take(dom.uuid, () => {
      for (const change of this.#ports.reset(dom.uuid)) this.#tellPort(dom, change, event.at);
      this.#deps.listener.guestEvent(event);
    });
  }

  port(dom: DomainRef, alias: string, open: boolean): void {
    const at = this.#deps.now();
    this.#turns.take(dom.uuid, () => {
      const change = this.#ports.changed(dom, alias, open);
      if (change instanceof Promise) return change.then((found) => this.#tellPort(dom, found, at));
      return this.#tellPort(dom, change, at);
    });
  }

  #tell(dom: DomainRef, kind: GuestEventKind, detail: string): void {
    const event = { guest: asId<ServerId>(dom.uuid), kind, detail, at: this.#deps.now() };
    this.#turns.take(dom.uuid, () => {
      if (kind === 'started' || kind === 'stopped') this.#ports.forget(dom.uuid);
      this.#deps.listener.guestEvent(event);
    });
  }

  #tellPort(dom: DomainRef, change: PortChange | null, at: number): void {
    if (change === null) return;
    const kind = change.open ? 'port-opened' : 'port-closed';
    this.#deps.listener.guestEvent({ guest: asId<ServerId>(dom.uuid), kind, detail: change.port, at });
  }

  /** Ports that a guest opened or closed while there was no connection: a dump may be waiting behind one. */
  async #findPorts(): Promise<void> {
    for (const dom of await this.#ports.running().catch(() => [])) {
      this.#turns.take(dom.uuid, async () => {
        const missed = await this.#ports.missed(dom).catch(() => []);
        for (const change of missed) this.#tellPort(dom, change, this.#deps.now());
      });
    }
  }

  #panic(dom: DomainRef, detail: string): void {
    if (this.#panicked.has(dom.uuid)) return;
    this.#panicked.add(dom.uuid);
    this.#tell(dom, 'panicked', detail);
  }

  /** Guests of ours that panicked while there was no connection: their events are lost, but their state is not. */
  async #findPanicked(): Promise<void> {
    try {
      const flags = FLAG.VIR_CONNECT_LIST_DOMAINS_OTHER;
      const { domains } = await this.#deps.call(PROCEDURES.connectListAllDomains, { needResults: 1, flags });
      for (const dom of domains) {
        if ((await isOurs(dom, this.#deps.call)) && (await this.#isPanicked(dom))) {
          this.#panic(dom, 'Crashed Panicked (found after connecting)');
        }
      }
    } catch {
      // Either the connection went again, and the next one looks again, or a guest went, and has nothing more to say.
    }
  }

  async #isPanicked(dom: DomainRef): Promise<boolean> {
    const { state, reason } = await this.#deps.call(PROCEDURES.domainGetState, { dom, flags: 0 });
    return state === STATE.VIR_DOMAIN_CRASHED && reason === STATE.VIR_DOMAIN_CRASHED_PANICKED;
  }
}
