// One connection to NATS after the other, for ever: made, watched by pings, given up when it is dead, made again after a short
// wait. Each is a client of its own, so nothing that was meant for one can ever go out on the next.

import type { NatsConnection } from '@nats-io/transport-node';
import { connect, errors, nkeyAuthenticator } from '@nats-io/transport-node';
import type { BusConnection } from '../../ports/bus.ts';
import { LONGEST_WAIT_MS, type NatsAccess, type NatsBusOptions, REACH_MS } from './options.ts';
import { hostAndPort, reachServer } from './reach-server.ts';

/** What the line tells of. */
export interface LineNews {
  /** A connection stands: what it is for is set up on it, before anybody is told that it is up. */
  readonly made: (nats: NatsConnection) => void;
  /** It is gone, or there is still none. */
  readonly lost: () => void;
  readonly changed: (connection: BusConnection) => void;
  /** NATS does not permit something; the connection stays. */
  readonly forbidden: (error: InstanceType<typeof errors.PermissionViolationError>) => void;
}

const CONNECT_MS = 5_000;
const FIRST_WAIT_MS = 50;
/** Pings go out this often; with so many rounds without an answer the connection is dead: within 3 s. */
const PING_MS = 1_000;
const DEAD_AFTER_ROUNDS = 2;
const AWAKE_MS = 60_000;

/** The line. */
export class NatsLine {
  readonly #options: NatsBusOptions;
  readonly #news: LineNews;
  #nats: NatsConnection | null = null;
  #state: BusConnection;
  #closed = false;
  #failures = 0;
  #cancelWait: () => void = () => {};
  #awake: NodeJS.Timeout | null = null;
  /** That this process is not let in was told since it last was. */
  #told = false;

  constructor(options: NatsBusOptions, news: LineNews) {
    this.#options = options;
    this.#news = news;
    this.#state = { up: false, since: options.clock.mono(), reason: 'NATS was not reached yet' };
  }

  /** Begins, and goes on until it is closed. */
  open(): void {
    // As a connection does: a process whose bus is away waits for it, and does not end for want of anything to do.
    this.#awake = setInterval(() => {}, AWAKE_MS);
    void this.#make();
  }

  /** The connection, while there is one. */
  get nats(): NatsConnection | null {
    return this.#nats;
  }

  get state(): BusConnection {
    return this.#state;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#awake !== null) clearInterval(this.#awake);
    this.#cancelWait();
    const nats = this.#nats;
    this.#nats = null;
    this.#down('the bus was closed');
    await nats?.close();
  }

