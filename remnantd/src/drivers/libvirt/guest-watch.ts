// Watches what guests do and tells it: libvirt's events as the driver's. It also does the one thing that is done unasked:
// a guest of ours that panicked is paused by QEMU before the panic's text has reached the console, so it is resumed,
// once, prints the text, and stays halted in its panic.
// Invariant: each panic is told once, before the resume; a guest that is not ours is only watched.

import { asId, type ServerId } from '../../model/ids.ts';
import type { DriverListener, GuestEventKind } from '../driver.ts';
import { FLAG, STATE } from './constants.ts';
import { lifecycleKind, Reboots } from './lifecycle.ts';
import type { LinkListener } from './link.ts';
import { isOurs } from './ownership.ts';
import { type Call, type DomainRef, PROCEDURES } from './procedures.ts';

/** What a watch needs. `call` asks libvirt; `now` is the wall clock in ms. */
export interface GuestWatchDeps {
  readonly listener: DriverListener;
  readonly now: () => number;
  readonly call: Call;
}

const letOutNote = 'to let out the text of its panic';

/** Tells `deps.listener` what a link hears. */
export class GuestWatch implements LinkListener {
  readonly #deps: GuestWatchDeps;
  readonly #reboots = new Reboots();
  /** Guests whose panic was told and that have not gone on since. */
  readonly #panicked = new Set<string>();
  /** Guests that we are about to resume. */
  readonly #lettingOut = new Set<string>();

  constructor(deps: GuestWatchDeps) {
    this.#deps = deps;
  }

  up(): void {
    this.#deps.listener.connection({ up: true, since: this.#deps.now() });
    void this.#findPanicked();
  }

  down(reason: string): void {
    this.#panicked.clear();
    this.#lettingOut.clear();
    this.#deps.listener.connection({ up: false, since: this.#deps.now(), reason });
  }

  lifecycle(dom: DomainRef, event: number, detail: number): void {
    const seen = lifecycleKind(event, detail);
    if (seen === null) return;
    if (seen.kind === 'panicked') {
      this.#panic(dom, seen.detail);
      return;
    }
    const letOut = this.#lettingOut.has(dom.uuid) && seen.kind === 'resumed';
    if (seen.kind === 'resumed' || seen.kind === 'started' || seen.kind === 'stopped') {
      this.#panicked.delete(dom.uuid);
      this.#lettingOut.delete(dom.uuid);
    }
    this.#tell(dom, seen.kind, letOut ? `${seen.detail} (${letOutNote})` : seen.detail);
  }

  reboot(dom: DomainRef): void {
    const event = this.#reboots.seen(dom.uuid, this.#deps.now());
    if (event !== null) this.#deps.listener.guestEvent(event);
  }

  #tell(dom: DomainRef, kind: GuestEventKind, detail: string): void {
    this.#deps.listener.guestEvent({ guest: asId<ServerId>(dom.uuid), kind, detail, at: this.#deps.now() });
  }

  #panic(dom: DomainRef, detail: string): void {
    if (!this.#panicked.has(dom.uuid)) {
      this.#panicked.add(dom.uuid);
      this.#tell(dom, 'panicked', detail);
    }
    void this.#letTextOut(dom);
  }

  async #letTextOut(dom: DomainRef): Promise<void> {
    try {
      if (!(await isOurs(dom, this.#deps.call)) || !(await this.#isPanicked(dom))) return;
      this.#lettingOut.add(dom.uuid);
      await this.#deps.call(PROCEDURES.domainResume, { dom });
    } catch {
      // The guest stays paused in its panic, as its power state says; whoever resumes it gets the text.
      this.#lettingOut.delete(dom.uuid);
    }
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
