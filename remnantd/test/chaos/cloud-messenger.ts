// A program of the cloud's client machine: reads requests as lines of JSON on standard input, makes them over HTTP, and writes
// what came of each as a line on standard output. So a test outside of the cloud speaks to its APIs.

import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CloudAnswer, CloudRequest } from './cloud-http.ts';

const words = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return error instanceof Error ? error.name : String(error);
};

async function make(request: CloudRequest, signal: AbortSignal): Promise<CloudAnswer> {
  const { id, url, method, headers, body, saveTo } = request;
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(body === null ? {} : { body }),
      signal,
      redirect: 'manual',
    });
    if (saveTo !== null && response.ok && response.body !== null) {
      await pipeline(Readable.fromWeb(response.body), createWriteStream(saveTo, { mode: 0o600 }));
    }
    const text = saveTo !== null && response.ok ? '' : await response.text();
    return { id, status: response.status, headers: Object.fromEntries(response.headers), text, error: null };
  } catch (error) {
    return { id, status: 0, headers: {}, text: '', error: words(error) };
  }
}

/** Whatever becomes of the request itself, there is an answer in time. */
function makeInTime(request: CloudRequest): Promise<CloudAnswer> {
  const { id, timeoutMs } = request;
  const late = new AbortController();
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve({ id, status: 0, headers: {}, text: '', error: 'TimeoutError' });
      late.abort();
    }, timeoutMs);
    void make(request, late.signal).then((answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}

createInterface({ input: process.stdin }).on('line', (line) => {
  void makeInTime(JSON.parse(line) as CloudRequest).then((answer) =>
    process.stdout.write(`${JSON.stringify(answer)}\n`),
  );
});
process.stdin.on('end', () => process.exit());
