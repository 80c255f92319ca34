// The budget of a look before the NMI: whatever hangs or fails is left out, and said so; it never takes longer than it may.

import { expect, onTestFinished, test } from 'vitest';
import { simBench } from '../../../test/harness/sim-bench.ts';
import { testClock } from '../../../test/harness/test-clock.ts';
import type { Driver } from '../../drivers/driver.ts';
import { DriverFault } from '../../drivers/driver.ts';
import type { ServerId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import { takeVitals, VITALS_BUDGET_MS } from './take-vitals.ts';

const SERVER = asId<ServerId>('8f6f0c9e-58c4-4d3c-8a57-0d7a56a7a3b1');
const NEVER = () => new Promise<never>(() => {});
const said = () => Promise.reject(new DriverFault('not-supported', 'the guest has no screen'));

async function setUp(more: (driver: Driver) => Partial<Driver> = () => ({})) {
  const clock = testClock();
  onTestFinished(() => clock.stop());
  const metadata = { sim_behaviour: 'hangs', sim_stall: 'hard' };
  const { driver } = await simBench(clock, [{ id: SERVER, name: 'g', metadata }]);
  return { clock, driver: { ...driver, ...more(driver) } };
}

test('a guest that burns a processor is seen to', async () => {
  const { clock, driver } = await setUp();
  const { vitals, picture } = await takeVitals(driver, clock, SERVER);
  expect(vitals.busyPercent?.[0]).toBeGreaterThan(90);
  expect(vitals.betweenMs).toBeGreaterThanOrEqual(299);
  expect(vitals).toMatchObject({ screen: 'taken', disk: { readBytes: 0 }, net: { readBytes: 0 } });
  expect(picture?.bytes.length).toBeGreaterThan(0);
});

test('what hangs is left out, and the rest is there when the budget is over', async () => {
  const { clock, driver } = await setUp((whole) => ({
    vitals: { sample: NEVER, picture: (id) => whole.vitals?.picture?.(id) ?? NEVER() },
    readConsole: { read: async () => 'one\n\u001b[31mtwo\u001b[0m\n' },
  }));
  const start = clock.mono();
  const { vitals } = await takeVitals(driver, clock, SERVER);
  expect(clock.mono() - start).toBeLessThan(1_000);
  expect(vitals).toMatchObject({
    busyPercent: null,
    betweenMs: null,
    disk: null,
    console: ['one', 'two'],
    screen: 'taken',
  });
  expect(vitals.tookMs).toBeGreaterThanOrEqual(VITALS_BUDGET_MS - 1);
});

test('a picture that hangs is told that nobody waits for it any more, one that came in time is not', async () => {
  const untils: (AbortSignal | undefined)[] = [];
  const { clock, driver } = await setUp((whole) => ({
    vitals: {
      sample: said,
      picture: (id, until) => {
        untils.push(until);
        return untils.length === 1 ? NEVER() : (whole.vitals?.picture?.(id) ?? NEVER());
      },
    },
  }));
  const hung = await takeVitals(driver, clock, SERVER);
  expect([hung.vitals.screen, hung.picture]).toEqual(['the budget was over before it was there', null]);
  expect(untils[0]?.aborted).toBe(true);
  expect((await takeVitals(driver, clock, SERVER)).vitals.screen).toBe('taken');
  clock.advance(VITALS_BUDGET_MS);
  expect(untils[1]?.aborted).toBe(false);
});

test.each([
  [
    'fails',
    () => ({ vitals: { sample: said, picture: said }, readConsole: { read: said } }),
    'the guest has no screen',
  ],
  ['is not there', () => ({ vitals: undefined, readConsole: undefined }), 'the sim driver takes no pictures'],
])('what %s is no failure', async (_, more, screen) => {
  const { clock, driver } = await setUp(more as () => Partial<Driver>);
  const { vitals, picture } = await takeVitals(driver, clock, SERVER);
  expect([vitals.busyPercent, vitals.console, vitals.screen, picture]).toEqual([null, null, screen, null]);
});

test('only the end of a console is taken', async () => {
  const text = Array.from({ length: 500 }, (_, i) => `line ${i} ${'x'.repeat(400)}`).join('\n');
  const { clock, driver } = await setUp(() => ({ readConsole: { read: async () => text } }));
  const { vitals } = await takeVitals(driver, clock, SERVER);
  expect([vitals.console?.length, vitals.console?.at(-1)?.startsWith('line 499')]).toEqual([50, true]);
  expect(Math.max(...(vitals.console ?? []).map((line) => line.length))).toBeLessThanOrEqual(200);
});
