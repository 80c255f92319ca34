// Hosts without anything on them but their voice: each says hello, beats once a second, asks for commands as an agent does, and
// says of each that it succeeded. They speak the real wire over the real bus; some of them share a connection.

import { randomUUID } from 'node:crypto';
import type { HostName, ServerId } from '../../remnantd/src/model/ids.ts';
import { asId } from '../../remnantd/src/model/ids.ts';
import type { Beat, Claim, ClaimReply, Hello, Report } from '../../remnantd/src/model/wire.ts';
import { SUBJECT, WIRE_VERSION } from '../../remnantd/src/model/wire.ts';
import { monoMs } from './mono.ts';
import { NatsWire } from './nats-wire.ts';

/** A host, and what is on it. */
export interface NamedHost {
  readonly name: string;
  readonly guests: readonly string[];
}

/** Which hosts, and how they speak. */
export interface WireHostsOptions {
  readonly url: string;
  /** First word of every subject. */
  readonly prefix: string;
  readonly hosts: readonly NamedHost[];
  /** Hosts that share a connection. */
  readonly perConnection: number;
  /** How often a host asks for commands by itself, ms; a multiple of the beat. */
  readonly pollMs: number;
  /** Hellos that are under way at once. */
  readonly hellosAtOnce: number;
}

/** How it went. */
export interface WireStats {
  readonly hellosLost: number;
  readonly claims: number;
  /** Those without an answer in 5 s. */
  readonly claimsLost: number;
  /** From asking for a command to the answer, ms. */
  readonly claimP99: number;
  /** The most that a beat was late by the fault of this generator, ms. */
  readonly latestBeatMs: number;
}

interface WireHost {
  readonly name: HostName;
  readonly wire: NatsWire;
  readonly inbox: string;
  readonly beat: string;
  readonly hello: string;
  readonly ledger: string;
  readonly holding: Set<string>;
  helloAt: number;
  met: boolean;
  silent: boolean;
  /** When the claim that is under way was sent; 0 when none is. */
  claimAt: number;
  claimAgain: boolean;
  nextPoll: number;
}

const BEAT_MS = 1_000;
const SLOTS = 100;
const SLOT_MS = BEAT_MS / SLOTS;
const REQUEST_MS = 5_000;

/** Them. */
export class WireHosts {
  readonly #options: WireHostsOptions;
  readonly #hosts = new Map<string, WireHost>();
  readonly #slots: WireHost[][] = Array.from({ length: SLOTS }, () => []);
  readonly #greeting = new Set<WireHost>();
  #toGreet: WireHost[] = [];
  #met: () => void = () => {};
  #stats = { hellosLost: 0, claims: 0, claimsLost: 0, latestBeatMs: 0 };
  #claimTimes: number[] = [];
  #slotsDone = 0;
  #began = 0;

  constructor(options: WireHostsOptions) {
    this.#options = options;
  }

  /** Connects and begins to beat. */
  async start(lost: (error: Error) => void): Promise<void> {
    const { url, prefix, hosts, perConnection } = this.#options;
    for (let from = 0; from < hosts.length; from += perConnection) {
      const inbox = `_INBOX.api.${randomUUID()}`;
      // One after the other: a server that is met by a hundred at once answers none the sooner.
      // oxlint-disable-next-line no-await-in-loop
      const wire = await NatsWire.open(url, 'bench', (...heard) => this.#hear(...heard), lost);
      wire.subscribe(`${inbox}.*.*`);
      for (const [i, { name, guests }] of hosts.slice(from, from + perConnection).entries()) {
        const host = this.#host(asId<HostName>(name), guests, wire, inbox);
        this.#hosts.set(name, host);
        this.#slots[(from / perConnection + i * Math.max(1, Math.floor(SLOTS / perConnection))) % SLOTS]?.push(host);
        wire.subscribe(`${prefix}.${SUBJECT.ring(host.name)}`);
      }
    }
    this.#began = monoMs();
    setInterval(() => this.#tick(), SLOT_MS);
  }

  /** Says hello for every host; resolves when each was answered. */
  greet(): Promise<void> {
    this.#toGreet = [...this.#hosts.values()];
    return new Promise((resolve) => {
      this.#met = resolve;
    });
  }

  /** From now on nothing is heard of them. */
  silence(names: readonly string[]): void {
    for (const name of names) {
      const host = this.#hosts.get(name);
      if (host !== undefined) host.silent = true;
    }
  }

  /** Begins to count anew. */
  reset(): void {
    this.#stats = { hellosLost: 0, claims: 0, claimsLost: 0, latestBeatMs: 0 };
    this.#claimTimes = [];
  }

  stats(): WireStats {
    const sorted = this.#claimTimes.toSorted((a, b) => a - b);
    return { ...this.#stats, claimP99: sorted[Math.floor(sorted.length * 0.99)] ?? 0 };
  }

  #host(name: HostName, guests: readonly string[], wire: NatsWire, inbox: string): WireHost {
    const { prefix, pollMs } = this.#options;
    const beat: Beat = { host: name, life: lifeOf(name), connection: { up: true, reason: '' } };
    return {
      name,
      wire,
      inbox: `${inbox}.${SUBJECT.ring(name).split('.')[1]}`,
      beat: NatsWire.frame(`${prefix}.${SUBJECT.from(name, 'beat')}`, JSON.stringify(beat)),
      hello: JSON.stringify(helloOf({ name, guests })),
      ledger: randomUUID(),
      holding: new Set(),
      helloAt: 0,
      met: false,
      silent: false,
      claimAt: 0,
      claimAgain: false,
      // Spread over the time between two polls.
      nextPoll: monoMs() + Math.random() * pollMs,
    };
  }

  #tick(): void {
    const now = monoMs();
    for (let due = this.#due(); due <= now; due = this.#due()) {
      this.#stats.latestBeatMs = Math.max(this.#stats.latestBeatMs, now - due);
      for (const host of this.#slots[this.#slotsDone % SLOTS] ?? []) if (!host.silent) this.#turn(host, now);
      this.#slotsDone += 1;
    }
    this.#greet(now);
  }

  #due(): number {
    return this.#began + this.#slotsDone * SLOT_MS;
  }

  /** What a host does in its moment of each second. */
  #turn(host: WireHost, now: number): void {
    host.wire.send(host.beat);
    if (!host.met) return;
    if (host.claimAt > 0 && now - host.claimAt > REQUEST_MS) {
      this.#stats.claimsLost += 1;
      host.claimAt = 0;
    }
    if (now >= host.nextPoll) this.#claim(host, now, true);
  }

