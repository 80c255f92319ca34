// A download of 200 MB: it is read no faster than its client takes it, and no process holds it.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { Planted } from '../harness/artefact-rig.ts';
import { plantArtefact } from '../harness/artefact-rig.ts';
import { MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const MB = 1_000_000;
/** What left the host. */
let sent = 0;
let outcome: Promise<void> = Promise.resolve();
let big: Planted;

const remnant = useRemnant({
  lane: (lane) => ({
    ...lane,
    send: (ticket, bytes) => {
      outcome = lane.send(ticket, bytes);
      bytes.on('data', (chunk: Buffer) => (sent += chunk.length));
      return outcome;
    },
  }),
  before: async (store, _world, stateDir) => {
    big = await plantArtefact(store, stateDir, 200 * MB);
  },
});

test('a file of 200 MB is read no faster than its client takes it, and is nowhere held', async () => {
  const url = await remnant().http.listen({ port: 0, host: '127.0.0.1' });
  const collect = garbageCollector();
  const asked = request(`${url}${big.path}`, { headers: { 'x-auth-token': MEMBER } });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const hash = createHash('sha256');
  let received = 0;
  response.on('data', (chunk: Buffer) => {
    received += chunk.length;
    hash.update(chunk);
    if (received > 10 * MB && received - chunk.length <= 10 * MB) response.pause();
  });
  let before = -1;
  await waitFor('everything to stand still', () => {
    const still = received > 10 * MB && sent === before;
    before = sent;
    return still;
  });
  collect();
  const held = memory();
  // What is under way is in the buffers of two sockets and the kernel.
  expect(sent - received).toBeLessThan(24 * MB);
  response.resume();
  await once(response, 'end');
  expect([received, hash.digest('hex')]).toEqual([big.bytes, big.sha256]);
  await outcome;
  collect();
  expect(memory() - held).toBeLessThan(16 * MB);
});

function memory(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
