// Commands on several things: all are looked up before anything is done, each is done whatever becomes of the others, and
// every one is told of, in the order given.

import type { Context } from './context.ts';
import { CommandEnd, EXIT } from './exit.ts';
import { endOf, errorJson } from './tell-error.ts';

/** One of the things a command is for. */
export interface Named {
  readonly id: string;
  /** As the user named it. */
  readonly name: string;
}

/** What a command on several things does. */
export interface Each<T> {
  /** Which one it is, in the JSON: `{ server: id }`. */
  readonly which: (one: Named) => object;
  /** Does it to one. */
  readonly act: (one: Named) => Promise<T>;
  /** Goes on with those that were done, one after the other: waits, say. */
  readonly follow?: (one: Named, done: T) => Promise<T>;
  /** What --json has of one that was done. */
  readonly json: (done: T) => object;
  /** What people are shown of it; all of a table in one, at the end. */
  readonly draw: ((done: T) => string) | { readonly table: (done: readonly T[]) => string };
  /** The exit code of one that was done, when that is not always 0. */
  readonly code?: (done: T) => number;
}

/** What came of one: an error may come after it was done, while it was followed. */
interface Outcome<T> {
  readonly one: Named;
  readonly done?: { readonly value: T };
  readonly error?: { readonly value: unknown };
}

/**
 * Does it to all, each once, and shows what came of it: with --json an array, one object a thing, `error` in those that
 * failed. Each error is told on stderr; ends the command with the lowest of the codes that are not 0.
 */
export async function doEach<T>(context: Context, named: readonly Named[], each: Each<T>): Promise<void> {
  const all = named.filter((one, index) => named.findIndex((other) => other.id === one.id) === index);
  const begun = await Promise.all(all.map((one) => begin(one, each)));
  const outcomes: Outcome<T>[] = [];
  for (const outcome of begun) {
    // oxlint-disable-next-line no-await-in-loop
    const ended = await followed(outcome, each);
    outcomes.push(ended);
    if (!context.json) tellResult(context, all, ended, each);
    const message = ended.error === undefined ? '' : endOf(ended.error.value).message;
    if (message !== '') context.progress.tell(`remnant: ${prefixed(all, ended.one, message)}`);
  }
  if (context.json)
    context.show(
      outcomes.map((outcome) => jsonOf(outcome, each)),
      () => '',
    );
  else tellTable(context, outcomes, each);
  const codes = outcomes.map((outcome) => codeOf(outcome, each)).filter((code) => code !== EXIT.done);
  if (codes.length > 0) throw new CommandEnd(Math.min(...codes), '');
}

function tellResult<T>(context: Context, all: readonly Named[], { one, done, error }: Outcome<T>, each: Each<T>): void {
  if (done === undefined || error !== undefined || typeof each.draw !== 'function') return;
  const text = each.draw(done.value);
  if (text !== '') context.show(null, () => prefixed(all, one, text));
}

function tellTable<T>(context: Context, outcomes: readonly Outcome<T>[], { draw }: Each<T>): void {
  if (typeof draw === 'function') return;
  const done = outcomes.flatMap((outcome) => (outcome.done === undefined ? [] : [outcome.done.value]));
  if (done.length > 0) context.show(null, () => draw.table(done));
}

async function begin<T>(one: Named, each: Each<T>): Promise<Outcome<T>> {
  try {
    return { one, done: { value: await each.act(one) } };
  } catch (error) {
    return { one, error: { value: error } };
  }
}

async function followed<T>(begun: Outcome<T>, each: Each<T>): Promise<Outcome<T>> {
  if (begun.done === undefined || each.follow === undefined) return begun;
  try {
    return { one: begun.one, done: { value: await each.follow(begun.one, begun.done.value) } };
  } catch (error) {
    // Who has had enough of one does not want to wait for the next.
    if (error instanceof CommandEnd && error.code === EXIT.interrupted) throw error;
    return { ...begun, error: { value: error } };
  }
}

function jsonOf<T>({ one, done, error }: Outcome<T>, each: Each<T>): object {
  return {
    ...each.which(one),
    ...(done === undefined ? {} : each.json(done.value)),
    ...(error === undefined ? {} : { error: errorJson(error.value) }),
  };
}

function codeOf<T>({ done, error }: Outcome<T>, each: Each<T>): number {
  if (error !== undefined) return endOf(error.value).code;
  return done === undefined ? EXIT.done : (each.code?.(done.value) ?? EXIT.done);
}

/** One alone needs no name in front of what is said of it; a table has it in itself. */
function prefixed(all: readonly Named[], one: Named, text: string): string {
  return all.length === 1 || text.includes('\n') ? text : `${one.name}: ${text}`;
}
