// Asks the agent in a guest, by libvirt's call for it, which has a job of its own: a guest that does not answer keeps no
// other call from it. But libvirtd takes only a few calls of one connection at a time (five unless it is told otherwise), so
// no more than MOST_AT_ONCE of them wait for guests.
// Invariant: one conversation a guest at a time; what it opened is closed by it, or by the next one with that guest.

import { setTimeout as pause } from 'node:timers/promises';
import { isObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import type { ServerId } from '../../model/ids.ts';
import { type GuestAgent, GuestAgentFault, type GuestAsk, type GuestRun } from '../driver.ts';
import { agentFault, CommandRefused } from './agent-faults.ts';
import { ERROR } from './constants.ts';
import { notRunning, saidNo } from './faults.ts';
import { type DomainRef, type Procedure, QEMU_PROCEDURES } from './procedures.ts';
import { Slots } from './slots.ts';

/** What asking needs of its driver. `guarded` makes faults of what `work` throws, and knows what is no UUID. */
export interface GuestAgentDeps {
  readonly call: <Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, timeoutMs: number) => Promise<Ret>;
  readonly guarded: <T>(id: ServerId, work: (dom: DomainRef) => Promise<T>) => Promise<T>;
}

const MOST_AT_ONCE = 2;
/** libvirt first makes sure that somebody is there, which takes it 5 s when nobody is; then the command has its own time. */
const COMMAND_S = 5;
const CALL_MS = (5 + COMMAND_S + 2) * 1_000;
/** Between looks whether a program has ended: the first, doubled up to the most. */
const FIRST_LOOK_MS = 25;
const MOST_LOOK_MS = 400;

/** What was left open in a guest. */
interface Left {
  readonly handles: Set<number>;
  /** A program that was not seen to end. */
  program: number | null;
}

/** The ability, by `deps.call`. */
export function guestAgent(deps: GuestAgentDeps): GuestAgent {
  const slots = new Slots(MOST_AT_ONCE);
  const left = new Map<ServerId, Left>();

  /** Holds one conversation; the caller is let go at its bound, the conversation itself ends with the call under way. */
  const converse = <T>(id: ServerId, ask: GuestAsk, work: (talk: Talk) => Promise<T>): Promise<T> =>
    deps.guarded(id, async (dom) => {
      const bound = AbortSignal.timeout(ask.boundMs);
      const over = ask.signal === undefined ? bound : AbortSignal.any([bound, ask.signal]);
      const late = () =>
        bound.aborted
          ? new GuestAgentFault('silent', `the guest agent did not answer within ${ask.boundMs / 1000} s`)
          : new GuestAgentFault('silent', 'the guest agent is not asked any more');
      const held = slots.take(id, over, async () => {
        const mine = left.get(id) ?? { handles: new Set<number>(), program: null };
        left.set(id, mine);
        const talk = new Talk(deps, dom, over, late, mine);
        try {
          await talk.tidy();
          return await work(talk);
        } finally {
          await talk.close();
          if (mine.handles.size === 0 && mine.program === null) left.delete(id);
        }
      });
      try {
        return await orLate(held, over, late);
      } catch (error) {
        throw saidNo(error, ERROR.VIR_ERR_OPERATION_INVALID) ? notRunning(id, error) : error;
      }
    });

  return {
    readFiles: (id, paths, ask) =>
      converse(id, ask, async (talk) => {
        const texts = new Map<string, string | null>();
        for (const path of paths) texts.set(path, await talk.read(path, ask.mostBytes));
        return texts;
      }),
    run: (id, argv, ask) => converse(id, ask, (talk) => talk.run(argv, ask.mostBytes)),
  };
}

/** One conversation with one guest. */
class Talk {
  readonly #deps: GuestAgentDeps;
  readonly #dom: DomainRef;
  readonly #over: AbortSignal;
  readonly #late: () => GuestAgentFault;
  readonly #left: Left;
  #heard = true;

  constructor(deps: GuestAgentDeps, dom: DomainRef, over: AbortSignal, late: () => GuestAgentFault, left: Left) {
    this.#deps = deps;
    this.#dom = dom;
    this.#over = over;
    this.#late = late;
    this.#left = left;
  }

