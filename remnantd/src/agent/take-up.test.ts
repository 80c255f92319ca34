// What an agent that died makes of its work: what the guest shows was done is success, and an NMI is never known.

import { describe, expect, it, onTestFinished } from 'vitest';
import { simBench } from '../../test/harness/sim-bench.ts';
import { testClock } from '../../test/harness/test-clock.ts';
import type { Driver } from '../drivers/driver.ts';
import type { CommandKind } from '../model/command.ts';
import type { CommandId, ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { takeUp } from './take-up.ts';

const server = asId<ServerId>('s');
const order = { command: asId<CommandId>('c') };

/** A host whose guest is brought into `state`. */
async function hostWith(state: 'running' | 'paused' | 'off' | 'none' | 'out of reach'): Promise<Driver> {
  const clock = testClock();
  onTestFinished(() => clock.stop());
  const { world, driver } = await simBench(clock, state === 'none' ? [] : [{ id: server, name: 's' }]);
  if (state === 'paused') await driver.pause.pause(server, order);
  if (state === 'off') await driver.powerOff(server, order);
  if (state === 'out of reach') world.host('h').disconnect('cut');
  return driver;
}

const DONE: Record<
  Exclude<CommandKind, 'inject-nmi' | 'dump-memory' | 'after-panic'>,
  'running' | 'paused' | 'off' | 'none' | 'never'
> = {
  create: 'running',
  'power-on': 'running',
  unpause: 'running',
  'power-off': 'off',
  pause: 'paused',
  destroy: 'none',
  resume: 'running',
  suspend: 'off',
  reboot: 'never',
  rescue: 'never',
  unrescue: 'never',
  resize: 'never',
  'revert-resize': 'never',
  rebuild: 'never',
};
const STATES = ['running', 'paused', 'off', 'none', 'out of reach'] as const;
const TABLE = [
  ...Object.entries(DONE).flatMap(([kind, done]) =>
    STATES.map((state) => [kind as CommandKind, state, state === done]),
  ),
  ...STATES.map((state) => ['inject-nmi' as const, state, false]),
] as [CommandKind, (typeof STATES)[number], boolean][];

const nobody = { takeUp: () => Promise.reject(new Error('this is not theirs')) };

describe('work that an agent died over', () => {
  it.each(TABLE)('%s, and the guest is %s: done %s', async (kind, state, done) => {
    const entry = { command: order.command, seq: 1, server, kind, outcome: null, acknowledged: false };
    const outcome = await takeUp(await hostWith(state), entry, { 'dump-memory': nobody, 'after-panic': nobody });
    expect(outcome.result).toBe(done ? 'success' : 'unknown');
    if (outcome.result === 'unknown')
      expect(outcome.reason).toMatch(/^the agent restarted while the \w+ was being \w+/);
  });
});
