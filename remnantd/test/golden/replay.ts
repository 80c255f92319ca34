// Replays recorded cases, in their order, against a whole Remnant in this process on the fixtures they were recorded on.

import type { InjectOptions } from 'fastify';
import { runningDumps } from '../../src/db/dumps.ts';
import { asId } from '../../src/model/ids.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import type { TestRemnant } from '../harness/open-remnant.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';
import type { Difference } from './compare.ts';
import { comparer } from './compare.ts';
import { fixturesText, goldenFixtures } from './golden-data.ts';
import { pinnedAnswer, pinnedHeaders } from './pin.ts';
import type { RecordedAnswer, RecordedCase } from './recorded-file.ts';
import { COMPUTE_HOSTS, seedGolden } from './seed.ts';

const REACT_S = 1;

/** A counted case and how its answer differs from the recorded one; the list is empty when it does not. */
export interface Replayed {
  readonly recorded: RecordedCase;
  readonly differences: readonly Difference[];
}

/** What a replay gave; `errors`: what went wrong behind the API's back. */
export interface Replay {
  readonly cases: readonly Replayed[];
  readonly errors: readonly string[];
}

/** Replays `cases`. */
export async function replay(cases: readonly RecordedCase[]): Promise<Replay> {
  const remnant = await openGolden();
  const compare = comparer(fixturesText());
  const replayed: Replayed[] = [];
  try {
    for (const one of cases) {
      const answer = await send(remnant, one, compare.translate);
      if (one.method !== 'GET' && answer.status < 400) await settle(remnant);
      if (one.answer !== null) {
        replayed.push({ recorded: one, differences: compare.differences(one.answer, answer) });
      }
    }
  } finally {
    await remnant.close();
  }
  return { cases: replayed, errors: remnant.errors };
}

/** A Remnant with the fixtures. Close it. */
async function openGolden(): Promise<TestRemnant> {
  const fixtures = goldenFixtures();
  const remnant = await openRemnant({
    hosts: COMPUTE_HOSTS,
    before: (store, world) => seedGolden(store, world, fixtures),
    config: {
      liveness: { unknown_after: 86_400 },
      dumps: { react: REACT_S },
      quota: { instances: -1, cores: -1, ram: -1, server_groups: -1 },
      flavors: [{ id: '1', name: 'peer.small', vcpus: 1, ram: 512, disk: 1 }],
    },
  });
  // Nova's own services run elsewhere; here they are only heard of.
  remnant.bus.publish(SUBJECT.from(asId('control'), 'beat'), {
    host: 'control',
    life: 'control',
    connection: { up: true, reason: '' },
  });
  await waitFor('control to be heard of', () => remnant.hosts.all().some(([host]) => host === 'control'));
  return remnant;
}

async function send(
  remnant: TestRemnant,
  { method, path, headers, body }: RecordedCase,
  translate: (text: string) => string,
): Promise<RecordedAnswer> {
  const request: InjectOptions = { method, url: translate(path), headers: pinnedHeaders(headers) };
  const reply = await remnant.http.inject(body === null ? request : { ...request, payload: translate(body) });
  const plain = Object.entries(reply.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value : [String(value)],
  ]);
  return pinnedAnswer({ status: reply.statusCode, headers: Object.fromEntries(plain), body: reply.payload });
}

/** Waits until nothing that was ordered is open. Nova lets one NMI follow the other; here a dump must be over first. */
async function settle(remnant: TestRemnant): Promise<void> {
  const { read } = remnant.store;
  await waitFor('what was ordered to be over', async () => {
    const running = await runningDumps(read);
    if (running.some((dump) => dump.phase === 'sent')) remnant.clock.advance(REACT_S * 1000 + 250);
    const open = await read.selectFrom('commands').where('state', '!=', 'done').select('id').executeTakeFirst();
    return running.length === 0 && open === undefined;
  });
}
