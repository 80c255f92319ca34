// The bus of one process: API and agents beside each other. Messages are copied as JSON, as they would be on a wire, and
// delivered in a later turn, so that nobody comes to rely on more than a real bus gives.

import type { JsonValue } from '../lib/json.ts';
import type { Bus, BusConnection, Unsubscribe } from '../ports/bus.ts';
import { BusFault } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import { eachSubject } from '../ports/each-subject.ts';

type Handler = (message: JsonValue, subject: string) => void;
type Server = (message: JsonValue, subject: string) => Promise<JsonValue>;

/** Who listens, by subject; subjects with `*` beside the others, so that most messages cost one look. */
class Listeners<T> {
  readonly #plain = new Map<string, Set<T>>();
  readonly #wild = new Map<string, { readonly words: readonly string[]; readonly set: Set<T> }>();

  add(subject: string, one: T): Unsubscribe {
    const set = subject.includes('*') ? this.#wildSet(subject) : (this.#plain.get(subject) ?? new Set<T>());
    if (!subject.includes('*')) this.#plain.set(subject, set);
    set.add(one);
    return () => set.delete(one);
  }

  of(subject: string): readonly T[] {
    const found = [...(this.#plain.get(subject) ?? [])];
    const said = this.#wild.size === 0 ? [] : subject.split('.');
    for (const { words, set } of this.#wild.values()) {
      const fits = words.length === said.length && words.every((word, at) => word === '*' || word === said[at]);
      if (fits) found.push(...set);
    }
    return found;
  }

  clear(): void {
    this.#plain.clear();
    this.#wild.clear();
  }

  #wildSet(subject: string): Set<T> {
    const known = this.#wild.get(subject) ?? { words: subject.split('.'), set: new Set<T>() };
    this.#wild.set(subject, known);
    return known.set;
  }
}

/** Makes a bus. `onError` hears of handlers that threw. */
export function memoryBus(clock: Clock, onError: (what: string, error: unknown) => void): Bus {
  const handlers = new Listeners<Handler>();
  const servers = new Listeners<Server>();
  const waiting = new Set<(fault: BusFault) => void>();
  const connection: BusConnection = { up: true, since: clock.mono(), reason: '' };
  let closed = false;
  let turn = 0;
  const copy = (message: JsonValue) => JSON.parse(JSON.stringify(message)) as JsonValue;

  const deliver = (subject: string, handle: Handler, message: JsonValue) => {
    setImmediate(() => {
      if (!handlers.of(subject).includes(handle)) return;
      try {
        handle(message, subject);
      } catch (error) {
        onError(`a handler of ${subject}`, error);
      }
    });
  };

  return {
    publish: (subject, message) => {
      for (const handle of handlers.of(subject)) deliver(subject, handle, copy(message));
    },
    subscribe: (subject, handle) => handlers.add(subject, handle),
    subscribeEach: (subject, open) => handlers.add(subject, eachSubject(open)),
    serve: (subject, handle) => servers.add(subject, handle),
    request: (subject, message, timeoutMs) => {
      if (closed) return Promise.reject(new BusFault('closed', `${subject}: the bus is closed`));
      const serving = servers.of(subject);
      // One after the other, where several serve: nobody may count on being asked.
      const server = serving[turn++ % Math.max(1, serving.length)];
      if (server === undefined) return Promise.reject(new BusFault('no-responder', `${subject}: nobody answers`));
      return new Promise((resolve, reject) => {
        const fail = (fault: BusFault) => {
          waiting.delete(fail);
          cancel();
          reject(fault);
        };
        const cancel = clock.after(timeoutMs, () =>
          fail(new BusFault('timeout', `${subject}: no answer within ${timeoutMs} ms`)),
        );
        waiting.add(fail);
        setImmediate(() => {
          server(copy(message), subject).then(
            (answer) => {
              waiting.delete(fail);
              cancel();
              resolve(copy(answer));
            },
            (error: unknown) => {
              if (!(error instanceof BusFault)) onError(`the server of ${subject}`, error);
              fail(new BusFault('refused', `${subject}: ${error instanceof Error ? error.message : 'refused'}`));
            },
          );
        });
      });
    },
    // What was published before is in the queue of this process already, in front of this.
    settle: () =>
      closed
        ? Promise.reject(new BusFault('closed', 'the bus is closed'))
        : new Promise((resolve) => setImmediate(resolve)),
    connection: () => connection,
    // It is there as long as the process is.
    onConnection: () => () => {},
    close: () => {
      closed = true;
      handlers.clear();
      servers.clear();
      for (const fail of waiting) fail(new BusFault('closed', 'the bus was closed'));
      return Promise.resolve();
    },
  };
}