  async #make(): Promise<void> {
    let nats: NatsConnection;
    try {
      nats = await this.#dial();
    } catch (error) {
      if (this.#closed) return;
      this.#refusal(error);
      this.#down(wordsOf(error));
      this.#later();
      return;
    }
    if (this.#closed) {
      await nats.close();
      return;
    }
    this.#nats = nats;
    const why = { now: '' };
    void this.#listen(nats, why);
    void nats.closed().then((error) => this.#gone(nats, why.now || wordsOf(error ?? 'the connection was lost')));
    this.#news.made(nats);
    try {
      // Who is told that the bus is up is heard, and hears: all that was set up stands at the server.
      await this.#answered(nats);
    } catch {
      this.#gone(nats, why.now || 'the connection was lost');
      return;
    }
    if (this.#nats !== nats) return;
    this.#told = false;
    this.#set(true, '');
    this.#watch(nats);
  }

  /** A connection to the first of the servers, in an order drawn anew, that speaks and lets this process in. */
  async #dial(): Promise<NatsConnection> {
    const { servers, clock, name } = this.#options;
    const { seed, tls } = this.#access();
    let last: unknown = new Error('there is no server');
    for (const server of shuffled(servers, () => this.#chance())) {
      try {
        await reachServer(server, clock, REACH_MS);
        const secure = tls !== null || server.startsWith('tls:');
        return await connect({
          servers: server,
          name,
          reconnect: false,
          ignoreClusterUpdates: true,
          timeout: CONNECT_MS,
          ...(seed === null ? {} : { authenticator: nkeyAuthenticator(seed) }),
          ...(secure ? { tls: tlsFor(server, tls ?? {}) } : {}),
        });
      } catch (error) {
        last =
          error instanceof Error && error.message.startsWith(server)
            ? error
            : new Error(`${server}: ${wordsOf(error)}`, { cause: error });
      }
    }
    throw last;
  }

  #access(): NatsAccess {
    try {
      return this.#options.access();
    } catch (error) {
      this.#tellOnce(error);
      throw error;
    }
  }

  async #listen(nats: NatsConnection, why: { now: string }): Promise<void> {
    for await (const news of nats.status()) {
      if (news.type !== 'error') continue;
      const { error } = news;
      if (error instanceof errors.PermissionViolationError) {
        if (this.#nats === nats) this.#news.forbidden(error);
        continue;
      }
      why.now = wordsOf(error);
      if (this.#nats === nats) this.#refusal(error);
    }
  }

  /**
   * Pings, and gives the connection up when none was answered for some rounds. Rounds are counted, not time: a process that
   * stood still itself for long has only missed one.
   */
  #watch(nats: NatsConnection): void {
    let waiting = false;
    let rounds = 0;
    const round = () => {
      if (this.#nats !== nats) return;
      if (waiting) rounds += 1;
      else {
        waiting = true;
        rounds = 0;
        nats.flush().then(
          () => {
            waiting = false;
            // Not before: a server that takes a connection and drops it at once is not to be run against without a pause.
            this.#failures = 0;
          },
          () => this.#gone(nats, 'the connection was lost'),
        );
      }
      if (rounds >= DEAD_AFTER_ROUNDS) {
        this.#gone(nats, `NATS did not answer for ${(rounds * PING_MS) / 1000} s`);
        return;
      }
      this.#cancelWait = this.#options.clock.after(PING_MS, round);
    };
    this.#cancelWait = this.#options.clock.after(PING_MS, round);
  }

  async #answered(nats: NatsConnection): Promise<void> {
    let cancel = () => {};
    const late = new Promise<never>((_resolve, reject) => {
      cancel = this.#options.clock.after(CONNECT_MS, () => reject(new Error('no answer')));
    });
    try {
      await Promise.race([nats.flush(), late]);
    } finally {
      cancel();
    }
  }

  /** Gives `nats` up, if it is the one in use, and begins anew. */
  #gone(nats: NatsConnection, reason: string): void {
    if (this.#nats !== nats) return;
    this.#nats = null;
    this.#cancelWait();
    this.#down(reason);
    // It may be stuck: its end is not waited for.
    void nats.close().catch(() => {});
    this.#later();
  }

  #later(): void {
    if (this.#closed) return;
    const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
    this.#failures += 1;
    // Spread out: many hosts lose one server at the same moment.
    this.#cancelWait = this.#options.clock.after(most * (0.5 + this.#chance() / 2), () => void this.#make());
  }

  #refusal(error: unknown): void {
    if (isRefusal(error)) this.#tellOnce(error);
  }

  #tellOnce(error: unknown): void {
    if (this.#told) return;
    this.#told = true;
    this.#options.onError('this process does not get into NATS', error);
  }

  #down(reason: string): void {
    this.#set(false, reason);
    this.#news.lost();
  }

  #set(up: boolean, reason: string): void {
    const before = this.#state;
    if (before.up === up && before.reason === reason) return;
    this.#state = { up, reason, since: before.up === up ? before.since : this.#options.clock.mono() };
    this.#news.changed(this.#state);
  }

  #chance(): number {
    return Number.parseInt(this.#options.clock.uuid().slice(0, 8), 16) / 2 ** 32;
  }
}

/** With the name that the server's certificate must have: the client leaves it out where that is an address. */
function tlsFor(server: string, tls: NonNullable<NatsAccess['tls']>): NonNullable<NatsAccess['tls']> {
  return Object.assign({ host: hostAndPort(server).host }, tls);
}

function shuffled<T>(list: readonly T[], chance: () => number): T[] {
  return list
    .map((one) => ({ one, at: chance() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { AuthorizationError, UserAuthenticationExpiredError } = errors;
  if (error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError) return true;
  return isRefusal(error.cause);
}

/** One line, with no stack and no secret. */
function wordsOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/^'|'$/g, '').split('\n', 1)[0] ?? '';
}
