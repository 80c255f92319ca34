// An agent against a dispatch that repeats, refuses and forgets: each command runs at most once and is reported until heard.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentBench, nmiGrant, SERVER } from '../../test/harness/agent-bench.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import type { Driver } from '../drivers/driver.ts';
import { ability } from '../drivers/driver.ts';
import { openDurableLog } from './durable-log.ts';

type Bench = ReturnType<typeof agentBench>;
const greeted = (bench: Bench, times = 1) =>
  waitFor(`hello ${times}`, () => bench.heard.hellos.length >= times && bench.heard.claims.length > 0);
const reported = (bench: Bench, times = 1) =>
  waitFor(`report ${times}`, () => bench.heard.reports.length >= times && bench.heard.reports.at(-1));
/** Waits until the agent has asked for work `more` times again: what it did with the last grant is then begun. */
const asked = (bench: Bench, more: number) => {
  const before = bench.heard.claims.length;
  return waitFor('more claims', () => bench.heard.claims.length >= before + more);
};

/** Drivers whose NMIs are answered after `answered`. */
const slowNmi = (answered: () => Promise<void>) => (driver: Driver) => {
  const injectNmi = ability(driver, 'injectNmi');
  const send: typeof injectNmi.send = async (...of) => {
    await injectNmi.send(...of);
    await answered();
  };
  return { ...driver, injectNmi: { ...injectNmi, send } };
};

const isBegin = (record: unknown) => typeof record === 'object' && record !== null && 'begin' in record;

describe('a grant', () => {
  it('that is delivered twice runs once', async () => {
    const bench = agentBench();
    await bench.start();
    await greeted(bench);
    bench.dispatch.grants.push(nmiGrant(1), nmiGrant(1, { first: false }));
    expect(await reported(bench)).toEqual({
      host: 'h',
      command: 'c1',
      outcome: { result: 'success', meaning: 'exactly-asked' },
    });
    bench.dispatch.grants.push(nmiGrant(1, { first: false }));
    await asked(bench, 3);
    expect(bench.world.nmis()).toHaveLength(1);
    expect(new Set(bench.heard.reports.map((report) => report.command))).toEqual(new Set(['c1']));
  });

  it('that is delivered again to a restarted agent runs no second time', async () => {
    const bench = agentBench();
    await bench.start();
    await greeted(bench);
    bench.dispatch.grants.push(nmiGrant(1));
    await reported(bench);
    await bench.stop();
    bench.dispatch.grants.push(nmiGrant(1, { first: false }));
    await bench.start();
    await greeted(bench, 2);
    await asked(bench, 2);
    expect(bench.world.nmis()).toHaveLength(1);
    // The ledger it was given to is the same one.
    expect(new Set(bench.heard.claims.map((claim) => claim.ledger)).size).toBe(1);
  });

  it('that took longer to come than it is good for is not acted on', async () => {
    const bench = agentBench();
    await bench.start();
    await greeted(bench);
    bench.dispatch.grants.push(nmiGrant(1, { validMs: 0 }));
    expect((await reported(bench)).outcome).toMatchObject({ result: 'error', details: 'MessagingTimeout' });
    expect(bench.world.nmis()).toEqual([]);
  });

  it('that is the last there is lets it ask again when that is done, or it is rung', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const bench = agentBench(slowNmi(() => answered));
    await bench.start();
    await greeted(bench);
    bench.clock.freeze();
    bench.dispatch.saysLast = true;
    bench.dispatch.grants.push(nmiGrant(1));
    bench.ring();
    await waitFor('the NMI', () => bench.world.nmis().length === 1);
    const holding = () => bench.heard.claims.filter((claim) => claim.holding.includes(nmiGrant(1).command));
    expect(holding()).toEqual([]);
    bench.ring();
    await waitFor('a claim for the ring', () => holding().length === 1);
    expect(holding()[0]).toMatchObject({ rung: true });
    answer();
    const more = await waitFor('a claim once it is done', () => holding()[1]);
    expect(more.rung).toBeUndefined();
  });

  it('of an NMI finds its guest looked at, where it was rung for it', async () => {
    const looks: string[] = [];
    const bench = agentBench((driver) => ({
      ...driver,
      guest: (id) => {
        looks.push(id);
        return driver.guest(id);
      },
    }));
    await bench.start();
    await greeted(bench);
    bench.ring({ nmi: SERVER });
    await waitFor('the look', () => looks.length === 1);
    bench.dispatch.grants.push(nmiGrant(1));
    bench.ring();
    expect((await reported(bench)).outcome.result).toBe('success');
    expect(looks).toEqual([SERVER]);
  });

  it('is asked for at once when the bell rings, and not before the hello was answered', async () => {
    const bench = agentBench();
    bench.dispatch.refuse.add('hello');
    await bench.start();
    await waitFor('two hellos', () => bench.heard.hellos.length >= 2);
    bench.ring();
    expect(bench.heard.claims).toEqual([]);
    bench.dispatch.refuse.clear();
    await waitFor('a claim', () => bench.heard.claims.length > 0);
  });

  it('that cannot be written into the ledger is not run; granted again, it is', async () => {
    const bench = agentBench();
    let full = true;
    await bench.start(async (path) => {
      const { log, records } = await openDurableLog(path);
      return {
        records,
        log: {
          ...log,
          append: (record) => (full && isBegin(record) ? Promise.reject(new Error('disk full')) : log.append(record)),
        },
      };
    });
    await greeted(bench);
    bench.dispatch.grants.push(nmiGrant(1));
    await waitFor('the error', () => bench.errors.some((error) => error.includes('disk full')));
    expect(bench.world.nmis()).toEqual([]);
    full = false;
    bench.dispatch.grants.push(nmiGrant(1, { first: false }));
    expect((await reported(bench)).outcome.result).toBe('success');
    expect(bench.world.nmis()).toHaveLength(1);
  });
});

