// Simulated guests that crash in every way, through the agent to the course of their dump: what the host tells is enough, and
// in the right order, for the verdict.

import { describe, expect, it } from 'vitest';
import { agentBench, nmiGrant, SERVER } from '../../test/harness/agent-bench.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import { courseOf } from '../model/dump-course.ts';

/** Sends an NMI to a guest of `behaviour`; moves the clock on until its dump is over, and gives how it stands. */
async function courseAfterNmi(behaviour: string) {
  const bench = agentBench();
  // One that Remnant made: those have ports.
  const host = bench.world.host('h');
  const planted = host.guests.get(SERVER);
  if (planted === undefined) throw new Error('a host without its guest');
  host.remove(planted);
  host.boot(host.make({ ...planted.spec, metadata: { sim_behaviour: behaviour } }, true));
  const agent = await bench.start();
  await waitFor('a claim', () => bench.heard.claims.length > 0);
  bench.dispatch.grants.push(nmiGrant(1));
  await waitFor('the report', () => bench.heard.reports.length > 0);
  const course = await waitFor('the verdict', () => {
    // Little by little: what the agent and dispatch say to each other has its time, too.
    bench.clock.advance(20);
    const now = courseOf(
      bench.told().filter((entry) => entry.server === SERVER),
      false,
    );
    return now.judgement !== null && now;
  });
  return { course, kept: agent.artefacts.list(), errors: bench.errors };
}

describe('a guest that', () => {
  it.each([
    ['panics', 'panicked', 'panicked_without_dump', 0],
    ['kdump', 'crashloaded', 'captured', 1],
    ['kdump-silent', 'crashloaded', 'captured', 1],
    ['kdump-fails', 'crashloaded', 'panicked_without_dump', 0],
    ['kdump-broken', 'crashloaded', 'panicked_without_dump', 0],
    ['ignores', 'ignored', 'ignored', 0],
  ])('%s: %s, %s, and %i artefacts', async (behaviour, reaction, verdict, artefacts) => {
    const { course, kept, errors } = await courseAfterNmi(behaviour);
    expect(course.reaction).toBe(reaction);
    expect(course.judgement?.verdict).toBe(verdict);
    expect(kept).toHaveLength(artefacts);
    expect(errors).toEqual([]);
  });
});
