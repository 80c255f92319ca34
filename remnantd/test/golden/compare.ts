// Compares an answer with a recorded one: status, headers, and the body by JSON equality. What differs from recording to
// recording is normalised: times after the fixtures', ids that neither side could know, where the server listens, and the
// order of the names in Nova's list of sort keys.

import { isDeepStrictEqual } from 'node:util';
import type { RecordedAnswer } from './recorded-file.ts';

/** Headers that say nothing of the API. */
const IGNORED = new Set(['date', 'content-length', 'connection', 'keep-alive', 'transfer-encoding', 'server']);
const TOKEN =
  /(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?)|(?<id>(?:req-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})|(?<origin>https?:\/\/[\w.-]+:\d+)/g;

/** One thing that differs; `place` like `body.server.status`. */
export interface Difference {
  readonly place: string;
  readonly expected: string;
  readonly came: string;
}

/** Compares answers of one replay: an id that was met once must stand for the same id from then on. */
export interface Comparer {
  /** The differences; empty when there is none. */
  readonly differences: (recorded: RecordedAnswer, answer: RecordedAnswer) => Difference[];
  /** `text` with recorded ids replaced by those that stand for them here. */
  readonly translate: (text: string) => string;
}

/** A comparer. Times and ids that stand in `fixtures` are compared to the letter. */
export function comparer(fixtures: string): Comparer {
  const fixed = new Set(Array.from(fixtures.matchAll(TOKEN), ([token]) => token));
  const learned = new Map<string, string>();

  const sameToken = (was: RegExpMatchArray, is: RegExpMatchArray): boolean => {
    if (was[0] === is[0]) return true;
    const kind = (['time', 'id', 'origin'] as const).find((one) => was.groups?.[one] !== undefined);
    if (kind === undefined || is.groups?.[kind] === undefined) return false;
    if (kind === 'origin') return true;
    if (fixed.has(was[0]) || was[0].length !== is[0].length) return false;
    if (kind === 'time') return true;
    const known = learned.get(was[0]);
    if (known === undefined && !fixed.has(is[0])) learned.set(was[0], is[0]);
    return (known ?? learned.get(was[0])) === is[0];
  };
  const sameText = (was: string, is: string): boolean => {
    if (was === is) return true;
    const [left, right] = [unordered(was), unordered(is)];
    const [wasTokens, isTokens] = [[...left.matchAll(TOKEN)], [...right.matchAll(TOKEN)]];
    if (left.replaceAll(TOKEN, '\0') !== right.replaceAll(TOKEN, '\0')) return false;
    return wasTokens.every((token, i) => sameToken(token, isTokens[i] ?? token));
  };
  const compare = (place: string, was: unknown, is: unknown, found: Difference[]): void => {
    if (Array.isArray(was) && Array.isArray(is)) {
      if (was.length !== is.length) found.push(counts(place, was, is));
      else was.forEach((one, i) => compare(`${place}[${i}]`, one, is[i], found));
    } else if (isPlain(was) && isPlain(is)) {
      for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
        const at = `${place}.${key}`;
        if (!(key in is)) found.push({ place: at, expected: show(was[key]), came: 'nothing' });
        else if (!(key in was)) found.push({ place: at, expected: 'nothing', came: show(is[key]) });
        else compare(at, was[key], is[key], found);
      }
    } else if (typeof was === 'string' && typeof is === 'string' ? !sameText(was, is) : !isDeepStrictEqual(was, is)) {
      found.push({ place, expected: show(was), came: show(is) });
    }
  };

  return {
    translate: (text) => text.replaceAll(TOKEN, (token) => learned.get(token) ?? token),
    differences: (recorded, answer) => {
      const found: Difference[] = [];
      const kind = notAReference(recorded);
      if (kind !== null) {
        if (!kind.fits(answer.status)) {
          found.push({ place: 'status', expected: kind.words, came: String(answer.status) });
        }
        return found;
      }
      if (answer.status !== recorded.status) {
        const whole = ({ status, body }: RecordedAnswer) => show(`${status} ${body}`.trimEnd());
        return [{ place: 'status and body', expected: whole(recorded), came: whole(answer) }];
      }
      for (const name of new Set([...Object.keys(recorded.headers), ...Object.keys(answer.headers)])) {
        if (IGNORED.has(name)) continue;
        const [was, is] = [recorded.headers[name]?.join(', '), answer.headers[name]?.join(', ')];
        if (was !== undefined && is !== undefined && sameText(was, is)) continue;
        found.push({ place: `header ${name}`, expected: was ?? 'nothing', came: is ?? 'nothing' });
      }
      compare('body', parse(recorded.body), parse(answer.body), found);
      return found;
    },
  };
}

/**
 * Recorded answers that say what that one Nova did and not what is right: a 500, in the place of which a 4xx stands here,
 * and the 204 with which noauth2 hands out a token, where a deployment with Keystone says 401.
 */
function notAReference({ status, headers }: RecordedAnswer): { words: string; fits(status: number): boolean } | null {
  if (status >= 500) {
    return { words: `a 4xx, where Nova has ${status}`, fits: (came) => came >= 400 && came < 500 };
  }
  if (status === 204 && headers['x-server-management-url'] !== undefined) {
    return { words: '401, where noauth2 hands out a token', fits: (came) => came === 401 };
  }
  return null;
}

function counts(place: string, was: readonly unknown[], is: readonly unknown[]): Difference {
  const words = (list: readonly unknown[]) => `${list.length} entries: ${list.map(nameOf).join(', ')}`;
  return { place, expected: show(words(was)), came: show(words(is)) };
}

function nameOf(entry: unknown): string {
  const { name, action, host } = isPlain(entry) ? entry : {};
  const known = name ?? action ?? host;
  return typeof known === 'string' ? known : JSON.stringify(entry);
}

function show(value: unknown): string {
  const text = (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')).replaceAll('\n', '\\n');
  return text.length > 400 ? `${text.slice(0, 400)}... (${text.length} characters)` : text;
}

/** Nova lists sort keys in whatever order a set gives: its list is compared sorted. */
function unordered(text: string): string {
  return text.replace(/(?<=is not one of \[)[^\]]*/, (list) => list.split(', ').toSorted().join(', '));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
