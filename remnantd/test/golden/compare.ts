// Compares an answer with a recorded one: status, headers, and the body by JSON equality. Gives back what differs, in words.

import { isDeepStrictEqual } from 'node:util';
import type { Answer } from '../harness/http-client.ts';
import type { GoldenCase } from './golden-data.ts';

const MARKS: Readonly<Record<string, RegExp>> = {
  '<time>': /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}/,
  '<request>': /req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/,
};
const HEADERS = [
  'content-type',
  'openstack-api-version',
  'x-openstack-nova-api-version',
  'vary',
  'x-openstack-request-id',
  'x-compute-request-id',
];

/** The differences, one a line; empty when there is none. */
export function differences(recorded: NonNullable<GoldenCase['answer']>, answer: Answer): string[] {
  const found: string[] = [];
  if (answer.status !== recorded.status) found.push(`status ${answer.status}, not ${recorded.status}`);
  for (const name of HEADERS) {
    const [is, was] = [answer.headers[name], recorded.headers[name]];
    if (!same(was ?? null, is ?? null)) found.push(`header ${name}: ${is}, not ${was}`);
  }
  compare('body', recorded.body, answer.body, found);
  return found;
}

function compare(path: string, was: unknown, is: unknown, found: string[]): void {
  if (Array.isArray(was) && Array.isArray(is)) {
    if (was.length !== is.length) found.push(`${path}: ${is.length} entries, not ${was.length}`);
    else was.forEach((one, i) => compare(`${path}[${i}]`, one, is[i], found));
  } else if (isPlain(was) && isPlain(is)) {
    for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
      if (!(key in is)) found.push(`${path}.${key} is missing`);
      else if (!(key in was)) found.push(`${path}.${key} should not be there`);
      else compare(`${path}.${key}`, was[key], is[key], found);
    }
  } else if (!same(was, is)) found.push(`${path}: ${JSON.stringify(is)}, not ${JSON.stringify(was)}`);
}

function same(was: unknown, is: unknown): boolean {
  if (typeof was !== 'string' || typeof is !== 'string') return isDeepStrictEqual(was, is);
  return unordered(was) === unordered(marked(was, is));
}

/** Writes the marks of `was` into `is` where something fitting stands. */
function marked(was: string, is: string): string {
  return Object.entries(MARKS).reduce(
    (text, [mark, form]) => (was.includes(mark) ? text.replace(form, mark) : text),
    is,
  );
}

/** Nova lists sort keys in whatever order a set gives: its list is compared sorted. */
function unordered(text: string): string {
  return text.replace(/(?<=is not one of \[)[^\]]*/, (list) => list.split(', ').toSorted().join(', '));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
