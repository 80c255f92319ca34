// Looks at simulated guests: when they happen, what they leave behind, and when a guest is left alone.

import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { simBench } from '../../../test/harness/sim-bench.ts';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { testClock } from '../../../test/harness/test-clock.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import type { GuestEventKind } from '../../drivers/driver.ts';
import { asId, type ServerId } from '../../model/ids.ts';
import { FactsStore } from './facts-store.ts';
import { GuestLooks, LOOK_TIMES } from './guest-looks.ts';

const GUEST = asId<ServerId>('11111111-1111-4111-8111-111111111111');
const { every, first } = LOOK_TIMES;
const HOLD_MS = 10 * every;

/** A host with one guest of this metadata, on a clock that stands still. */
async function bench(metadata: Readonly<Record<string, string>> = { sim_behaviour: 'kdump' }) {
  const clock = testClock();
  clock.freeze();
  const { world, driver } = await simBench(clock, [{ id: GUEST, name: 'g', metadata }]);
  const dir = join(tempDir(), 'readiness');
  const errors: string[] = [];
  const asked: string[] = [];
  const agent = driver.guestAgent;
  if (agent === undefined) throw new Error('no agent');
  const open = async () => {
    const looks = new GuestLooks({
      agent: {
        readFiles: (guest, paths, ask) => {
          asked.push(guest);
          return agent.readFiles(guest, paths, ask);
        },
        run: (...args) => agent.run(...args),
      },
      follow: driver.followCrash,
      store: new FactsStore(dir, (what, error) => errors.push(`${what}: ${String(error)}`)),
      clock,
      times: LOOK_TIMES,
      onError: (what, error) => errors.push(`${what}: ${String(error)}`),
    });
    await looks.open();
    onTestFinished(() => looks.stop());
    return looks;
  };
  const looks = await open();
  onTestFinished(() => expect(errors).toEqual([]));
  return {
    clock,
    world,
    driver,
    dir,
    looks,
    open,
    asked,
    event: (kind: GuestEventKind) => looks.event({ guest: GUEST, kind, detail: '', at: 0 }),
    met: () => looks.met([{ id: GUEST, running: true }]),
    learnt: () => waitFor('a look', () => looks.known(GUEST)),
  };
}

describe('a guest', () => {
  it('is looked at soon after it was met, and then from time to time', async () => {
    const { clock, looks, met, learnt, asked } = await bench();
    met();
    expect(await looks.answer(GUEST, false)).toMatchObject({ asks: true, learnt: null, trouble: null, busy: false });
    clock.advance(first);
    expect(await learnt()).toMatchObject({ crashLoaded: true, kernel: '6.1.0-sim', crashBytes: 134_217_728 });
    expect((await looks.answer(GUEST, false)).learnt?.ageMs).toBe(0);
    const before = asked.length;
    clock.advance(every * 0.9 - 1);
    expect(asked.length).toBe(before);
    clock.advance(every * 0.1 + 1);
    await waitFor('the next look', () => asked.length > before);
  });

  it('is not called known any more once it booted, until it was looked at again', async () => {
    const { clock, looks, met, learnt, event } = await bench();
    met();
    clock.advance(first);
    await learnt();
    clock.advance(60_000);
    event('rebooted');
    expect(looks.known(GUEST)).toBeNull();
    expect((await looks.answer(GUEST, false)).learnt).toMatchObject({ stale: true, ageMs: 60_000 });
    clock.advance(first);
    await learnt();
    expect((await looks.answer(GUEST, false)).learnt).toMatchObject({ stale: false, ageMs: 0 });
  });

  it('that does not answer is tried again after twice as long each time', async () => {
    const { clock, looks, met, asked } = await bench({ sim_agent: 'none' });
    met();
    for (const [tries, wait] of [first, 2 * first, 4 * first].entries()) {
      clock.advance(wait - 1);
      expect(asked.length).toBe(tries);
      clock.advance(1);
      await waitFor(
        'a try',
        async () => asked.length === tries + 1 && (await looks.answer(GUEST, false)).trouble?.ageMs === 0,
      );
    }
    expect((await looks.answer(GUEST, false)).trouble?.what).toBe('absent');
  });

  it.each(['silent', 'blocked'])('whose agent is %s is told so, and what was known stays', async (how) => {
    const { clock, looks, world, met, learnt } = await bench();
    met();
    clock.advance(first);
    await learnt();
    clock.advance(1_000);
    world.plantGuest('h', { id: GUEST, name: 'g', metadata: { sim_behaviour: 'kdump', sim_agent: how } });
    const answer = looks.answer(GUEST, true);
    clock.advance(6_000);
    expect(await answer).toMatchObject({
      trouble: { what: how },
      learnt: { stale: false, facts: { crashLoaded: true } },
    });
  });

  it('has its dumps noted, for its host alone', async () => {
    const { clock, met, learnt, looks } = await bench();
    met();
    clock.advance(first);
    expect((await learnt()).dumps).toEqual([]);
    expect((await looks.answer(GUEST, false)).learnt?.facts.dumps).toBeNull();
  });
});

