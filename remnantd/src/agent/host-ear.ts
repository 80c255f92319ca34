// What a host's agent hears: rings, questions, and that its bus is there again.

import type { HostName, ServerId } from '../model/ids.ts';
import type { Ring } from '../model/wire.ts';
import { SUBJECT } from '../model/wire.ts';
import type { Bus, Unsubscribe } from '../ports/bus.ts';
import type { QueryHandlers } from './answer-query.ts';
import { answerQuery } from './answer-query.ts';

/** Who hears. */
export interface HostEar {
  /** Somebody rang; for the NMI of this server, if one is named. */
  readonly rung: (nmi: ServerId | undefined) => void;
  /** Somebody wants the host to present itself again. */
  readonly greet: () => void;
  /** The bus was away, and what is said is heard again. */
  readonly back: () => void;
  readonly handlers: QueryHandlers;
}

/** Begins to listen for `host` on `bus`; each of the results ends a part of it. */
export function hearFor(host: HostName, bus: Bus, { rung, greet, back, handlers }: HostEar): Unsubscribe[] {
  return [
    bus.subscribe(SUBJECT.ring(host), (ring) => {
      const { greet: isGreeting, nmi } = ring as Ring;
      if (isGreeting === true) greet();
      rung(nmi);
    }),
    bus.onConnection(({ up }) => {
      if (up) back();
    }),
    bus.serve(SUBJECT.query(host), (query) => answerQuery(handlers, query)),
  ];
}