describe('a command that is just being written down', () => {
  /** An agent that was granted a command and is writing it down until `letGo`. */
  async function writing() {
    const bench = agentBench();
    let letGo: (() => void) | null = null;
    await bench.start(async (path) => {
      const { log, records } = await openDurableLog(path);
      const append: typeof log.append = async (record) => {
        if (isBegin(record)) await new Promise<void>((resolve) => (letGo = resolve));
        return log.append(record);
      };
      return { records, log: { ...log, append } };
    });
    await greeted(bench);
    bench.dispatch.grants.push(nmiGrant(1));
    await waitFor('the ledger to be asked', () => letGo !== null);
    return { bench, letGo: () => letGo?.() };
  }

  it('is finished by a stop that comes meanwhile', async () => {
    const { bench, letGo } = await writing();
    const stopped = bench.stop();
    letGo();
    await stopped;
    expect(bench.heard.reports.map(({ outcome }) => outcome.result)).toEqual(['success']);
    expect(bench.world.nmis()).toHaveLength(1);
  });

  it('is not taken for an old one when the connection comes back meanwhile', async () => {
    const { bench, letGo } = await writing();
    bench.world.host('h').disconnect('cut');
    bench.world.host('h').reconnect();
    await greeted(bench, 2);
    await waitFor(
      'the second hello to be over',
      // Two hellos told it, and between them the note of the NMI.
      () => bench.told().filter((entry) => entry.kind === 'state').length === 3,
    );
    letGo();
    expect((await reported(bench)).outcome.result).toBe('success');
    expect(bench.heard.reports).toHaveLength(1);
  });
});

describe('a report', () => {
  it('is repeated until it is acknowledged, and the command is held until then', async () => {
    const bench = agentBench();
    bench.dispatch.refuse.add('report');
    await bench.start();
    await greeted(bench);
    bench.dispatch.grants.push(nmiGrant(1));
    await reported(bench, 3);
    expect(bench.heard.claims.at(-1)).toMatchObject({ holding: ['c1'], busy: [] });
    bench.dispatch.refuse.clear();
    await waitFor('the command to be let go', () => bench.heard.claims.at(-1)?.holding.length === 0);
    const heard = bench.heard.reports.length;
    await asked(bench, 3);
    expect(bench.heard.reports).toHaveLength(heard);
    expect(new Set(bench.heard.reports.map((report) => JSON.stringify(report))).size).toBe(1);
  });

  it('outlives the agent', async () => {
    const bench = agentBench();
    bench.dispatch.refuse.add('report');
    await bench.start();
    await greeted(bench);
    bench.dispatch.grants.push(nmiGrant(1));
    await reported(bench);
    await bench.stop();
    bench.dispatch.refuse.clear();
    const before = bench.heard.reports.length;
    await bench.start();
    await reported(bench, before + 1);
    expect(bench.heard.reports.at(-1)?.outcome).toEqual({ result: 'success', meaning: 'exactly-asked' });
    expect(bench.world.nmis()).toHaveLength(1);
  });
});

describe('a ledger that was lost', () => {
  const lose = async (bench: Bench, first: boolean) => {
    bench.dispatch.commandSeq = 7;
    await bench.start();
    await greeted(bench);
    bench.dispatch.grants.push(nmiGrant(7, { first }));
    return reported(bench);
  };

  it('makes an older command unknown, unless it was never granted before', async () => {
    const bench = agentBench();
    expect((await lose(bench, false)).outcome).toMatchObject({
      result: 'unknown',
      reason: expect.stringContaining('older than the ledger'),
    });
    expect(bench.world.nmis()).toEqual([]);
  });

  it('runs one that was queued before and is granted for the first time', async () => {
    const bench = agentBench();
    expect((await lose(bench, true)).outcome.result).toBe('success');
    expect(bench.world.nmis()).toHaveLength(1);
  });

  it('holds for a younger one granted again: it cannot have been run', async () => {
    const bench = agentBench();
    bench.dispatch.commandSeq = 7;
    await bench.start();
    await greeted(bench);
    bench.dispatch.grants.push(nmiGrant(8, { first: false }));
    expect((await reported(bench)).outcome.result).toBe('success');
  });

  it('begins again above what there is now', async () => {
    const bench = agentBench();
    await bench.start();
    await greeted(bench);
    await bench.stop();
    const ledger = join(bench.stateDir, 'ledger.jsonl');
    expect(existsSync(ledger)).toBe(true);
    rmSync(ledger);
    expect((await lose(bench, false)).outcome.result).toBe('unknown');
  });
});

describe('an agent that died while a command ran', () => {
  it('says so, and sends no second NMI', async () => {
    const bench = agentBench();
    const { log } = await openDurableLog(join(bench.stateDir, 'ledger.jsonl'));
    await log.append({ floor: 0 });
    await log.append({ begin: { command: 'c1', seq: 1, server: SERVER, kind: 'inject-nmi' } });
    await log.close();
    await bench.start();
    expect(await reported(bench)).toMatchObject({
      command: 'c1',
      outcome: { result: 'unknown', reason: 'the agent restarted while the NMI was being sent' },
    });
    expect(bench.world.nmis()).toEqual([]);
  });
});
