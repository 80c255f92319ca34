// Bad input gets a clear 4xx, never a 5xx, and changes nothing (R7): random requests against one operation, each answer held
// against what the OpenAPI document declares, and the database against what it was.

import * as fc from 'fast-check';
import { OPERATIONS } from '../../src/api/operations.ts';
import { openApiDocument } from '../../src/http/openapi.ts';
import type { Ask } from '../harness/http-client.ts';
import { wrongWith } from './fuzz-answers.ts';
import type { FuzzWords } from './fuzz-requests.ts';
import { curlOf, requestsFor } from './fuzz-requests.ts';
import type { FuzzTarget } from './fuzz-targets.ts';
import { fuzzTargets } from './fuzz-targets.ts';
import type { FuzzWorld } from './fuzz-world.ts';

/** Another seed draws other requests. Each operation has one of its own by it. */
export const SEED = Number(process.env['FUZZ_SEED'] ?? 20);

/** Every operation there is. */
export const TARGETS: readonly FuzzTarget[] = fuzzTargets(
  JSON.parse(JSON.stringify(openApiDocument(OPERATIONS, 'fuzz'))) as Record<string, unknown>,
);

/** Operations whose 400 tells how what they did came out: it is recorded. */
const DONE_BY_400 = new Set(['servers.inject-nmi', 'servers.inject-nmi-put']);

/** How many answers of each status an operation gave. */
export type Statuses = ReadonlyMap<number, number>;

/** Sends `runs` requests to `target`. Throws an Error with the smallest request that went wrong, and how to send it again. */
export async function fuzz(world: FuzzWorld, target: FuzzTarget, runs: number): Promise<Statuses> {
  const statuses = new Map<number, number>();
  const requests = requestsFor(target, wordsOf(world));
  const check = async (ask: Ask) => {
    const wrong = await wrongAfter(world, target, ask, statuses);
    if (wrong !== null) throw new Error(wrong);
  };
  const result = await fc.check(fc.asyncProperty(requests, check), {
    seed: SEED + TARGETS.indexOf(target),
    numRuns: runs,
  });
  const [smallest] = result.counterexample ?? [];
  if (result.failed && smallest !== undefined) {
    const why = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
    throw new Error(`${target.id}: ${why}\n${curlOf(smallest).slice(0, 2_000)}\nFUZZ_SEED=${SEED}`);
  }
  if (result.failed) throw new Error(`${target.id}: ${fc.defaultReportMessage(result)}`);
  return statuses;
}

async function wrongAfter(
  world: FuzzWorld,
  target: FuzzTarget,
  ask: Ask,
  statuses: Map<number, number>,
): Promise<string | null> {
  const before = await world.digest();
  const answer = await world.remnant.ask(ask);
  statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
  const isRead = target.method === 'GET' || target.method === 'HEAD';
  const changes = !isRead && (answer.status < 400 || (answer.status === 400 && DONE_BY_400.has(target.id)));
  if (!changes && (await world.digest()) !== before) {
    await world.restore();
    return `${answer.status}, and the database has changed`;
  }
  if (changes) await world.restore();
  return wrongWith(target, answer);
}

function wordsOf({ tokens, words }: FuzzWorld): FuzzWords {
  const bodies = OPERATIONS.map(({ id, body = [] }) => [id, body.map(({ schema }) => schema)] as const);
  return { tokens: Object.values(tokens), ...words, bodies: new Map(bodies) };
}