  /** Ends what an earlier conversation left behind. Throws for a program that still runs: another must not be put beside it. */
  async tidy(): Promise<void> {
    await this.close();
    const { program } = this.#left;
    if (program === null) return;
    // An agent that was started anew knows it no more.
    const status = await this.#ask('guest-exec-status', { pid: program }).catch(nullIfRefused);
    if (status !== null && !ended(status)) {
      throw new GuestAgentFault('silent', 'a program that the guest agent was asked to run has not ended yet');
    }
    this.#left.program = null;
  }

  /** The text of a file, null if the agent cannot read it. */
  async read(path: string, mostBytes: number): Promise<string | null> {
    const handle = await this.#ask('guest-file-open', { path, mode: 'r' }).catch(nullIfRefused);
    if (!Number.isSafeInteger(handle)) return null;
    this.#left.handles.add(handle as number);
    const answer = await this.#ask('guest-file-read', { handle, count: mostBytes }).catch(nullIfRefused);
    await this.close();
    return isObject(answer) ? textOf(answer['buf-b64'], mostBytes) : null;
  }

  async run(argv: readonly string[], mostBytes: number): Promise<GuestRun> {
    const [path = '', ...arg] = argv;
    const begun = await this.#ask('guest-exec', { path, arg, 'capture-output': true });
    const pid = isObject(begun) ? begun['pid'] : null;
    if (!Number.isSafeInteger(pid)) throw new GuestAgentFault('silent', 'the guest agent gave no sensible answer');
    this.#left.program = pid as number;
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 2, MOST_LOOK_MS)) {
      const status = await this.#ask('guest-exec-status', { pid });
      if (ended(status)) {
        this.#left.program = null;
        const { exitcode, 'out-data': data } = status as JsonObject;
        return { exitCode: typeof exitcode === 'number' ? exitcode : null, out: textOf(data, mostBytes) ?? '' };
      }
      await pause(wait);
    }
  }

  /** Closes what is open, as far as the guest answers. */
  async close(): Promise<void> {
    for (const handle of this.#left.handles) {
      if (!this.#heard) return;
      const answer = await this.#send('guest-file-close', { handle })
        .catch(nullIfRefused)
        .catch(() => undefined);
      if (answer !== undefined) this.#left.handles.delete(handle);
    }
  }

  async #ask(command: string, given: JsonObject): Promise<JsonValue> {
    if (this.#over.aborted) throw this.#late();
    return this.#send(command, given);
  }

  async #send(execute: string, given: JsonObject): Promise<JsonValue> {
    try {
      const cmd = JSON.stringify({ execute, arguments: given });
      const args = { dom: this.#dom, cmd, timeout: COMMAND_S, flags: 0 };
      const { result } = await this.#deps.call(QEMU_PROCEDURES.domainAgentCommand, args, CALL_MS);
      const answer = parsed(result);
      return isObject(answer) ? (answer['return'] ?? null) : null;
    } catch (error) {
      const fault = agentFault(error);
      if (!(fault instanceof CommandRefused)) this.#heard = false;
      throw fault;
    }
  }
}

/** What `work` gives, or the fault when it is over before. */
async function orLate<T>(work: Promise<T>, over: AbortSignal, late: () => GuestAgentFault): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = () => reject(late());
  if (over.aborted) end();
  else over.addEventListener('abort', end, { once: true });
  // It may end long after its caller was let go, with nobody left to hear how.
  work.catch(() => {});
  try {
    return await Promise.race([work, promise]);
  } finally {
    over.removeEventListener('abort', end);
  }
}

function ended(status: JsonValue): boolean {
  return isObject(status) && status['exited'] === true;
}

function nullIfRefused(error: unknown): null {
  if (error instanceof CommandRefused) return null;
  throw error;
}

/** Base64 as text; what is no UTF-8 in it becomes U+FFFD. Null for what is no text at all. */
function textOf(value: JsonValue | undefined, mostBytes: number): string | null {
  if (typeof value !== 'string') return null;
  return Buffer.from(value, 'base64').subarray(0, mostBytes).toString('utf8');
}

function parsed(text: string | null): JsonValue {
  try {
    return JSON.parse(text ?? 'null') as JsonValue;
  } catch {
    return null;
  }
}
