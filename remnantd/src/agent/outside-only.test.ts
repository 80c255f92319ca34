// An agent whose driver can do little and see little, as one of bare metal: what it cannot do it says once, in Nova's words; what
// cannot be seen is not looked for, and what could not be read is not taken for silence.

import { describe, expect, it } from 'vitest';
import { agentBench, nmiGrant, SERVER } from '../../test/harness/agent-bench.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import type { Driver, FollowCrash, Sight } from '../drivers/driver.ts';
import { DriverFault } from '../drivers/driver.ts';
import type { Order } from '../model/command.ts';
import type { CommandId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Grant } from '../model/wire.ts';

const ABILITIES: readonly string[] =
  'make pause injectNmi readConsole followCrash guestAgent dumpMemory reset suspend reboot rescue resize readAddresses vitals'.split(
    ' ',
  );

/** What every driver has, of this one. */
function withoutAbilities(driver: Driver): Driver {
  const core = Object.entries(driver).filter(([name]) => !ABILITIES.includes(name));
  return Object.fromEntries(core) as unknown as Driver;
}

/** An agent of machines of which so much can be seen; `reads`: what a try to read a console comes to. */
function outside(
  sight: readonly Sight[],
  reads: FollowCrash['followConsole'] = () => Promise.reject(new DriverFault('failed', 'it has none')),
) {
  const asked = { consoles: 0, ports: 0 };
  const bench = agentBench((driver: Driver) => ({
    ...withoutAbilities(driver),
    injectNmi: { asking: 'at-least-once', latchedWhilePaused: false, boundMs: 112_000, send: async () => {} },
    followCrash: {
      sight: () => Promise.resolve(sight),
      followConsole: (...of) => {
        asked.consoles += 1;
        return reads(...of);
      },
      openPort: () => {
        asked.ports += 1;
        return Promise.reject(new DriverFault('failed', 'a machine has no ports'));
      },
    },
  }));
  const run = async (order: Order, seq = 1) => {
    await waitFor('a claim', () => bench.heard.claims.length > 0);
    const grant: Grant = { ...nmiGrant(seq), order };
    bench.dispatch.grants.push(grant);
    bench.ring();
    const of = asId<CommandId>(`c${seq}`);
    const report = await waitFor('a report', () => bench.heard.reports.find(({ command }) => command === of));
    return report.outcome;
  };
  const told = () => bench.told().filter(({ server }) => server === SERVER);
  return { ...bench, asked, run, details: (kind: string) => told().filter((one) => one.kind === kind) };
}

describe('a machine of which only the power can be seen', () => {
  it('gets its NMI, and is looked at for nothing that is not there', async () => {
    const bench = outside(['power']);
    await bench.start();
    expect(await bench.run({ kind: 'inject-nmi', evidence: true })).toEqual({
      result: 'success',
      meaning: 'at-least-once',
    });
    expect(bench.details('watch').map(({ detail }) => detail)).toEqual(['power']);
    expect(bench.details('nmi-asked')).toMatchObject([
      { detail: 'about to ask for the NMI, which may be sent more than once', facts: { asking: 'at-least-once' } },
    ]);
    expect(bench.details('trouble')).toEqual([]);
    expect(bench.asked).toEqual({ consoles: 1, ports: 0 });
    expect(bench.errors).toEqual([]);
  });

  it('has no memory that could be written', async () => {
    const bench = outside(['power']);
    await bench.start();
    expect(await bench.run({ kind: 'dump-memory' })).toMatchObject({
      result: 'error',
      reason: 'the sim driver has no ability "dumpMemory"',
      details: 'NotImplementedError',
    });
    expect(bench.errors).toEqual([]);
  });

  it('is left alone after its panic: nobody can tell how it stands', async () => {
    const bench = outside(['power']);
    await bench.start();
    const after = (wanted: 'keep' | 'reboot' | 'stop', seq: number) =>
      bench.run({ kind: 'after-panic', wanted, of: asId<CommandId>('nmi') }, seq);
    expect(await after('keep', 1)).toEqual({ result: 'success' });
    for (const [seq, wanted] of (['reboot', 'stop'] as const).entries()) {
      expect(await after(wanted, seq + 2)).toMatchObject({
        result: 'error',
        reason: expect.stringMatching(/^the sim driver cannot tell .*: it is left alone$/),
        details: 'NotImplementedError',
      });
    }
    expect(bench.errors).toEqual([]);
  });
});

describe('a machine whose console can be read', () => {
  it('is followed by it', async () => {
    let print: (text: string) => void = () => {};
    const bench = outside(['power', 'console'], async (_, onText) => {
      print = onText;
      return async () => {};
    });
    await bench.start();
    await bench.run({ kind: 'inject-nmi' });
    print('Kernel panic - not syncing: NMI: Not continuing\n');
    const [panic] = await waitFor(
      'its panic',
      () => bench.details('panic-text').length > 0 && bench.details('panic-text'),
    );
    expect(panic?.detail).toBe('Kernel panic - not syncing: NMI: Not continuing');
    expect(bench.details('watch').map(({ detail }) => detail)).toEqual(['power console']);
    expect(bench.asked).toEqual({ consoles: 1, ports: 0 });
    expect(bench.errors).toEqual([]);
  });
});

describe('a machine whose console is there and cannot be read', () => {
  it('is said so once an NMI, and the console counts as none', async () => {
    const bench = outside(['power', 'console']);
    await bench.start();
    await bench.run({ kind: 'inject-nmi' });
    expect(bench.details('watch').map(({ detail }) => detail)).toEqual(['power']);
    expect(bench.details('trouble').map(({ detail }) => detail)).toEqual(['its console cannot be read']);
    expect(bench.asked).toEqual({ consoles: 1, ports: 0 });
    await bench.run({ kind: 'inject-nmi' }, 2);
    expect(bench.details('trouble')).toHaveLength(2);
    expect(bench.errors).toEqual([]);
  });
});
