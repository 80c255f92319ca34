// Hosts in the order in which their silence began. Each beat puts its host last: the links are in the hosts themselves, so that
// this looks nothing up and makes nothing that is thrown away.

import type { HostRecord } from './host-record.ts';

/** One order. A host stands in one at a time. */
export class SilenceOrder {
  #first: HostRecord | null = null;
  #last: HostRecord | null = null;

  /** The host whose silence began first; null when nobody waits. */
  get first(): HostRecord | null {
    return this.#first;
  }

  /** Puts a host behind all others, wherever it stood before. */
  putLast(host: HostRecord): void {
    if (this.#last === host) return;
    host.order?.remove(host);
    host.order = this;
    host.before = this.#last;
    if (this.#last === null) this.#first = host;
    else this.#last.after = host;
    this.#last = host;
  }

  /** Takes out a host that stands in this order. */
  remove(host: HostRecord): void {
    const { before, after } = host;
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    host.order = null;
    host.before = null;
    host.after = null;
  }
}
