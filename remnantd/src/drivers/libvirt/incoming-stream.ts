// The bytes that come behind the answer to one call: packets of them, an empty one when there are no more, and libvirtd's last
// word, which it says once it was told that all is here. It decides what each packet means; it sends nothing itself.
// Invariant: no more than `mostBytes` are held, and what came in part is never called whole.

import { PACKET } from './constants.ts';
import { libvirtError, StreamError } from './errors.ts';
import type { Packet } from './packet.ts';

/** What a stream gave: the result of its call, and the bytes behind it. */
export interface Received<Ret> {
  readonly ret: Ret;
  readonly bytes: Buffer;
}

/** How much of a stream is taken, and for how long. */
export interface ReceiveBounds {
  readonly mostBytes: number;
  /** Given up when it aborts. */
  readonly until: AbortSignal;
}

/** A stream under way. */
export interface Receiving<Ret> {
  readonly whole: Promise<Received<Ret>>;
  /** Resolves when libvirtd is through with it, which may be long after `whole` rejected: only then has it room for another one. */
  readonly over: Promise<void>;
}

/** What is to be done after a packet. */
export type StreamStep =
  | { readonly next: 'wait' }
  /** libvirtd has no more, and is to be told that all is here. */
  | { readonly next: 'finish' }
  /** `bytes` gives all of it. */
  | { readonly next: 'done' }
  /** It will never be whole. `goesOn`: libvirtd does not know, and is to be told to stop. */
  | { readonly next: 'fail'; readonly error: Error; readonly goesOn: boolean };

const WAIT = { next: 'wait' } as const;

/** One stream that is received. */
export class IncomingStream {
  readonly #mostBytes: number;
  #pieces: Buffer[] = [];
  #held = 0;
  #ended = false;

  /** At most `mostBytes` are taken. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** True once libvirtd has said that there is no more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Takes a packet of this stream. Throws XdrError when it is an error that cannot be read. */
  take({ type, status, payload }: Packet): StreamStep {
    if (status === PACKET.VIR_NET_ERROR) return { next: 'fail', error: libvirtError(payload), goesOn: false };
    if (type !== PACKET.VIR_NET_STREAM) return failing('a hole in it, which was not asked for');
    switch (status) {
      case PACKET.VIR_NET_CONTINUE:
        return this.#piece(payload);
      case PACKET.VIR_NET_OK:
        return this.#ended ? { next: 'done' } : { ...failing('it ended before it was all here'), goesOn: false };
      default:
        return failing(`a packet of status ${status}`);
    }
  }

  /** All that came. */
  bytes(): Buffer {
    return Buffer.concat(this.#pieces, this.#held);
  }

  #piece(payload: Buffer): StreamStep {
    if (this.#ended) return payload.length === 0 ? WAIT : failing('more behind its end');
    if (payload.length === 0) {
      this.#ended = true;
      return { next: 'finish' };
    }
    if (this.#held + payload.length > this.#mostBytes) return failing(`more than ${this.#mostBytes} bytes`);
    this.#pieces.push(payload);
    this.#held += payload.length;
    return WAIT;
  }
}

function failing(why: string) {
  return { next: 'fail', error: new StreamError(`libvirt's stream is of no use: ${why}`), goesOn: true } as const;
}
