// Hands packets to a socket, in order, and only as fast as it takes them. Node buffers without bound what a socket cannot take
// yet, and does not tell it from what was sent: so packets are kept here until there is room.
// Invariant: a packet whose `bytes` are still here was never sent, not one byte of it.

import type { Socket } from 'node:net';

/** A packet on its way out. Set `bytes` to null to take one back that was not sent. */
export interface Outgoing {
  /** Null once the socket has them, or nobody wants them sent any more. */
  bytes: Buffer | null;
}

/** What goes out over one socket. */
export class Outbox {
  readonly #socket: Socket;
  /** Oldest first. */
  #unsent: Outgoing[] = [];
  #blocked = false;
  #closed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('drain', () => {
      this.#blocked = false;
      this.#flush();
    });
  }

  /** Sends `bytes` as soon as there is room. */
  put(bytes: Buffer): Outgoing {
    const packet: Outgoing = { bytes };
    this.#unsent.push(packet);
    this.#flush();
    return packet;
  }

  /** Sends `bytes` now, past all that waits for room; drops them if there is none. */
  putIfRoom(bytes: Buffer): void {
    if (!this.#blocked) this.#blocked = !this.#socket.write(bytes);
  }

  /** Nothing is sent any more. */
  close(): void {
    this.#closed = true;
  }

  #flush(): void {
    let taken = 0;
    for (const packet of this.#unsent) {
      if (this.#blocked || this.#closed) break;
      taken += 1;
      const { bytes } = packet;
      if (bytes === null) continue;
      packet.bytes = null;
      this.#blocked = !this.#socket.write(bytes);
    }
    this.#unsent = this.#unsent.slice(taken);
  }
}
