// An agent and where its guests can be reached: told after they begin to run, before the outcome of the command that made them.

import { expect, it } from 'vitest';
import { agentBench, nmiGrant, SERVER } from '../../test/harness/agent-bench.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import type { Order } from '../model/command.ts';

const grantOf = (seq: number, order: Order) => nmiGrant(seq, { order });

/** A host whose guest is on a network, and off; its driver says where it is only when the test lets it. */
async function host(metadata: Record<string, string> = {}) {
  const gate = Promise.withResolvers<void>();
  const asked: string[] = [];
  const bench = agentBench((driver) => ({
    ...driver,
    readAddresses: {
      async addresses(guest) {
        asked.push(guest);
        await gate.promise;
        return (await driver.readAddresses?.addresses(guest)) ?? null;
      },
    },
  }));
  bench.world.plantGuest('h', { id: SERVER, name: 'g', network: true, metadata });
  const there = bench.world.host('h').guests.get(SERVER);
  if (there === undefined) throw new Error('it was planted');
  bench.world.host('h').cutPower(there);
  await bench.start();
  await waitFor('a claim', () => bench.heard.claims.length > 0);
  const told = () => bench.told().filter(({ kind }) => kind === 'addresses');
  return { bench, gate, asked, told };
}

it('who hears that a guest runs knows where it is', async () => {
  const { bench, gate, asked, told } = await host();
  bench.clock.freeze();
  bench.dispatch.grants.push(grantOf(1, { kind: 'power-on' }));
  bench.ring();
  await waitFor('the look', () => asked.length > 0);
  expect(bench.heard.reports).toEqual([]);
  gate.resolve();
  bench.clock.thaw();
  await waitFor('the report', () => bench.heard.reports.length > 0);
  expect(bench.heard.reports[0]).toMatchObject({ command: 'c1', outcome: { result: 'success' } });
  const entry = {
    version: 4,
    type: 'fixed',
    addr: expect.stringMatching(/^10\./),
    mac: expect.stringMatching(/^52:54:/),
  };
  expect(told()).toMatchObject([{ server: SERVER, facts: { addresses: { private: [entry] } } }]);
  expect(told()[0]?.detail).toBe(told()[0]?.facts?.addresses?.['private']?.[0]?.addr);
  expect(bench.errors).toEqual([]);
});

it('a driver that does not say holds an outcome up for a second', async () => {
  const { bench, asked, told } = await host();
  bench.dispatch.grants.push(grantOf(1, { kind: 'power-on' }));
  bench.ring();
  await waitFor('the look', () => asked.length > 0);
  bench.clock.advance(1_000);
  await waitFor('the report', () => bench.heard.reports.length > 0);
  expect(told()).toEqual([]);
});

it('one that gets its address late is told of then', async () => {
  const { bench, gate, told } = await host({ sim_address_ms: '5000' });
  gate.resolve();
  bench.dispatch.grants.push(grantOf(1, { kind: 'power-on' }));
  bench.ring();
  await waitFor('the report', () => bench.heard.reports.length > 0);
  expect(told()).toEqual([]);
  await waitFor('the address', () => {
    bench.clock.advance(500);
    return told().length > 0;
  });
});
