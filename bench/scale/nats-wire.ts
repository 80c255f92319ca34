// A connection to NATS that costs a load generator little: frames are text made beforehand, and what comes in is parsed as far
// as it is needed. It speaks NATS' client protocol; what it sends is what the daemon's own adapter would.

import { connect, type Socket } from 'node:net';

/** What came in: the last word of its subject says what for. */
export type OnWireMessage = (subject: string, payload: string, isEmpty503: boolean) => void;

/** One connection. */
export class NatsWire {
  readonly #socket: Socket;
  readonly #heard: OnWireMessage;
  #rest = '';
  #out = '';
  #sids = 0;

  private constructor(socket: Socket, heard: OnWireMessage, name: string) {
    this.#socket = socket;
    this.#heard = heard;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#take(text));
    const options = { verbose: false, pedantic: false, headers: true, no_responders: true, protocol: 1 };
    socket.write(`CONNECT ${JSON.stringify({ ...options, lang: 'bench', version: '1', name })}\r\nPING\r\n`);
  }

  /** Connects to `nats://HOST:PORT`. `lost` hears of its end. */
  static open(url: string, name: string, heard: OnWireMessage, lost: (error: Error) => void): Promise<NatsWire> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) }, () => {
        socket.off('error', reject);
        socket.on('error', lost);
        socket.on('close', () => lost(new Error('NATS closed the connection')));
        resolve(new NatsWire(socket, heard, name));
      });
      socket.once('error', reject);
    });
  }

  /** The frame that publishes `payload` (ASCII); with `reply`, it is a request. */
  static frame(subject: string, payload: string, reply = ''): string {
    return `PUB ${subject}${reply === '' ? '' : ` ${reply}`} ${payload.length}\r\n${payload}\r\n`;
  }

  /** Hears `subject`. */
  subscribe(subject: string): void {
    this.#sids += 1;
    this.#socket.write(`SUB ${subject} ${this.#sids}\r\n`);
  }

  /** Sends frames; those of one turn go together. */
  send(frames: string): void {
    if (this.#out === '') {
      queueMicrotask(() => {
        this.#socket.write(this.#out, 'latin1');
        this.#out = '';
      });
    }
    this.#out += frames;
  }

  #take(text: string): void {
    const all = this.#rest === '' ? text : this.#rest + text;
    let at = 0;
    for (;;) {
      const end = all.indexOf('\r\n', at);
      if (end < 0) break;
      const words = all.slice(at, end).split(' ');
      const [verb = ''] = words;
      if (verb === 'MSG' || verb === 'HMSG') {
        const bytes = Number(words.at(-1));
        const begin = end + 2;
        if (all.length < begin + bytes + 2) break;
        const head = verb === 'HMSG' ? Number(words.at(-2)) : 0;
        const empty = head > 0 && all.startsWith('NATS/1.0 503', begin);
        this.#heard(words[1] ?? '', all.slice(begin + head, begin + bytes), empty);
        at = begin + bytes + 2;
        continue;
      }
      if (verb === 'PING') this.#socket.write('PONG\r\n');
      if (verb === '-ERR') throw new Error(`NATS: ${words.slice(1).join(' ')}`);
      at = end + 2;
    }
    this.#rest = at === 0 ? all : all.slice(at);
  }
}
