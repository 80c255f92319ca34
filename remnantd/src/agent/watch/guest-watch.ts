// Watches one guest from the moment before its NMI, or from the opening of one of its ports, until it is over: reads its
// console and its ports and tells what they say. Everything it opened is let go at the end.
// Invariant: each sign is told once an NMI; what was printed before an NMI is told before it or not at all.

import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { GuestEvent } from '../../drivers/driver.ts';
import type { ServerId } from '../../model/ids.ts';
import type { Capture } from '../capture/capture.ts';
import { ConsoleSigns } from '../signs/console-signs.ts';
import type { Sign, SignKind } from '../signs/sign.ts';
import { StatusSigns } from '../signs/status-signs.ts';
import { DumpPort } from './dump-port.ts';
import type { WatchDeps } from './watch-deps.ts';

/** One that goes on talking is not listened to for longer. */
const MOST_QUIETS = 10;
const OVER = 'the agent stopped waiting for the rest of the dump';

/** The watch over one guest. */
export class GuestWatch {
  readonly #server: ServerId;
  readonly #deps: WatchDeps;
  readonly #ended: () => void;
  readonly #console = new ConsoleSigns();
  readonly #status = new StatusSigns();
  readonly #told = new Set<SignKind>();
  readonly #dump: DumpPort;
  #statusStream: Readable | null = null;
  #openingStatus = false;
  #following: Promise<boolean> | null = null;
  #stopConsole: (() => Promise<void>) | null = null;
  /** False for one that has none to be opened. */
  #hasPorts = true;
  /** There is more to it than an NMI that may yet fail to go out. */
  #needed = false;
  #cancelBound = () => {};
  /** Ends the wait for what it still says. */
  #heard = () => {};
  #lastWord = 0;
  #over = false;
  #ending: Promise<void> | null = null;
  readonly #before: Promise<void>;

  /** `ended` is called once, when it is over. `before`: until then an earlier watch may hold the guest's ports. */
  constructor(server: ServerId, deps: WatchDeps, ended: () => void, before: Promise<void> = Promise.resolve()) {
    this.#server = server;
    this.#deps = deps;
    this.#ended = ended;
    this.#before = before;
    this.#dump = new DumpPort(server, deps);
    this.#renew();
  }

  /** True once it takes nothing more; what it has open may not be closed yet. */
  get over(): boolean {
    return this.#over;
  }

  /** The NMI went out: this guest is watched until it is over. */
  sent(): void {
    this.#needed = true;
  }

