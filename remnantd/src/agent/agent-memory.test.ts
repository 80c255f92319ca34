// An agent that is told to dump a guest's memory: it runs at most once, is told of before its outcome, and an agent that
// finds one begun by an earlier life says what became of it.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentBench, nmiGrant, SERVER } from '../../test/harness/agent-bench.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import type { CommandId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { openDurableLog } from './durable-log.ts';
import { Ledger } from './ledger.ts';

const GRANT = nmiGrant(1, { order: { kind: 'dump-memory' } });
const COMMAND = asId<CommandId>('c1');

type Bench = ReturnType<typeof agentBench>;
const reported = (bench: Bench) => waitFor('the report', () => bench.heard.reports[0]);
const told = (bench: Bench) => bench.told().flatMap(({ kind, command }) => (command === COMMAND ? [kind] : []));

describe('the memory of a guest', () => {
  it('is dumped once, however often it is granted, and told of before the outcome', async () => {
    const bench = agentBench();
    const agent = await bench.start();
    bench.dispatch.grants.push(GRANT, { ...GRANT, first: false });
    expect((await reported(bench)).outcome).toEqual({ result: 'success' });
    expect(told(bench)).toEqual(['memory-asked', 'memory-dump']);
    bench.dispatch.grants.push({ ...GRANT, first: false });
    await waitFor('it to be taken', () => bench.dispatch.grants.length === 0);
    expect(agent.artefacts.list()).toMatchObject([{ server: SERVER, source: 'hypervisor', command: COMMAND }]);
    expect(bench.world.nmis()).toEqual([]);
  });

  it('that an agent was killed over is an error: nothing of it is left', async () => {
    const bench = agentBench();
    const ledger = await Ledger.open(join(bench.stateDir, 'ledger.jsonl'), openDurableLog);
    await ledger.named('ledger');
    await ledger.begin({ command: COMMAND, seq: 1, server: SERVER, kind: 'dump-memory' });
    await ledger.close();
    await bench.start();
    const { outcome } = await reported(bench);
    expect(outcome).toMatchObject({ result: 'error', reason: expect.stringMatching(/nothing of it is left/) });
    expect(told(bench)).toEqual(['memory-failed']);
  });

  it('that an agent had kept when it was killed is a success, and told of again', async () => {
    const bench = agentBench();
    const first = await bench.start();
    const bytes = (async function* () {
      yield Buffer.from('all of it');
    })();
    const what = { server: SERVER, source: 'hypervisor', format: 'elf', command: COMMAND } as const;
    const { id } = await first.artefacts.keep(what, bytes);
    await bench.stop();
    const ledger = await Ledger.open(join(bench.stateDir, 'ledger.jsonl'), openDurableLog);
    await ledger.begin({ command: COMMAND, seq: 1, server: SERVER, kind: 'dump-memory' });
    await ledger.close();
    await bench.start();
    expect((await reported(bench)).outcome).toEqual({ result: 'success' });
    const entry = bench.told().find(({ kind }) => kind === 'memory-dump');
    expect(entry).toMatchObject({ command: COMMAND, facts: { artefact: { id, source: 'hypervisor' } } });
  });
});

it('a guest whose memory is written may be powered off: that ends it', async () => {
  const bench = agentBench();
  const { spec } = bench.world.host('h').guests.get(SERVER) ?? {};
  if (spec === undefined) throw new Error('there is no guest');
  bench.world.plantGuest('h', { ...spec, metadata: { sim_memory: 'stuck' } });
  await bench.start();
  bench.dispatch.grants.push(GRANT);
  await waitFor('the guest to stand', () => bench.world.host('h').guests.get(SERVER)?.held === true);
  // Nothing but what ends the guest is granted now; the agent does not stand in its way.
  await waitFor('a claim', () => bench.heard.claims.at(-1)?.holding.includes(COMMAND));
  expect(bench.heard.claims.at(-1)?.busy).toEqual([]);
  bench.dispatch.grants.push(nmiGrant(2, { order: { kind: 'power-off' } }));
  await waitFor('both reports', () => new Set(bench.heard.reports.map(({ command }) => command)).size === 2);
  const outcomes = Object.fromEntries(bench.heard.reports.map(({ command, outcome }) => [command, outcome.result]));
  expect(outcomes).toEqual({ c1: 'error', c2: 'success' });
});
