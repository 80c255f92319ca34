// Ready or not, by what is there; strangers get counts and plain words, the operator gets the details, once for each change.

import { expect, onTestFinished, test } from 'vitest';
import { testClock } from '../../test/harness/test-clock.ts';
import type { ReadinessDeps } from './readiness.ts';
import { readinessJudge } from './readiness.ts';

function setUp(more: Partial<ReadinessDeps> = {}) {
  const clock = testClock();
  clock.freeze();
  onTestFinished(() => clock.stop());
  const changes: string[] = [];
  const judge = readinessJudge({
    clock,
    schema: async () => 'current',
    identity: () => null,
    policy: () => null,
    bus: () => null,
    hosts: () => ({ met: 1, of: 1 }),
    onChange: (check, detail) => changes.push(`${check.name} ${check.state}: ${detail}`),
    ...more,
  });
  const now = async () => {
    const { ready, checks } = await judge.now();
    const wrong = checks
      .filter(({ state }) => state !== 'ok')
      .map(({ name, state, reason }) => `${name} ${state}: ${reason}`);
    return { ready, wrong };
  };
  return { clock, judge, now, changes };
}

test('hosts: all met, none to meet, some met is a warning, none met is not ready', async () => {
  const hosts = { met: 0, of: 0 };
  const { now } = setUp({ hosts: () => hosts });
  expect(await now()).toEqual({ ready: true, wrong: [] });
  hosts.of = 3;
  expect(await now()).toEqual({ ready: false, wrong: ['hosts missing: 0 of 3 hosts of this process met'] });
  hosts.met = 2;
  expect(await now()).toEqual({ ready: true, wrong: ['hosts warning: 2 of 3 hosts of this process met'] });
  hosts.met = 3;
  expect(await now()).toEqual({ ready: true, wrong: [] });
});

test('an identity that cannot be asked is missing; a policy that was refused is a warning; neither tells its details', async () => {
  const { now, changes } = setUp({ identity: () => 'https://inside.example: refused', policy: () => '/etc/x: line 3' });
  expect(await now()).toEqual({
    ready: false,
    wrong: [
      'identity missing: tokens cannot be checked',
      'policy warning: the policy files were refused; the rules before them are in force',
    ],
  });
  expect(changes).toEqual(['identity missing: https://inside.example: refused', 'policy warning: /etc/x: line 3']);
});

test('a bus that is away is a warning: no balancer takes all processes out at once; its address stays ours', async () => {
  let problem: string | null = 'nats://inside.example:4222: connection refused';
  const { now, changes } = setUp({ bus: () => problem });
  expect(await now()).toEqual({ ready: true, wrong: ['bus warning: the bus cannot be reached'] });
  problem = null;
  expect(await now()).toEqual({ ready: true, wrong: [] });
  expect(changes).toEqual(['bus warning: nats://inside.example:4222: connection refused', 'bus ok: null']);
});

test('a database that fails, or does not answer in two seconds, is missing', async () => {
  const failing = setUp({ schema: () => Promise.reject(new Error('disk I/O error')) });
  const wrong = [
    'database missing: the database does not answer',
    'migrations missing: not known: the database does not answer',
  ];
  expect(await failing.now()).toEqual({ ready: false, wrong });
  expect(failing.changes[0]).toBe('database missing: Error: disk I/O error');

  const silent = setUp({ schema: () => new Promise(() => {}) });
  const asked = silent.now();
  silent.clock.advance(2_000);
  expect(await asked).toEqual({ ready: false, wrong });
});

test('a schema that is not the newest is told', async () => {
  const { now } = setUp({ schema: async () => 'older' });
  expect((await now()).wrong).toEqual(['migrations missing: the database has not been brought to the newest schema']);
});

test('a change is told once, and so is its end', async () => {
  let problem: string | null = 'x';
  const { now, changes } = setUp({ identity: () => problem });
  await now();
  await now();
  problem = null;
  await now();
  await now();
  expect(changes).toEqual(['identity missing: x', 'identity ok: null']);
});

test('however many ask at a time, the database is asked once', async () => {
  let asked = 0;
  const { judge } = setUp({
    schema: async () => {
      asked += 1;
      return 'current';
    },
  });
  await Promise.all(Array.from({ length: 50 }, () => judge.now()));
  expect(asked).toBe(1);
  await judge.now();
  expect(asked).toBe(2);
});
