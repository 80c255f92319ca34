// Reads a console that is a TCP socket, for as long as it is wanted. What ends the connection begins it anew; what may have been
// missed is told, so that nobody takes a console for one that said nothing.

import { createConnection, type Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { DriverFault } from '../driver.ts';

/** Where a console is. */
export interface ConsolePlace {
  readonly host: string;
  readonly port: number;
}

/** Who reads it. */
export interface ConsoleListener {
  /** What it printed, in whole letters. */
  text(text: string): void;
  /** Why something of it may be missing. */
  trouble(detail: string): void;
}

const CONNECT_MS = 5_000;
const AGAIN_MS = 1_000;
/** Whoever opens a console through Ironic is greeted by what carries it: one that is silent for longer is read by somebody else, or broken, ms. */
const GREETS_MS = 10_000;
/** One that ended so often at once, or without a word, gives nothing: Debian's Ironic 21.4 has such consoles. */
const MOST_EMPTY = 5;
const BROKE_OFF = 'its console broke off, and what it printed meanwhile was missed';
const GIVES_NOTHING = 'its console hangs up on whoever reads it, without a word';
const NOT_READ = 'its console cannot be read any more';
const SAYS_NOTHING = 'its console has said nothing since it was opened: somebody else may be reading it';

/** A reader of one console. */
export class ConsoleReader {
  readonly #place: ConsolePlace;
  readonly #listener: ConsoleListener;
  readonly #after: (ms: number, run: () => void) => () => void;
  #socket: Socket | null = null;
  #cancel = () => {};
  #over = false;
  /** Connections in a row that brought nothing, or ended at once. */
  #empty = 0;
  #toldSilent = false;

  constructor(place: ConsolePlace, listener: ConsoleListener, after: (ms: number, run: () => void) => () => void) {
    this.#place = place;
    this.#listener = listener;
    this.#after = after;
  }

  /** Resolves once it is connected; from then on it reads by itself. Throws DriverFault `failed` where it cannot connect. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#connect(resolve, (error) => {
        this.stop();
        const { host, port } = this.#place;
        reject(new DriverFault('failed', `the console at ${host}:${port} cannot be read: ${error.message}`));
      });
    });
  }

  /** Reads no more. */
  stop(): void {
    this.#over = true;
    this.#cancel();
    this.#socket?.destroy();
  }

  #connect(begun: () => void, failed: (error: Error) => void): void {
    const letters = new StringDecoder('utf8');
    let [connected, said, lasted] = [false, false, false];
    const socket = createConnection(this.#place);
    this.#socket = socket;
    this.#next(CONNECT_MS, () => socket.destroy(new Error(`no connection within ${CONNECT_MS / 1000} s`)));
    socket.once('connect', () => {
      connected = true;
      // One whose other end is gone without a word gives no sign else.
      socket.setKeepAlive(true, GREETS_MS);
      this.#next(GREETS_MS, () => {
        lasted = true;
        if (!said) this.#silent();
      });
      begun();
    });
    socket.on('data', (bytes) => {
      said = true;
      this.#listener.text(letters.write(bytes));
    });
    socket.on('error', (error) => {
      if (!connected) failed(error);
    });
    socket.on('close', () => {
      if (!connected) failed(new Error('it was stopped'));
      this.#ended(connected, said, lasted);
    });
  }

  #silent(): void {
    if (!this.#toldSilent) this.#listener.trouble(SAYS_NOTHING);
    this.#toldSilent = true;
  }

  #ended(connected: boolean, said: boolean, lasted: boolean): void {
    this.#cancel();
    if (this.#over) return;
    this.#empty = said && lasted ? 0 : this.#empty + 1;
    if (this.#empty >= MOST_EMPTY) return this.#listener.trouble(connected && !said ? GIVES_NOTHING : NOT_READ);
    if (said) this.#listener.trouble(BROKE_OFF);
    // It may not be there for a moment: what else is wrong is told when it goes on so.
    this.#next(AGAIN_MS, () =>
      this.#connect(
        () => {},
        () => {},
      ),
    );
  }

  #next(ms: number, run: () => void): void {
    this.#cancel();
    this.#cancel = this.#after(ms, run);
  }
}
