// Reads a file of recorded answers: {ids, cases: [{name, method, path, headers, body, response, counted}]}, in the order the
// cases were recorded and must be replayed in. A file that is not one is refused with what is wrong and where.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { InjectOptions } from 'fastify';

/** One request, and what was answered; without an answer it is there for its effect alone. */
export interface RecordedCase {
  readonly name: string;
  readonly method: NonNullable<InjectOptions['method']>;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly answer: RecordedAnswer | null;
}

/** An answer as it went over the wire. */
export interface RecordedAnswer {
  readonly status: number;
  /** Names in lower case; a header that came twice has two values. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
}

/** Why a file cannot be replayed, in one line for its reader. */
export class BadRecording extends Error {}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** The first recording: a Nova with all its services, asked over HTTP. */
export const COMMITTED = new URL('cases.json', import.meta.url);

/** The others: the same Nova's API in process, on the same fixtures and SQLite. Packed, a case a line. */
export const RECORDINGS = ['reads', 'writes', 'services-and-dumps'] as const;

/** Where the recording of that name is. */
export function recording(name: (typeof RECORDINGS)[number]): URL {
  return new URL(`recordings/${name}.json.gz`, import.meta.url);
}

/** The cases of `file`, which may be packed (`.gz`). `ids` fill placeholders that the file has no id for. Throws BadRecording. */
export function readRecorded(file: string | URL, ids: Readonly<Record<string, string>>): RecordedCase[] {
  let text: string;
  try {
    const bytes = readFileSync(file);
    text = (String(file).endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  } catch (error) {
    throw new BadRecording(`cannot be read: ${(error as Error).message}`);
  }
  return parseRecorded(text, ids);
}

/** The cases in the text of a file. Throws BadRecording. */
export function parseRecorded(text: string, ids: Readonly<Record<string, string>>): RecordedCase[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BadRecording(`is not JSON: ${(error as Error).message}`);
  }
  const { cases, ids: own = {} } = (isPlain(value) ? value : {}) as { cases?: unknown; ids?: unknown };
  if (!Array.isArray(cases)) throw new BadRecording('has no list "cases"');
  if (!isPlain(own)) throw new BadRecording('"ids" is not an object');
  if (cases.length === 0) throw new BadRecording('has no case in "cases"');
  const known = { ...ids, ...own };
  return cases.map((one: unknown, at) => caseOf(one, at, known));
}

function caseOf(value: unknown, at: number, ids: Readonly<Record<string, unknown>>): RecordedCase {
  const one = isPlain(value) ? value : {};
  const name = typeof one['name'] === 'string' ? one['name'] : `case ${at + 1}`;
  const bad = (what: string) => new BadRecording(`${name} (cases[${at}]) ${what}`);
  const fill = (text: string) =>
    text.replaceAll(/\{(\w+)\}/g, (whole, key: string) => {
      const id = ids[key];
      if (typeof id === 'string') return id;
      // JSON has braces too, but no bare word between them.
      throw bad(`names ${whole}, and no such id is given`);
    });
  const method = METHODS.find((known) => known === one['method']);
  if (method === undefined) throw bad(`has the method ${JSON.stringify(one['method'])}`);
  if (typeof one['path'] !== 'string' || !one['path'].startsWith('/')) throw bad('has no path');
  const counted = one['counted'] !== false;
  if (counted && !isPlain(one['response'])) throw bad('is counted and has no response');
  const headers = pairs(one['headers'] ?? {}, () => bad('has headers that are neither an object nor pairs'));
  return {
    name,
    method,
    path: fill(one['path']),
    headers: Object.fromEntries(headers.map(([key, text]) => [key.toLowerCase(), text])),
    body: bodyOf(one['body'], fill),
    answer: counted ? answerOf(one['response'] as Record<string, unknown>, bad) : null,
  };
}

function bodyOf(body: unknown, fill: (text: string) => string): string | null {
  if (body === null || body === undefined) return null;
  return fill(typeof body === 'string' ? body : JSON.stringify(body));
}

function answerOf(response: Record<string, unknown>, bad: (what: string) => BadRecording): RecordedAnswer {
  const { status, body = '' } = response;
  if (typeof status !== 'number') throw bad('has a response without a status');
  const headers: Record<string, string[]> = {};
  for (const [key, text] of pairs(response['headers'] ?? [], () => bad('has response headers that are not pairs'))) {
    (headers[key.toLowerCase()] ??= []).push(text);
  }
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** Headers as pairs of name and value, whether written as an object or as pairs. */
function pairs(value: unknown, bad: () => BadRecording): [string, string][] {
  const list: unknown[] = Array.isArray(value) ? value : isPlain(value) ? Object.entries(value) : [value];
  return list.map((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2) throw bad();
    return [String(pair[0]), String(pair[1])];
  });
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
