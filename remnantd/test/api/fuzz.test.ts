// Every operation is fuzzed a little on every save; test/chaos/fuzz.test.ts does it at length. FUZZ_SEED draws others.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPERATIONS } from '../../src/api/operations.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { fuzz, TARGETS } from './fuzz.ts';
import type { FuzzWorld } from './fuzz-world.ts';
import { openFuzzWorld } from './fuzz-world.ts';

const RUNS = 25;
let world: FuzzWorld;

beforeAll(async () => {
  world = await openFuzzWorld();
});
afterAll(async () => {
  await world.close();
  expect(world.remnant.errors).toEqual([]);
});

test('every operation is a target', () => {
  expect(TARGETS.map((target) => target.id).toSorted()).toEqual(OPERATIONS.map((one) => one.id).toSorted());
});

test.each(TARGETS.map((target) => [target.id, target] as const))('%s', async (_id, target) => {
  const statuses = await fuzz(world, target, RUNS);
  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(RUNS);
});

const remnant = useRemnant();

test('a body that is too large is 413, and one request makes no more than a hundred servers', async () => {
  const path = '/v2.1/servers';
  const large = await remnant().ask({ method: 'POST', path, token: 'ann:a1a1a1a1', body: { x: 'y'.repeat(200_000) } });
  expect([large.status, Object.keys(large.body)]).toEqual([413, ['overLimit']]);
  const server = { name: 'x', flavorRef: '1', imageRef: '70a599e0-31e7-49b7-b260-868f441e862b', min_count: 1_000_000 };
  const many = await remnant().ask({ method: 'POST', path, token: 'ann:a1a1a1a1', body: { server } });
  expect([many.status, many.message]).toEqual([
    403,
    'Quota exceeded for instances: Requested 1000000, but at most 100 can be made at once',
  ]);
});
