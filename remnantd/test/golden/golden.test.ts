// Replays the recorded answers of a real Nova, in their order, against a whole Remnant on the same fixtures (R6).

import { expect, test } from 'vitest';
import { runningDumps } from '../../src/db/dumps.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import type { TestRemnant } from '../harness/open-remnant.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';
import { differences } from './compare.ts';
import { EXCEPTIONS } from './exceptions.ts';
import type { GoldenCase } from './golden-data.ts';
import { goldenCases, goldenFixtures } from './golden-data.ts';
import { COMPUTE_HOSTS, seedGolden } from './seed.ts';

const RECORDED_AT = '127.0.0.1:18774';
const REACT_S = 1;

test('recorded answers of a real Nova', async () => {
  const fixtures = goldenFixtures();
  const remnant = await openRemnant({
    hosts: COMPUTE_HOSTS,
    before: (store, world) => seedGolden(store, world, fixtures),
    config: {
      liveness: { unknown_after: 86_400 },
      dumps: { react: REACT_S },
      flavors: [{ id: '1', name: 'peer.small', vcpus: 1, ram: 512, disk: 1 }],
    },
  });
  try {
    // Nova's own services run elsewhere; here they are only heard of.
    remnant.bus.publish(SUBJECT.beat, { host: 'control', life: 'control', connection: { up: true, reason: '' } });
    const excepted = new Set(Object.values(EXCEPTIONS).flat());
    const failed: string[] = [];
    const passed: string[] = [];
    for (const one of goldenCases()) {
      const found = await replay(remnant, one, fixtures.ids);
      if (found === null) continue;
      if (found.length === 0) passed.push(one.name);
      else if (!excepted.has(one.name)) failed.push(`${one.name}: ${found.slice(0, 4).join('; ')}`);
    }
    expect(failed).toEqual([]);
    expect(
      passed.filter((name) => excepted.has(name)),
      'no exceptions any more: take them off the list',
    ).toEqual([]);
    const names = new Set(goldenCases().map((one) => one.name));
    expect([...excepted].filter((name) => !names.has(name))).toEqual([]);
  } finally {
    await remnant.close();
  }
  expect(remnant.errors).toEqual([]);
});

/** What differs; null when nothing was recorded. */
async function replay(
  remnant: TestRemnant,
  one: GoldenCase,
  ids: Readonly<Record<string, string>>,
): Promise<string[] | null> {
  const answer = await remnant.ask({
    method: one.method,
    path: one.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? name),
    headers: { ...one.headers, host: RECORDED_AT },
    ...(one.body === undefined ? {} : { body: one.body }),
  });
  // Nova let one NMI follow the other; here a dump must be over first.
  if (answer.status === 202) await endDumps(remnant);
  return one.answer === undefined ? null : differences(one.answer, answer);
}

async function endDumps(remnant: TestRemnant): Promise<void> {
  await waitFor('running dumps to be over', async () => {
    const running = await runningDumps(remnant.store.read);
    if (running.some((dump) => dump.phase === 'sent')) remnant.clock.advance(REACT_S * 1000 + 250);
    return running.length === 0;
  });
}