  #greet(now: number): void {
    for (const host of this.#greeting) {
      if (now - host.helloAt < REQUEST_MS) continue;
      this.#stats.hellosLost += 1;
      this.#greeting.delete(host);
      this.#toGreet.push(host);
    }
    while (this.#greeting.size < this.#options.hellosAtOnce) {
      const host = this.#toGreet.shift();
      if (host === undefined) return;
      host.helloAt = now;
      this.#greeting.add(host);
      this.#ask(host, 'hello', host.hello);
    }
  }

  #claim(host: WireHost, now: number, poll = false): void {
    if (host.claimAt > 0) {
      host.claimAgain = !poll || host.claimAgain;
      return;
    }
    host.claimAt = now;
    host.claimAgain = false;
    host.nextPoll = now + this.#options.pollMs;
    this.#stats.claims += 1;
    const holding = [...host.holding] as unknown as Claim['holding'];
    const claim: Claim = { host: host.name, ledger: host.ledger, holding, busy: [], ...(poll ? { poll } : {}) };
    this.#ask(host, 'claim', JSON.stringify(claim));
  }

  #ask(host: WireHost, says: 'hello' | 'claim' | 'report', payload: string): void {
    const subject = `${this.#options.prefix}.${SUBJECT.from(host.name, says)}`;
    host.wire.send(NatsWire.frame(subject, payload, `${host.inbox}.${says}`));
  }

  #hear(subject: string, payload: string, nobody: boolean): void {
    const words = subject.split('.');
    const what = words.at(-1) ?? '';
    const host = this.#hosts.get(words.at(-2) ?? '');
    if (host === undefined || host.silent) return;
    const now = monoMs();
    if (what === 'ring') return this.#claim(host, now);
    // A refusal is a text, not an object: it is asked again at its time.
    const refused = nobody || !payload.startsWith('{');
    if (what === 'hello') this.#greeted(host, refused);
    else if (what === 'claim') this.#granted(host, now, refused ? null : (JSON.parse(payload) as ClaimReply).grant);
    else if (what === 'report' && !refused) {
      host.holding.clear();
      this.#claim(host, now);
    }
  }

  #greeted(host: WireHost, refused: boolean): void {
    this.#greeting.delete(host);
    if (refused) {
      this.#stats.hellosLost += 1;
      this.#toGreet.push(host);
      return;
    }
    host.met = true;
    if (this.#greeting.size === 0 && this.#toGreet.length === 0) this.#met();
    else this.#greet(monoMs());
  }

  #granted(host: WireHost, now: number, grant: ClaimReply['grant']): void {
    if (host.claimAt > 0) this.#claimTimes.push(now - host.claimAt);
    host.claimAt = 0;
    if (grant !== null) {
      host.holding.add(grant.command);
      const report: Report = { host: host.name, command: grant.command, outcome: { result: 'success' } };
      this.#ask(host, 'report', JSON.stringify(report));
    } else if (host.claimAgain) this.#claim(host, now);
  }
}

const CALLS: Hello['calls'] = ['create', 'destroy', 'power-on', 'power-off', 'pause', 'unpause', 'inject-nmi'];

/** What a host presents itself with: the same whenever it is asked. */
export function helloOf({ name, guests }: NamedHost): Hello {
  const host = asId<HostName>(name);
  return { host, wire: WIRE_VERSION, life: lifeOf(name), calls: CALLS, offered: offered(host, guests) };
}

function lifeOf(name: string): string {
  return `life of ${name}`;
}

function offered(name: HostName, guests: readonly string[]): Hello['offered'] {
  return {
    driver: 'sim',
    abilities: ['injectNmi', 'readConsole'],
    nmiBoundMs: 1_000,
    hypervisorType: 'sim',
    hypervisorVersion: 1,
    hypervisorHostname: name,
    arch: 'x86_64',
    vcpus: 64,
    memoryMb: 262_144,
    diskGb: 2_000,
    guests: guests.map((id, i) => ({
      id: asId<ServerId>(id),
      name: `instance-${i}`,
      powerState: 1,
      vcpus: 1,
      memoryMb: 512,
      ours: true,
    })),
  };
}
