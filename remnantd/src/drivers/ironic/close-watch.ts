// Watches the machines that got an NMI more closely than a poll does: what Ironic has of them, and whether they answer on the
// network. It tells what it sees, and makes nothing of it: a machine that went silent need not have panicked.

import type { ServerId } from '../../model/ids.ts';
import type { GuestEvent } from '../driver.ts';
import type { IronicNode } from './ironic-node.ts';
import type { Pinged } from './ping.ts';

/** What watching closely needs. */
export interface CloseWatchDeps {
  /** Learns what Ironic has of the node now, and tells what is new. Throws DriverFault. */
  readonly refresh: (uuid: string) => Promise<unknown>;
  readonly ping: (address: string) => Promise<Pinged>;
  readonly tell: (event: GuestEvent) => void;
  readonly after: (ms: number, run: () => void) => () => void;
  readonly mono: () => number;
  readonly now: () => number;
}

/** How often, and for how long: behind that, a poll is soon enough; ms. */
const LOOK = { everyMs: 2_000, forMs: 300_000 };
/** As long as a dump may take. */
const PING = { everyMs: 1_000, forMs: 1_800_000 };
/** One that is lost on the way says nothing. */
const LOST_BEFORE_SILENT = 2;

/** The machines that are watched. */
export class CloseWatch {
  readonly #deps: CloseWatchDeps;
  readonly #ends = new Map<ServerId, () => void>();

  constructor(deps: CloseWatchDeps) {
    this.#deps = deps;
  }

  /** Watches from now on, as long as it takes; anew where it is watched already. */
  begin(guest: ServerId, node: Pick<IronicNode, 'uuid' | 'ping'>): void {
    this.end(guest);
    const ends = [this.#again(LOOK, LOOK.everyMs, () => this.#deps.refresh(node.uuid))];
    // At once: a machine that panics within a second answered before.
    if (node.ping !== null) ends.push(this.#again(PING, 0, this.#pinging(guest, node.ping)));
    this.#ends.set(guest, () => {
      for (const end of ends) end();
    });
  }

  /** Watches it no more. */
  end(guest: ServerId): void {
    this.#ends.get(guest)?.();
    this.#ends.delete(guest);
  }

  /** Watches nothing any more. */
  stop(): void {
    for (const guest of this.#ends.keys()) this.end(guest);
  }

  /** Does `work` again and again, one at a time, for its time; a fault of it is left to the poll to tell. */
  #again({ everyMs, forMs }: typeof LOOK, firstMs: number, work: () => Promise<unknown>): () => void {
    const { after, mono } = this.#deps;
    const until = mono() + forMs;
    let cancel = () => {};
    let over = false;
    const next = (inMs: number) => {
      if (over || mono() >= until) return;
      cancel = after(inMs, () => void once());
    };
    const once = async () => {
      await work().catch(() => {});
      next(everyMs);
    };
    next(firstMs);
    return () => {
      over = true;
      cancel();
    };
  }

  /** Tells when the machine's answers end, and when they come again; one that never answered tells nothing by its silence. */
  #pinging(guest: ServerId, address: string): () => Promise<void> {
    const { ping, tell, now, mono } = this.#deps;
    const begun = mono();
    let state: 'unheard' | 'answers' | 'silent' = 'unheard';
    let lost = 0;
    return async () => {
      const pinged = await ping(address);
      if (!this.#ends.has(guest) || pinged === 'no-ping') return;
      const after = `${((mono() - begun) / 1000).toFixed(0)} s after the NMI`;
      lost = pinged === 'silent' ? lost + 1 : 0;
      if (pinged === 'answers') {
        if (state === 'silent') {
          tell({ guest, kind: 'answers', detail: `it answers again, ${after}`, at: now() });
        }
        state = 'answers';
      } else if (state === 'answers' && lost >= LOST_BEFORE_SILENT) {
        state = 'silent';
        tell({ guest, kind: 'silent', detail: `it answers no more, ${after}`, at: now() });
      }
    };
  }
}
