// A download on a real connection: a client that goes away ends the stream at the host, and a host that stops in the middle
// ends the connection.

import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import type { Readable } from 'node:stream';
import { beforeAll, expect, test } from 'vitest';
import type { ArtefactLane } from '../../src/ports/artefact-lane.ts';
import type { Planted } from '../harness/artefact-rig.ts';
import { plantArtefact } from '../harness/artefact-rig.ts';
import { MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const MB = 1_000_000;

/** What hosts send, as it leaves them. */
const sent: { readonly bytes: Readable; count: number; readonly done: Promise<string> }[] = [];
/** A source that ends after so many bytes: what is seen of an agent that stopped. */
let cutAfter = Number.POSITIVE_INFINITY;

function watched(lane: ArtefactLane): ArtefactLane {
  return {
    ...lane,
    send: (ticket, bytes) => {
      const outcome = lane.send(ticket, bytes);
      const one = {
        bytes,
        count: 0,
        done: outcome.then(
          () => 'done',
          (error: { code?: string }) => String(error.code),
        ),
      };
      bytes.on('data', (chunk: Buffer) => {
        one.count += chunk.length;
        if (one.count > cutAfter) bytes.destroy();
      });
      sent.push(one);
      return outcome;
    },
  };
}

let url = '';
let small: Planted;
const remnant = useRemnant({
  lane: watched,
  before: async (store, _world, stateDir) => {
    small = await plantArtefact(store, stateDir, 20 * MB);
  },
});

beforeAll(async () => {
  url = await remnant().http.listen({ port: 0, host: '127.0.0.1' });
});

async function begin(path: string): Promise<IncomingMessage> {
  const asked = request(`${url}${path}`, { headers: { 'x-auth-token': MEMBER } });
  asked.on('error', () => {});
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  return response;
}

const lastSent = () => waitFor('the host to send', () => sent.at(-1));
/** The line of the download number `n`. */
const lineOf = (n: number) =>
  waitFor(
    'the line of the request',
    () => remnant().lines.filter((one) => one.operation === 'artefacts.download')[n - 1],
  );

test('a client that goes away ends the stream at the host', async () => {
  const response = await begin(small.path);
  const one = await lastSent();
  await once(response, 'data');
  response.destroy();
  expect(await one.done).toBe('gone');
  expect(one.bytes.destroyed).toBe(true);
  const line = await lineOf(1);
  expect(line.status).toBe(499);
  expect(line.bytes).toBeLessThan(small.bytes);
});

test('a host that stops in the middle ends the connection: no client takes a part for the whole', async () => {
  cutAfter = 5 * MB;
  try {
    const response = await begin(small.path);
    expect(response.statusCode).toBe(200);
    expect(Number(response.headers['content-length'])).toBe(small.bytes);
    let received = 0;
    response.on('data', (chunk: Buffer) => (received += chunk.length));
    await new Promise((resolve) => response.once('close', resolve));
    expect(response.complete).toBe(false);
    expect(received).toBeLessThan(small.bytes);
    const line = await lineOf(2);
    expect(line.status).toBe(502);
    expect(line.bytes).toBeGreaterThanOrEqual(received);
    expect(line.bytes).toBeLessThan(small.bytes);
  } finally {
    cutAfter = Number.POSITIVE_INFINITY;
  }
});
