// What an earlier life of the agent kept and did not live to tell of, or had begun with a guest that nobody had asked it for: the
// next one tells of it, and ends it.

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { agentBench, SERVER } from '../../test/harness/agent-bench.ts';
import { flatDump } from '../../test/harness/flat-dump.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import type { CommandId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { POWER_STATE } from '../model/power-state.ts';
import { KeptFiles } from './after-panic/kept-file.ts';

const COMMAND = asId<CommandId>('c1');

it.each([
  ['picture', 'png'],
  ['memory-dump', 'elf'],
] as const)('a %s is told of once, as what it is', async (kind, format) => {
  const bench = agentBench();
  const first = await bench.start();
  const bytes = (async function* () {
    yield Buffer.from('all of it');
  })();
  const what = { server: SERVER, source: 'hypervisor', format, command: COMMAND } as const;
  const { id } = await first.artefacts.keep(what, bytes);
  await bench.stop();
  const told = () => bench.told().filter((entry) => entry.facts?.artefact?.id === id);
  for (let life = 0; life < 2; life += 1) {
    const next = await bench.start();
    await waitFor('it to be told', () => told().length > 0);
    await waitFor('that to be on record', () => next.artefacts.untold().length === 0);
    await bench.stop();
  }
  expect(told()).toEqual([
    expect.objectContaining({ kind, command: COMMAND, server: SERVER, facts: { artefact: expect.anything() } }),
  ]);
  expect(told()[0]?.facts?.artefact).toMatchObject({ source: 'hypervisor', format, bytes: 9 });
});

it('a dump that ended broken is told of once, with why', async () => {
  const bench = agentBench();
  const first = await bench.start();
  const capture = await first.artefacts.begin(SERVER);
  capture.take(flatDump(100_000).subarray(0, 50_000));
  await capture.finish('the guest closed its port before its dump was whole');
  await bench.stop();
  const told = () => bench.told().filter(({ kind }) => kind === 'capture-broken');
  for (let life = 0; life < 2; life += 1) {
    const next = await bench.start();
    await waitFor('it to be told', () => told().length > 0);
    await waitFor('that to be on record', () => next.artefacts.untoldBroken().length === 0);
    await bench.stop();
  }
  const detail = 'the guest closed its port before its dump was whole';
  expect(told()).toMatchObject([{ server: SERVER, detail, facts: { artefact: { bytes: 50_000 } } }]);
  expect(told()[0]?.facts?.hostFault).toBeUndefined();
});

it('a guest that was let go on for its text alone does not run on', async () => {
  const bench = agentBench();
  const { files } = await KeptFiles.open(join(bench.stateDir, 'after-panic'));
  await files.put(SERVER, { command: asId<CommandId>('by-itself'), wanted: 'keep', stage: 'text' });
  await bench.start();
  const { guests } = bench.world.host('h');
  await waitFor('it to stand', () => guests.get(SERVER)?.powerState === POWER_STATE.paused);
});