describe('a guest that was removed', () => {
  it('while it waited for its turn is not asked', async () => {
    const { clock, looks, world, asked } = await bench({ sim_agent: 'silent' });
    const others = [1, 2].map((n) => asId<ServerId>(`0000000${n}-58c4-4d3c-8a57-0d7a56a7a3b1`));
    for (const id of others) world.plantGuest('h', { id, name: id, metadata: { sim_agent: 'silent' } });
    looks.met([...others, GUEST].map((id) => ({ id, running: true })));
    clock.advance(first);
    await waitFor('two looks', () => asked.length === 2);
    looks.event({ guest: GUEST, kind: 'undefined', detail: '', at: 0 });
    await waitFor('more looks', () => {
      clock.advance(10_000);
      return asked.length > 4;
    });
    expect(asked).not.toContain(GUEST);
  });

  it('unheard is forgotten when it is asked, and is not asked again', async () => {
    const { clock, looks, world, asked, dir, met, learnt } = await bench();
    met();
    clock.advance(first);
    await learnt();
    await waitFor('the file', () => readdirSync(dir).length === 1);
    const host = world.host('h');
    for (const guest of host.guests.values()) host.remove(guest);
    expect(await looks.answer(GUEST, true)).toMatchObject({ learnt: null, trouble: null });
    const before = asked.length;
    clock.advance(2 * every);
    expect(asked.length).toBe(before);
    await looks.stop();
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('an NMI', () => {
  it('is not held up: a look under way is called off and leaves nothing, and no other begins', async () => {
    const { clock, looks, met, asked } = await bench({ sim_behaviour: 'kdump', sim_agent: 'silent' });
    met();
    clock.advance(first);
    await waitFor('a look', () => asked.length === 1);
    looks.hold(GUEST);
    clock.advance(every * 2);
    const answer = await looks.answer(GUEST, true);
    expect(answer).toMatchObject({ busy: true, learnt: null, trouble: null });
    expect(asked.length).toBe(1);
    looks.release(GUEST);
    clock.advance(first);
    await waitFor('a look after it', () => asked.length === 2);
  });

  it('is over for the looks when the guest has rebooted', async () => {
    const { clock, looks, learnt, event } = await bench();
    looks.hold(GUEST);
    event('rebooted');
    clock.advance(first);
    await learnt();
  });
});

it('a guest of which nothing more was heard is looked at again when its crash is followed no longer', async () => {
  const { clock, looks, learnt } = await bench();
  looks.hold(GUEST);
  // Of one that is paused it is followed for as long as that takes.
  clock.advance(3 * HOLD_MS);
  expect((await looks.answer(GUEST, true)).busy).toBe(true);
  looks.bound(GUEST, HOLD_MS);
  clock.advance(HOLD_MS - 1);
  expect((await looks.answer(GUEST, true)).busy).toBe(true);
  clock.advance(1);
  clock.advance(first);
  await learnt();
});

describe('what was learnt', () => {
  it('outlives the agent, and only its owner may read it', async () => {
    const { clock, looks, met, learnt, open, dir } = await bench();
    met();
    clock.advance(first);
    const facts = await learnt();
    await looks.stop();
    expect(readdirSync(dir)).toEqual([`${GUEST}.json`]);
    expect(statSync(join(dir, `${GUEST}.json`)).mode & 0o777).toBe(0o600);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    clock.advance(90_000);
    const next = await open();
    expect((await next.answer(GUEST, false)).learnt).toMatchObject({
      facts: { ...facts, dumps: null },
      ageMs: 90_000,
      stale: false,
      unwatched: true,
    });
    // Which dumps are new since this boot, it cannot tell.
    expect(next.known(GUEST)).toBeNull();
    next.met([{ id: GUEST, running: true }]);
    clock.advance(first);
    await waitFor('a look', () => next.known(GUEST));
    next.lost();
    expect(next.known(GUEST)).toBeNull();
  });

  it('goes with the guest', async () => {
    const { clock, looks, met, learnt, dir, event } = await bench();
    met();
    clock.advance(first);
    await learnt();
    event('undefined');
    await looks.stop();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('of a guest that went unseen goes when its host says what there is', async () => {
    const { clock, looks, met, learnt, dir } = await bench();
    met();
    clock.advance(first);
    await learnt();
    looks.met([]);
    await looks.stop();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('in a file that cannot be read is not known', async () => {
    const { dir, open, looks } = await bench();
    await looks.stop();
    writeFileSync(join(dir, `${GUEST}.json`), '{"version":1,"facts":');
    expect((await open()).known(GUEST)).toBeNull();
  });
});

it('looks at two guests at a time and no more', async () => {
  const clock = testClock();
  clock.freeze();
  const ids = Array.from({ length: 6 }, (_, n) => asId<ServerId>(`11111111-1111-4111-8111-11111111111${n}`));
  let now = 0;
  let most = 0;
  const ends: (() => void)[] = [];
  const looks = new GuestLooks({
    agent: {
      readFiles: async () => {
        now += 1;
        most = Math.max(most, now);
        await new Promise<void>((resolve) => ends.push(resolve));
        now -= 1;
        return new Map();
      },
      run: async () => ({ exitCode: 0, out: '' }),
    },
    follow: undefined,
    store: new FactsStore(tempDir(), () => {}),
    clock,
    times: LOOK_TIMES,
    onError: () => {},
  });
  onTestFinished(async () => {
    for (const end of ends) end();
    await looks.stop();
  });
  looks.met(ids.map((id) => ({ id, running: true })));
  clock.advance(first);
  for (let n = 1; n <= ids.length; n += 1) {
    await waitFor(`look ${n}`, () => ends.length >= n);
    ends[n - 1]?.();
  }
  await waitFor('all to be known', () => ids.every((id) => looks.known(id) !== null));
  expect(most).toBe(2);
});
