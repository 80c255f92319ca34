// The ports of one simulated host's guests: what a guest does with them in a step of its reaction, and the bytes that
// readers take out of them. A guest that writes a dump waits until somebody has read it, as a real one does.
// Invariant: bytes count as handed over when a reader gets them, and that is on file before the reader has them.

import type { Readable } from 'node:stream';
import type { ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import type { GuestEventKind, GuestPort } from '../driver.ts';
import { dumpBytesOf, type PortAct } from './behaviours.ts';
import { flatCut, flatLength, flatPart } from './flat-dump.ts';
import { PortLine } from './port-stream.ts';
import type { PortsState, SimGuest } from './world-record.ts';

/** An event of a guest, as its kind and detail. */
export type Told = readonly [kind: GuestEventKind, detail: string];

/** What came of a step: the ports as they are then, and what is heard of it. */
export interface PortEffect {
  readonly ports: PortsState;
  readonly told: readonly Told[];
}

/** Does `acts` to the ports of `guest`; without effect on a guest that has none. */
export function actOnPorts(guest: SimGuest, acts: readonly PortAct[]): PortEffect {
  let { ports } = guest;
  const told: Told[] = [];
  if (!guest.ours) return { ports, told };
  for (const act of acts) {
    if ('open' in act) {
      ports = { ...ports, open: [...ports.open, act.open] };
      told.push(['port-opened', act.open]);
    } else if ('close' in act) {
      ports = { ...ports, open: ports.open.filter((port) => port !== act.close) };
      told.push(['port-closed', act.close]);
    } else if ('say' in act) {
      ports = { ...ports, said: `${ports.said}${act.say}\n` };
    } else {
      const dump = { bytes: dumpBytesOf(guest.spec), mark: `${guest.spec.id} ${guest.bootedAt}` };
      ports = { ...ports, writing: { dump, at: 0, until: act.write === 'whole' ? flatLength(dump) : flatCut(dump) } };
    }
  }
  return { ports, told };
}

/** What becomes of the ports when a guest reboots: open ones close, and lines that nobody has read yet stay. */
export function rebootPorts({ ports }: SimGuest): PortEffect {
  return {
    ports: { ...ports, open: [], writing: null },
    told: ports.open.map((port) => ['port-closed', port] as const),
  };
}

/** What the ports of a host need of it. */
export interface SimPortsDeps {
  readonly guests: ReadonlyMap<ServerId, SimGuest>;
  /** Notes that the ports of a guest are as `ports` says. */
  readonly changed: (guest: SimGuest, ports: PortsState) => void;
  /** All that a guest was writing has been read: it goes on. */
  readonly written: (guest: SimGuest, ports: PortsState) => void;
}

/** Who reads what on one host. */
export class SimPorts {
  readonly #deps: SimPortsDeps;
  readonly #lines = new Map<string, PortLine>();

  constructor(deps: SimPortsDeps) {
    this.#deps = deps;
  }

  /** A stream from a port of `guest`, which has ports; it ends at once if the guest is off. Throws Error while it is read. */
  open(guest: SimGuest, port: GuestPort): Readable {
    const { id } = guest.spec;
    const key = `${id} ${port}`;
    const line = this.#lines.get(key) ?? new PortLine(() => this.#take(id, port));
    const stream = line.stream();
    this.#lines.set(key, line);
    if (guest.powerState === POWER_STATE.shutdown) this.end(id);
    return stream;
  }

  /** Something changed for guest `id`: its readers look again. */
  wake(id: ServerId): void {
    for (const line of this.#of(id)) line.wake();
  }

  /** Guest `id` is losing its power: lets its readers come to their end. The next boot has lines of its own. */
  end(id: ServerId): void {
    const status = this.#lines.get(`${id} status`);
    status?.end(this.#take(id, 'status'));
    this.#lines.get(`${id} dump`)?.end(null);
    for (const port of ['status', 'dump']) this.#lines.delete(`${id} ${port}`);
  }

  #of(id: ServerId): PortLine[] {
    return ['status', 'dump'].flatMap((port) => this.#lines.get(`${id} ${port}`) ?? []);
  }

  #take(id: ServerId, port: GuestPort): Buffer | null {
    const guest = this.#deps.guests.get(id);
    if (guest === undefined) return null;
    const { ports } = guest;
    if (port === 'status') {
      if (ports.said === '') return null;
      this.#deps.changed(guest, { ...ports, said: '' });
      return Buffer.from(ports.said);
    }
    // A paused guest writes nothing.
    if (ports.writing === null || guest.powerState === POWER_STATE.paused) return null;
    const { dump, at, until } = ports.writing;
    const piece = flatPart(dump, at, until);
    const read = at + piece.length;
    if (read < until) this.#deps.changed(guest, { ...ports, writing: { dump, at: read, until } });
    else this.#deps.written(guest, { ...ports, writing: null });
    return piece.length > 0 ? piece : null;
  }
}