  /** Begins to read the console, if it is not read yet; resolves when it is, or with false where it cannot be: a guest may have none. */
  followConsole(): Promise<boolean> {
    this.#following ??= this.#follow().then(
      () => true,
      () => {
        this.#following = null;
        return false;
      },
    );
    return this.#following;
  }

  /**
   * The NMI is noted: only what comes from now on can have come of it. Ports are opened meanwhile. `latched`: the guest is paused,
   * and has all the time there is to resume. `hasPorts`: as far as is known.
   */
  asked(latched: boolean, hasPorts: boolean): void {
    this.#hasPorts = hasPorts;
    if (latched) this.#cancelBound();
    else this.#renew();
    this.#dump.stay();
    this.#console.begin();
    this.#status.begin();
    this.#told.clear();
    if (hasPorts) this.openPorts();
  }

  /** No NMI went out: if nothing else was to be watched for, it is over. */
  async notSent(): Promise<void> {
    if (!this.#needed) await this.end();
  }

  /** Goes on with a dump that an earlier life of the agent began, once it is read again. */
  async goOn(coming: Promise<Capture | null>): Promise<void> {
    this.#needed = true;
    if (!(await this.#dump.goOn(coming))) await this.end();
  }

  /** Opens the ports that are not open yet. What there is none of now may be there when the driver connects again. */
  openPorts(): void {
    void this.#before.then(() => {
      if (this.#over) return;
      this.#dump.open().catch(() => {});
      void this.#openStatus();
    });
  }

  /** The guest runs: its time begins now. */
  runs(): void {
    if (!this.#over) this.#renew();
  }

  /** The driver is connected, maybe anew: what it gave before may have ended with the old connection. */
  async reconnected(): Promise<void> {
    if (this.#hasPorts) this.openPorts();
    await this.#stopConsole?.().catch(() => {});
    this.#stopConsole = null;
    this.#following = null;
    await this.followConsole();
  }

  /** Takes what the guest did; it was told before. */
  event({ kind, detail }: GuestEvent): void {
    if (kind === 'resumed') this.runs();
    if (kind === 'port-opened' && detail === 'dump') this.#dump.opened();
    if (kind === 'port-opened') {
      this.#needed = true;
      this.openPorts();
    }
    if (kind === 'port-closed' && detail === 'dump')
      void this.#dump.settle('the guest closed its port before its dump was whole');
    if (kind === 'rebooted' || kind === 'stopped' || kind === 'undefined') {
      void this.#dump.settle(`the guest ${GONE[kind]} before its dump was whole`).then(() => this.end());
    }
  }

  /** Resolves when what the guest said on its status port before now was told; null when nothing can be under way. */
  heardOut(): Promise<void> | null {
    if (this.#statusStream === null || this.#over) return null;
    const { clock, times } = this.#deps;
    const until = clock.mono() + MOST_QUIETS * times.quiet;
    this.#lastWord = clock.mono();
    this.#heard();
    return new Promise((resolve) => {
      this.#heard = resolve;
      const look = () => {
        const left = Math.min(this.#lastWord + times.quiet, until) - clock.mono();
        if (left > 0) clock.after(left, look);
        else resolve();
      };
      look();
    });
  }

  /** Lets go of everything. `leave`: a dump that is coming in stays for another life of the agent. */
  end(leave = false): Promise<void> {
    this.#over = true;
    this.#ending ??= this.#end(leave);
    return this.#ending;
  }

  async #end(leave: boolean): Promise<void> {
    this.#cancelBound();
    this.#heard();
    this.#statusStream?.destroy();
    this.#statusStream = null;
    await this.#dump.close(leave ? null : OVER).catch((error: unknown) => this.#deps.onError('closing a port', error));
    await this.#stopConsole?.().catch(() => {});
    await this.#before;
    this.#ended();
  }

  async #follow(): Promise<void> {
    const stop = await this.#deps.follow.followConsole(this.#server, (text) => this.#tell(this.#console.push(text)));
    if (this.#over) await stop();
    else this.#stopConsole = stop;
  }

  #renew(): void {
    this.#cancelBound();
    this.#cancelBound = this.#deps.clock.after(this.#deps.times.whole, () => void this.end());
  }

  async #openStatus(): Promise<void> {
    if (this.#statusStream !== null || this.#openingStatus || this.#over) return;
    this.#openingStatus = true;
    try {
      const stream = await this.#deps.follow.openPort(this.#server, 'status');
      if (this.#over) stream.destroy();
      else this.#readStatus(stream);
    } catch {
      // There is none, or no connection; the dump itself may still come.
    } finally {
      this.#openingStatus = false;
    }
  }

  #readStatus(stream: Readable): void {
    const decoder = new StringDecoder('latin1');
    this.#statusStream = stream;
    stream.on('data', (chunk: Buffer) => {
      this.#lastWord = this.#deps.clock.mono();
      this.#tell(this.#status.push(decoder.write(chunk)));
    });
    stream.on('error', () => {});
    stream.once('end', () => stream.destroy());
    stream.once('close', () => {
      if (this.#statusStream === stream) this.#statusStream = null;
    });
  }

  #tell(signs: readonly Sign[]): void {
    for (const { kind, detail } of signs) {
      if (this.#told.has(kind) || this.#over) continue;
      this.#told.add(kind);
      this.#deps.tell(this.#server, kind, detail);
    }
  }
}

const GONE = { rebooted: 'rebooted', stopped: 'stopped', undefined: 'was removed' } as const;
