// Puts liveness together: the table of hosts, what feeds it, who judges, and the log of transitions.

import { RETURN_MS } from '../adapters/nats-bus/options.ts';
import type { Config } from '../config/sections.ts';
import type { Store } from '../db/store.ts';
import { HostTable } from '../liveness/host-table.ts';
import type { InboxDeps } from '../liveness/inbox.ts';
import { listenToHosts } from '../liveness/inbox.ts';
import { judgeHosts } from '../liveness/judging.ts';
import { ServiceBook } from '../liveness/service-book.ts';
import { TransitionLog } from '../liveness/transition-log.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import { repeat } from '../ports/repeat.ts';
import { ms } from './ms.ts';

/** What it stands on. */
export interface LivenessParts {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly onError: (what: string, error: unknown) => void;
}

/** Liveness of a process. */
export interface Liveness {
  readonly hosts: HostTable;
  readonly book: ServiceBook;
  readonly transitions: TransitionLog;
  /** Begins to listen and to judge. The result ends it, and stores what is not stored yet. */
  begin(onHello: InboxDeps['onHello']): () => Promise<void>;
}

const HOUR_MS = 3_600_000;
/** Opens it, with what the database says of hosts. */
export async function openLiveness(config: Pick<Config, 'liveness' | 'api'>, parts: LivenessParts): Promise<Liveness> {
  const { bus, clock, onError } = parts;
  const patienceMs = ms(config.liveness.unknown_after);
  const hosts = new HostTable(clock, patienceMs, ms(config.liveness.flap_hold));
  const transitions = new TransitionLog({ ...parts, hosts });
  const book = new ServiceBook({ ...parts, hosts, onTransitions: (head) => transitions.catchUp(head) });
  await book.refresh();
  await transitions.start();
  return {
    hosts,
    book,
    transitions,
    begin: (onHello) => {
      const stops = [
        listenToHosts({ ...parts, hosts, book, zone: config.api.zone, onHello }),
        book.start(),
        judgeHosts({ clock, bus, hosts, patienceMs, returnMs: RETURN_MS + ms(config.liveness.beat), onError }),
        repeat(
          clock,
          HOUR_MS,
          () => transitions.forget(ms(config.liveness.keep_transitions)),
          (error) => onError('forgetting old transitions of hosts', error),
        ),
      ];
      return async () => {
        for (const stop of stops) stop();
        await transitions.stop();
      };
    },
  };
}
