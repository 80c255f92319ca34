// The bus of one process: API and agents beside each other. Messages are copied as JSON, as they would be on a wire, and
// delivered in a later turn, so that nobody comes to rely on more than a real bus gives.

import type { JsonValue } from '../lib/json.ts';
import type { Bus, Unsubscribe } from '../ports/bus.ts';
import { BusFault } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';

type Handler = (message: JsonValue) => void;
type Server = (message: JsonValue) => Promise<JsonValue>;

/** Makes a bus. `onError` hears of handlers that threw. */
export function memoryBus(clock: Clock, onError: (what: string, error: unknown) => void): Bus {
  const handlers = new Map<string, Set<Handler>>();
  const servers = new Map<string, Server>();
  const waiting = new Set<(fault: BusFault) => void>();
  let closed = false;
  const copy = (message: JsonValue) => JSON.parse(JSON.stringify(message)) as JsonValue;

  const deliver = (subject: string, handle: Handler, message: JsonValue) => {
    setImmediate(() => {
      if (handlers.get(subject)?.has(handle) !== true) return;
      try {
        handle(message);
      } catch (error) {
        onError(`a handler of ${subject}`, error);
      }
    });
  };

  return {
    publish: (subject, message) => {
      for (const handle of handlers.get(subject) ?? []) deliver(subject, handle, copy(message));
    },
    subscribe: (subject, handle) => {
      const set = handlers.get(subject) ?? new Set();
      handlers.set(subject, set);
      set.add(handle);
      return once(() => set.delete(handle));
    },
    serve: (subject, handle) => {
      if (servers.has(subject)) throw new Error(`${subject} is served already`);
      servers.set(subject, handle);
      return once(() => servers.delete(subject));
    },
    request: (subject, message, timeoutMs) => {
      if (closed) return Promise.reject(new BusFault('closed', `${subject}: the bus is closed`));
      const server = servers.get(subject);
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
          server(copy(message)).then(
            (answer) => {
              waiting.delete(fail);
              cancel();
              resolve(copy(answer));
            },
            (error: unknown) => {
              onError(`the server of ${subject}`, error);
              fail(new BusFault('refused', `${subject}: ${error instanceof Error ? error.message : 'refused'}`));
            },
          );
        });
      });
    },
    close: () => {
      closed = true;
      handlers.clear();
      servers.clear();
      for (const fail of waiting) fail(new BusFault('closed', 'the bus was closed'));
      return Promise.resolve();
    },
  };
}

function once(run: () => void): Unsubscribe {
  let done = false;
  return () => {
    if (!done) run();
    done = true;
  };
}
