// What follows a panic, and what a new life of the agent makes of what an old one had begun: a reset is never made twice, and a
// guest that was let go on for its text never runs on unseen.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { simBench } from '../../../test/harness/sim-bench.ts';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { testClock } from '../../../test/harness/test-clock.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import type { Driver, GuestEvent, GuestMaker } from '../../drivers/driver.ts';
import { ability, DriverFault } from '../../drivers/driver.ts';
import type { PauseGuest } from '../../drivers/guest-life.ts';
import type { AfterPanic } from '../../model/dump-wishes.ts';
import type { CommandId, ServerId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import type { Evidence } from '../../model/wire.ts';
import { AfterPanics } from './after-panic.ts';

const SERVER = asId<ServerId>('8f6f0c9e-58c4-4d3c-8a57-0d7a56a7a3b1');
const NMI = asId<CommandId>('nmi');
const COMMAND = asId<CommandId>('after');
const NEVER = () => new Promise<never>(() => {});

/** A host whose one guest has panicked. */
async function setUp(behaviour = 'panics') {
  const clock = testClock();
  onTestFinished(() => clock.stop());
  const guest = { id: SERVER, name: 'g', metadata: { sim_behaviour: behaviour } };
  const { world, driver } = await simBench(clock, [guest]);
  const stateDir = tempDir();
  const seen: Omit<Evidence, 'seq'>[] = [];
  const failed: unknown[] = [];
  let resets = 0;
  const counted: GuestMaker = {
    ...driver,
    reset: {
      reset: (...of) => {
        resets += 1;
        return ability(driver, 'reset').reset(...of);
      },
    },
  };
  /** A life of the agent on this host; what is in `stuck` never comes to an end in it. */
  const live = ({ unpause, ...stuck }: Partial<Driver & PauseGuest> = {}) =>
    AfterPanics.open({
      driver: { ...counted, pause: { ...counted.pause, ...(unpause === undefined ? {} : { unpause }) }, ...stuck },
      clock,
      stateDir,
      see: (entry) => seen.push(entry),
      onError: (_, error) => failed.push(error),
    });
  const order = (wanted: AfterPanic) => ({ kind: 'after-panic', wanted, of: NMI }) as const;
  const state = () => world.host('h').guests.get(SERVER)?.powerState;
  await ability(driver, 'injectNmi').send(SERVER, { command: NMI });
  if (behaviour !== 'ignores') await waitFor('the panic', () => state() === POWER_STATE.crashed);
  /** Lets `after` hear what the guest does, as the agent does. */
  const listen = (after: AfterPanics) =>
    world.host('h').attach({ guestEvent: (told) => void after.isOurs(told), connection: () => {} });
  const records = () => readdirSync(join(stateDir, 'after-panic'));
  return { clock, world, driver, listen, records, seen, failed, live, order, state, resets: () => resets };
}

const event = (kind: GuestEvent['kind']): GuestEvent => ({ guest: SERVER, kind, detail: '', at: 1 });

describe('a guest that panicked', () => {
  test.each([
    ['keep', POWER_STATE.paused, 0],
    ['reboot', POWER_STATE.running, 1],
    ['stop', POWER_STATE.shutdown, 0],
  ] as const)('%s: its text is told, once, and it is left so', async (then, left, resets) => {
    const bench = await setUp();
    const after = await bench.live();
    expect(await after.run(SERVER, COMMAND, bench.order(then))).toEqual({ result: 'success' });
    expect([bench.state(), bench.resets()]).toEqual([left, resets]);
    const [text, ...more] = bench.seen.filter((entry) => entry.kind === 'panic-text');
    expect(more).toEqual([]);
    expect(text).toMatchObject({ command: NMI, facts: { panic: { reason: expect.stringContaining('not syncing') } } });
    expect(text?.detail).not.toContain('syncing');
    expect(bench.seen.filter((entry) => entry.kind === 'rebooted')).toHaveLength(resets);
  });

  test('that is kept is shown as crashed, also by the next life, until somebody lets it go on', async () => {
    const bench = await setUp();
    const after = await bench.live();
    await after.run(SERVER, COMMAND, bench.order('keep'));
    // Our own doings are told late, and once each.
    expect([after.isOurs(event('resumed')), after.isOurs(event('paused'))]).toEqual([true, true]);
    const next = await bench.live();
    for (const one of [after, next]) expect(one.shown(SERVER, POWER_STATE.paused)).toBe(POWER_STATE.crashed);
    expect(next.shown(SERVER, POWER_STATE.running)).toBe(POWER_STATE.running);
    expect(next.isOurs(event('resumed'))).toBe(false);
    expect(next.shown(SERVER, POWER_STATE.paused)).toBe(POWER_STATE.paused);
  });

  test('and whose host was lost while its text came out is kept once that is back; what was asked for may have been done', async () => {
    const bench = await setUp();
    let lost = false;
    const after = await bench.live({
      unpause: async (...of) => {
        await bench.driver.pause.unpause(...of);
        lost = true;
      },
      guest: (id) => {
        if (lost) throw new DriverFault('connection-lost', 'cut');
        return bench.driver.guest(id);
      },
    });
    const run = after.run(SERVER, COMMAND, bench.order('reboot'));
    await expect(run).rejects.toMatchObject({ code: 'connection-lost', asked: 'maybe' });
    await after.endLeft();
    expect(bench.state()).toBe(POWER_STATE.running);
    lost = false;
    await after.endLeft();
    expect([bench.state(), bench.resets()]).toEqual([POWER_STATE.paused, 0]);
    expect(after.shown(SERVER, POWER_STATE.paused)).toBe(POWER_STATE.crashed);
  });

  test('that nobody asked a dump of is let out and kept as well, if it is ours', async () => {
    const bench = await setUp();
    const after = await bench.live();
    await after.byItself(SERVER);
    await after.idle();
    // A guest that was there before Remnant is not touched.
    expect(bench.state()).toBe(POWER_STATE.crashed);
    const adopted = await bench.live({ guest: async (id) => ({ ...(await bench.driver.guest(id)), ours: true }) });
    await adopted.byItself(SERVER);
    expect([bench.state(), bench.seen]).toEqual([POWER_STATE.paused, []]);
    // A dump that is asked for later still gets the text: it stands on the console.
    await adopted.run(SERVER, COMMAND, bench.order('keep'));
    expect(bench.seen.map((entry) => entry.kind)).toEqual(['panic-text']);
  });

  test.each([
    ['keep', 'success'],
    ['reboot', 'error'],
    ['stop', 'error'],
  ] as const)('and boots anew behind its text is left alone: %s', async (then, result) => {
    const bench = await setUp('panics-reboots');
    const after = await bench.live();
    bench.listen(after);
    expect((await after.run(SERVER, COMMAND, bench.order(then))).result).toBe(result);
    expect([bench.state(), bench.resets()]).toEqual([POWER_STATE.running, 0]);
    expect(bench.seen.map((entry) => entry.kind)).toEqual(['panic-text']);
    // Who pauses it now is not us.
    for (const one of [after, await bench.live()])
      expect(one.shown(SERVER, POWER_STATE.paused)).toBe(POWER_STATE.paused);
  });

  test.each([
    ['keep', 'success'],
    ['reboot', 'error'],
    ['stop', 'error'],
  ] as const)('but goes on by now is left alone: %s', async (then, result) => {
    const bench = await setUp('ignores');
    const after = await bench.live();
    expect((await after.run(SERVER, COMMAND, bench.order(then))).result).toBe(result);
    expect([bench.state(), bench.seen, bench.resets()]).toEqual([POWER_STATE.running, [], 0]);
  });
});

describe('an agent that was killed', () => {
  const entry = { server: SERVER, command: COMMAND };

  test.each([
    ['keep', POWER_STATE.paused, 0],
    ['reboot', POWER_STATE.running, 1],
    ['stop', POWER_STATE.shutdown, 0],
  ] as const)('while the text came out: the next one ends it: %s', async (then, left, resets) => {
    const bench = await setUp();
    const killed = await bench.live({
      unpause: async (...of) => {
        await bench.driver.pause.unpause(...of);
        await NEVER();
      },
    });
    void killed.run(SERVER, COMMAND, bench.order(then));
    await waitFor('the guest to go on', () => bench.state() === POWER_STATE.running);
    const next = await bench.live();
    expect(await next.takeUp(entry)).toEqual({ result: 'success' });
    expect([bench.state(), bench.resets()]).toEqual([left, resets]);
  });

  test('after a reset, before that was on record: whether it was made is not known, and it is not made again', async () => {
    const bench = await setUp();
    const killed = await bench.live({
      reset: {
        reset: async (...of) => {
          await ability(bench.driver, 'reset').reset(...of);
          await NEVER();
        },
      },
    });
    void killed.run(SERVER, COMMAND, bench.order('reboot'));
    await waitFor('the reset', () => bench.world.host('h').guests.get(SERVER)?.kernel === 'up');
    const next = await bench.live();
    expect(await next.takeUp(entry)).toMatchObject({ result: 'unknown', reason: expect.stringMatching(/being reset/) });
    expect([bench.resets(), bench.state()]).toEqual([0, POWER_STATE.running]);
  });

  test('while the text of a panic that nobody asked for came out: the next one keeps the guest', async () => {
    const bench = await setUp();
    const ours: Driver['guest'] = async (id) => ({ ...(await bench.driver.guest(id)), ours: true });
    const unpause: PauseGuest['unpause'] = async (...of) => {
      await bench.driver.pause.unpause(...of);
      await NEVER();
    };
    const killed = await bench.live({ guest: ours, unpause });
    void killed.byItself(SERVER);
    await waitFor('the guest to go on', () => bench.state() === POWER_STATE.running);
    // While somebody is at work on it, it is not left.
    await killed.endLeft();
    expect(bench.state()).toBe(POWER_STATE.running);
    const next = await bench.live();
    await next.endLeft();
    expect(bench.state()).toBe(POWER_STATE.paused);
    expect(next.shown(SERVER, POWER_STATE.paused)).toBe(POWER_STATE.crashed);
  });

  test('while the text came out, and whose guest was removed, leaves no record', async () => {
    const bench = await setUp();
    const reached = Promise.withResolvers<void>();
    const killed = await bench.live({ unpause: () => (reached.resolve(), NEVER()) });
    void killed.run(SERVER, COMMAND, bench.order('stop'));
    await reached.promise;
    expect(bench.records()).toHaveLength(1);
    await bench.driver.destroy(SERVER, { command: COMMAND });
    await (await bench.live()).endLeft();
    expect([bench.records(), bench.failed]).toEqual([[], []]);
  });

  test('before anything was on record leaves it unknown', async () => {
    const bench = await setUp();
    expect(await (await bench.live()).takeUp(entry)).toMatchObject({ result: 'unknown' });
    expect(bench.state()).toBe(POWER_STATE.crashed);
  });

  test('whose guest is gone says unknown', async () => {
    const bench = await setUp();
    const after = await bench.live();
    await after.run(SERVER, COMMAND, bench.order('keep'));
    await bench.driver.destroy(SERVER, { command: COMMAND });
    expect(await after.takeUp(entry)).toMatchObject({ result: 'unknown' });
  });
});
