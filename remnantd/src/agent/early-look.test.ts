// The look at a guest that was rung for: taken where it is fresh, made anew where it is not.

import { expect, it } from 'vitest';
import { testClock } from '../../test/harness/test-clock.ts';
import type { Driver } from '../drivers/driver.ts';
import type { ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { POWER_STATE } from '../model/power-state.ts';
import { EarlyLook } from './early-look.ts';

const [A, B] = [asId<ServerId>('a'), asId<ServerId>('b')];

/** A driver whose guests are paused, and what it was asked. */
function setUp() {
  const clock = testClock();
  clock.freeze();
  const asked: string[] = [];
  const powerState = async (id: ServerId) => {
    asked.push(id);
    return POWER_STATE.paused;
  };
  const driver = { injectNmi: { powerState } } as unknown as Driver;
  return { clock, asked, driver, look: new EarlyLook(driver, clock) };
}

it('is taken once, by the NMI of its guest', async () => {
  const { look, asked } = setUp();
  look.begin(A);
  expect(await look.state(A)).toBe(POWER_STATE.paused);
  expect(asked).toEqual(['a']);
  await look.state(A);
  expect(asked).toEqual(['a', 'a']);
});

it.each([
  ['of another guest', ({ look }: ReturnType<typeof setUp>) => look.begin(B)],
  ['that is old', ({ clock }: ReturnType<typeof setUp>) => clock.advance(251)],
  ['at a guest to which something was done since', ({ look }: ReturnType<typeof setUp>) => look.forget(A)],
])('one %s is made anew', async (_, change) => {
  const bench = setUp();
  bench.look.begin(A);
  change(bench);
  await bench.look.state(A);
  expect(bench.asked.filter((id) => id === 'a')).toHaveLength(2);
});

it('that failed tells the NMI why, and nobody else', async () => {
  const { driver, clock } = setUp();
  const gone = new Error('gone');
  const look = new EarlyLook(
    { ...driver, guest: () => Promise.reject(gone), injectNmi: {} } as unknown as Driver,
    clock,
  );
  look.begin(A);
  await new Promise(setImmediate);
  await expect(look.state(A)).rejects.toBe(gone);
});

it('is not made where no NMI can be sent', async () => {
  const { clock } = setUp();
  const guest = () => Promise.reject(new Error('asked'));
  const look = new EarlyLook({ guest } as unknown as Driver, clock);
  look.begin(A);
  await expect(look.state(A)).rejects.toMatchObject({ code: 'not-implemented' });
});
