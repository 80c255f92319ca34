// The bus on NATS core. What cannot go out now is lost, never kept: a claim or a beat that comes late would be a lie. Handlers are
// called as messages are read, in order, so that an answered ping means that all before it was given out.

import type { errors, Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { headers } from '@nats-io/transport-node';
import type { JsonValue } from '../../lib/json.ts';
import type { Bus, BusConnection, Unsubscribe } from '../../ports/bus.ts';
import { BusFault } from '../../ports/bus.ts';
import { mayAnswer } from './bus-users.ts';
import { NatsLine } from './nats-line.ts';
import type { NatsBusOptions } from './options.ts';
import { SaidBefore } from './said-before.ts';

/** What is heard on each connection anew. */
interface Ear {
  readonly subject: string;
  readonly queue?: string;
  readonly hear: (message: Msg) => void;
  on: Subscription | null;
}

type Server = (message: JsonValue, subject: string) => Promise<JsonValue>;

interface Asked {
  readonly subject: string;
  readonly end: (answer: JsonValue | BusFault) => void;
}

/** The group of those who serve a subject. */
const GROUP = 'serve';
/** The header of an answer that is a refusal; its words are the message. */
const REFUSED = 'Remnant-Refused';
const NOBODY = 503;
const TOKEN_BYTES = 12;
/** So many subjects whose questions are not answered are told of: names of strangers must not fill the memory. */
const MOST_DROPPED = 1_000;
/**
 * A question without an answer is asked again so soon, and then so often. A process that went without a word stays among those who serve
 * for as long as nats-server has something for it: without this, every other question would be lost on it.
 */
const FIRST_AGAIN_MS = 500;
const AGAIN_MS = 1_000;

/** Makes one, which begins to connect at once and goes on trying; `connection()` says how that goes. */
export function natsBus(options: NatsBusOptions): Bus {
  const { clock, onError, prefix } = options;
  const inbox = `${options.inbox}.${clock.secret(12)}`;
  const ears = new Set<Ear>();
  const asked = new Map<string, Asked>();
  const watchers = new Set<(connection: BusConnection) => void>();
  /** The questions this process is at, by where their answers go: one that is asked again is not begun again. */
  const answering = new Set<string>();
  /** What NATS forbade, each told once. */
  const forbidden = new Set<string>();
  const dropped = new Set<string>();
  let closed = false;

  const failAsked = (fault: (subject: string) => BusFault, which = (_one: Asked) => true) => {
    for (const one of asked.values()) if (which(one)) one.end(fault(one.subject));
  };
  const away = (subject: string) => new BusFault('away', `${subject}: ${line.state.reason}`);
  const put = (nats: NatsConnection, ear: Ear) => {
    ear.on = nats.subscribe(ear.subject, {
      ...(ear.queue === undefined ? {} : { queue: ear.queue }),
      callback: (error, message) => {
        // Told by the connection itself too.
        if (error !== null) return;
        try {
          ear.hear(message);
        } catch (failed) {
          onError(`a message on ${message.subject}`, failed);
        }
      },
    });
  };
  const line = new NatsLine(options, {
    made: (nats) => {
      for (const ear of ears) put(nats, ear);
    },
    lost: () => {
      for (const ear of ears) ear.on = null;
      failAsked(away);
    },
    changed: (connection) => {
      for (const watcher of watchers) guarded('a watcher of the bus', () => watcher(connection));
    },
    forbidden: (error) => forbid(error),
  });

  const forbid = (error: InstanceType<typeof errors.PermissionViolationError>) => {
    const { operation, subject } = error;
    const what = operation === 'publish' ? 'speak' : 'listen';
    if (operation === 'publish') {
      failAsked(
        (of) => new BusFault('refused', `${of}: NATS does not permit this process to speak there`),
        (one) => `${prefix}.${one.subject}` === subject,
      );
    }
    const key = `${operation} ${subject}`;
    if (forbidden.has(key)) return;
    forbidden.add(key);
    onError(`NATS does not permit this process to ${what} on ${subject}`, error);
  };
  /** Waits for what `begin` asks for, and ends what it gives back; ends as well when its time is over, the connection is lost or the bus is closed. */
  const wait = (
    subject: string,
    timeoutMs: number,
    begin: (nats: NatsConnection, token: string, end: Asked['end']) => () => void,
  ): Promise<JsonValue> => {
    if (closed) return Promise.reject(new BusFault('closed', `${subject}: the bus is closed`));
    const { nats, state } = line;
    if (nats === null || !state.up) return Promise.reject(away(subject));
    return new Promise((resolve, reject) => {
      // Whoever is asked sees one, and must not be able to tell the next from it.
      const token = clock.secret(TOKEN_BYTES);
      let stop = () => {};
      const end = (said: JsonValue | BusFault) => {
        asked.delete(token);
        cancel();
        stop();
        if (said instanceof BusFault) reject(said);
        else resolve(said);
      };
      const cancel = clock.after(timeoutMs, () =>
        end(new BusFault('timeout', `${subject}: no answer within ${timeoutMs} ms`)),
      );
      asked.set(token, { subject, end });
      stop = begin(nats, token, end);
      if (!asked.has(token)) stop();
    });
  };
  const guarded = (what: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      onError(what, error);
    }
  };
  const attach = (ear: Ear): Unsubscribe => {
    ears.add(ear);
    if (line.nats !== null) put(line.nats, ear);
    return () => {
      ears.delete(ear);
      ear.on?.unsubscribe();
      ear.on = null;
    };
  };
  const listen: Bus['subscribeEach'] = (subject, open) => {
    const said = new SaidBefore(prefix, open);
    return attach({
      subject: `${prefix}.${subject}`,
      hear: (message) => {
        // A request is for those who serve.
        if (!message.reply) said.hear(message);
      },
      on: null,
    });
  };
  const ours = (message: Msg) => message.subject.slice(prefix.length + 1);
  const answer = async (message: Msg, nats: NatsConnection, handle: Server) => {
    let reply: JsonValue;
    try {
      reply = await handle(message.json<JsonValue>(), ours(message));
    } catch (error) {
      if (!(error instanceof BusFault)) onError(`the server of ${ours(message)}`, error);
      return refuse(message, error instanceof Error ? error.message : 'refused');
    }
    // Who asked on a connection that is gone has been told so.
    if (line.nats !== nats) return;
    try {
      message.respond(JSON.stringify(reply));
    } catch (error) {
      onError(`answering ${ours(message)}`, error);
      refuse(message, `no answer can be sent: ${(error as Error).message}`);
    }
  };
  const drop = (message: Msg, reply: string) => {
    const subject = ours(message);
    if (dropped.has(subject) || dropped.size >= MOST_DROPPED) return;
    dropped.add(subject);
    onError(`a question on ${subject} is not answered`, new Error(`it asks for its answer on ${reply}`));
  };
  const refuse = (message: Msg, why: string) => {
    const marked = headers();
    marked.set(REFUSED, '1');
    guarded(`refusing ${ours(message)}`, () => {
      if (line.nats !== null) message.respond(JSON.stringify(why), { headers: marked });
    });
  };

  attach({
    subject: `${inbox}.*`,
    hear: (message) => {
      const one = asked.get(message.subject.slice(inbox.length + 1));
      if (one === undefined) return;
      if (message.headers?.code === NOBODY) one.end(new BusFault('no-responder', `${one.subject}: nobody answers`));
      else if (message.headers?.has(REFUSED))
        one.end(new BusFault('refused', `${one.subject}: ${message.json<string>()}`));
      else one.end(message.json<JsonValue>());
    },
    on: null,
  });
  line.open();

  return {
    publish: (subject, message) => {
      if (!line.state.up) return;
      guarded(`telling ${subject}`, () => line.nats?.publish(`${prefix}.${subject}`, JSON.stringify(message)));
    },
    subscribe: (subject, handle) => listen(subject, (from) => (message) => handle(message, from)),
    subscribeEach: listen,
    serve: (subject, handle) =>
      attach({
        subject: `${prefix}.${subject}`,
        queue: GROUP,
        hear: (message) => {
          const { reply } = message;
          if (!reply || line.nats === null || answering.has(reply)) return;
          if (!mayAnswer(ours(message), reply)) return drop(message, reply);
          answering.add(reply);
          void answer(message, line.nats, handle).finally(() => answering.delete(reply));
        },
        on: null,
      }),
    request: (subject, message, timeoutMs) =>
      wait(subject, timeoutMs, (nats, token, end) => {
        let cancel = () => {};
        const ask = (nextMs: number) => {
          cancel = clock.after(nextMs, () => ask(AGAIN_MS));
          try {
            nats.publish(`${prefix}.${subject}`, JSON.stringify(message), { reply: `${inbox}.${token}` });
          } catch (error) {
            end(new BusFault('refused', `${subject}: ${(error as Error).message}`));
          }
        };
        ask(FIRST_AGAIN_MS);
        return () => cancel();
      }),
    settle: async (timeoutMs) => {
      await wait('settle', timeoutMs, (nats, _token, end) => {
        nats.flush().then(
          // What those handlers began at once has begun too.
          () => setImmediate(() => end(null)),
          () => end(away('settle')),
        );
        return () => {};
      });
    },
    connection: () => line.state,
    onConnection: (handle) => {
      watchers.add(handle);
      return () => watchers.delete(handle);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      watchers.clear();
      failAsked((subject) => new BusFault('closed', `${subject}: the bus was closed`));
      ears.clear();
      await line.close();
    },
  };
}
