// One process's end of a bus that others use too, and that can be cut: then it says it is down, nothing comes in or goes
// out, what was asked fails, and what was being answered is lost. Others see a process that does not answer.

import type { JsonValue } from '../../src/lib/json.ts';
import type { Bus, BusConnection, Unsubscribe } from '../../src/ports/bus.ts';
import { BusFault } from '../../src/ports/bus.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { eachSubject } from '../../src/ports/each-subject.ts';

/** An end that can be cut. Closing it leaves the bus of the others open. */
export interface CutBus extends Bus {
  cut(reason?: string): void;
  /** It is reached again; what was lost stays lost. */
  mend(): void;
}

type Serving = { readonly begin: () => void; readonly end: () => void };

/** An end of `whole` for the process whose clock that is. */
export function cutBus(whole: Bus, clock: Clock): CutBus {
  let connection: BusConnection = { up: true, since: clock.mono(), reason: '' };
  let closed = false;
  const told = new Set<(now: BusConnection) => void>();
  const serving = new Set<Serving>();
  const subscriptions = new Set<Unsubscribe>();
  const asking = new Set<(fault: BusFault) => void>();
  const never = () => new Promise<never>(() => {});
  const away = (what: string) => new BusFault('away', `${what}: ${connection.reason}`);

  const set = (up: boolean, reason: string) => {
    if (connection.up === up) return;
    connection = { up, since: clock.mono(), reason };
    for (const one of serving) (up ? one.begin : one.end)();
    if (!up) for (const fail of asking) fail(away('a question'));
    for (const handle of told) handle(connection);
  };
  const failing = <T>(what: string, work: () => Promise<T>): Promise<T> => {
    if (closed) return Promise.reject(new BusFault('closed', `${what}: the bus is closed`));
    if (!connection.up) return Promise.reject(away(what));
    return new Promise<T>((resolve, reject) => {
      asking.add(reject);
      work().then(
        (answer) => asking.delete(reject) && resolve(answer),
        (error: unknown) => asking.delete(reject) && reject(error as Error),
      );
    });
  };

  const subscribe: Bus['subscribe'] = (subject, handle) => {
    const end = whole.subscribe(subject, (message, on) => {
      if (connection.up) handle(message, on);
    });
    subscriptions.add(end);
    return () => {
      subscriptions.delete(end);
      end();
    };
  };

  return {
    publish: (subject, message) => {
      if (connection.up && !closed) whole.publish(subject, message);
    },
    subscribe,
    subscribeEach: (subject, open) => subscribe(subject, eachSubject(open)),
    request: (subject, message, timeoutMs) =>
      failing<JsonValue>(subject, () => whole.request(subject, message, timeoutMs)),
    serve: (subject, handle) => {
      let stop: Unsubscribe | null = null;
      const answer = async (message: JsonValue, on: string) => {
        const { since } = connection;
        const result = await handle(message, on);
        return connection.up && connection.since === since ? result : never();
      };
      const one: Serving = {
        begin: () => {
          stop ??= whole.serve(subject, answer);
        },
        end: () => {
          stop?.();
          stop = null;
        },
      };
      serving.add(one);
      if (connection.up) one.begin();
      return () => {
        serving.delete(one);
        one.end();
      };
    },
    settle: (timeoutMs) => failing('settling', () => whole.settle(timeoutMs)),
    connection: () => connection,
    onConnection: (handle) => {
      told.add(handle);
      return () => told.delete(handle);
    },
    close: () => {
      closed = true;
      for (const one of serving) one.end();
      for (const end of subscriptions) end();
      for (const fail of asking) fail(new BusFault('closed', 'the bus was closed'));
      serving.clear();
      subscriptions.clear();
      asking.clear();
      return Promise.resolve();
    },
    cut: (reason = 'the bus cannot be reached') => set(false, reason),
    mend: () => set(true, ''),
  };
}
