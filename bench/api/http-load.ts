// A load generator that costs little itself, so that two cores measure the server and not the client: raw keep-alive
// sockets, answers counted by content-length and never parsed.

import { connect, type Socket } from 'node:net';

/** A request, ready to be sent again and again. */
export interface Shot {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a server answered. */
export interface Hit {
  readonly status: number;
  readonly head: string;
  readonly body: Buffer;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** One keep-alive connection; one request at a time. */
export class Line {
  readonly #socket: Socket;
  readonly #authority: string;
  #pieces: Buffer[] = [];
  #have = 0;
  #need: { head: string; headBytes: number; total: number } | null = null;
  #done: ((hit: Hit) => void) | null = null;
  #failed: ((error: Error) => void) | null = null;

  private constructor(socket: Socket, authority: string) {
    this.#socket = socket;
    this.#authority = authority;
    socket.setNoDelay(true);
    socket.on('data', (piece: Buffer) => this.#take(piece));
    const fail = (error: Error) => this.#failed?.(error);
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the server closed the connection')));
  }

  /** Connects to `port` of this machine. Rejects when nobody listens. */
  static open(port: number): Promise<Line> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port }, () => {
        socket.off('error', reject);
        resolve(new Line(socket, `127.0.0.1:${port}`));
      });
      socket.once('error', reject);
    });
  }

  /** Sends `shot` and gives the whole answer. */
  send(shot: Shot): Promise<Hit> {
    const body = shot.body ?? '';
    const headers = { host: this.#authority, ...(body === '' ? {} : { 'content-length': Buffer.byteLength(body) }) };
    const lines = Object.entries({ ...headers, ...shot.headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#socket.write(`${shot.method} ${shot.path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
    return new Promise((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
    });
  }

  close(): void {
    this.#failed = null;
    this.#socket.destroy();
  }

  #take(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#have += piece.length;
    if (this.#need === null) {
      const all = Buffer.concat(this.#pieces);
      this.#pieces = [all];
      const end = all.indexOf(END_OF_HEAD);
      if (end < 0) return;
      const head = all.toString('latin1', 0, end);
      const length = /^content-length: (\d+)/im.exec(head)?.[1];
      const headBytes = end + END_OF_HEAD.length;
      this.#need = { head, headBytes, total: headBytes + Number(length ?? 0) };
    }
    if (this.#have < this.#need.total) return;
    const { head, headBytes, total } = this.#need;
    const body = Buffer.concat(this.#pieces).subarray(headBytes, total);
    this.#pieces = [];
    this.#have = 0;
    this.#need = null;
    const done = this.#done;
    this.#done = null;
    this.#failed = null;
    done?.({ status: Number(head.slice(9, 12)), head, body });
  }
}

/** How a slice of load went. */
export interface Slice {
  readonly requests: number;
  readonly seconds: number;
  /** Of each request, ms. */
  readonly times: readonly number[];
}

/** Sends `shot` over all `lines` at once, each anew when it is answered, for `ms`. Throws on an answer that is not 200. */
export async function load(lines: readonly Line[], shot: Shot, ms: number): Promise<Slice> {
  const times: number[] = [];
  const began = performance.now();
  await Promise.all(
    lines.map(async (line) => {
      let sent = performance.now();
      while (sent - began < ms) {
        // One after the other is what a line is for.
        // oxlint-disable-next-line no-await-in-loop
        const { status, body } = await line.send(shot);
        if (status !== 200) throw new Error(`${shot.path}: ${status} ${body.toString('utf8', 0, 300)}`);
        const now = performance.now();
        times.push(now - sent);
        sent = now;
      }
    }),
  );
  return { requests: times.length, seconds: (performance.now() - began) / 1000, times };
}
