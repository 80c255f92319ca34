// What a real Ironic was asked, and what it answered: the recordings in test/golden/ironic, read.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IronicAnswer } from '../../src/drivers/ironic/ironic-client.ts';

/** A request and its answer. */
export interface IronicRecording {
  readonly method: string;
  readonly path: string;
  /** By name in small letters. */
  readonly asked: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
  /** By name in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const FOLDER = join(import.meta.dirname, '../golden/ironic');

/** The names of all of them, without `.http`. */
export function recordingNames(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.http'))
    .map((name) => name.slice(0, -'.http'.length))
    .toSorted();
}

/** One of them. */
export function recording(name: string): IronicRecording {
  const whole = readFileSync(join(FOLDER, `${name}.http`), 'utf8').replaceAll('\r\n', '\n');
  const [before = '', after = ''] = whole.split(/^# ---- response .*\n/m);
  const [request, body] = partsOf(before);
  const [answer, text] = partsOf(after);
  const [method = '', path = ''] = (request[0] ?? '').split(' ');
  const status = Number((answer[0] ?? '').split(' ')[1]);
  return { method, path, asked: headersOf(request), body, status, headers: headersOf(answer), text };
}

/** The answer of one of them, as the driver's client gives it. */
export function recordedAnswer(name: string): IronicAnswer {
  const { status, headers, text } = recording(name);
  const header = (end: string) => headers[`x-openstack-ironic-api-${end}`] ?? null;
  return {
    status,
    text,
    json: text === '' ? undefined : JSON.parse(text),
    version: { used: header('version'), first: header('minimum-version'), last: header('maximum-version') },
  };
}

function partsOf(text: string): [head: string[], body: string] {
  const end = text.indexOf('\n\n');
  return [text.slice(0, end).split('\n'), text.slice(end).trim()];
}

function headersOf(head: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    head.slice(1).map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}
