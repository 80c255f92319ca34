// A look at a guest right before its NMI: console, screen, and two looks at its counters, all within one budget. What is not
// there when the budget is over is left out: the NMI does not wait for it, and it never fails.

import type { Driver } from '../../drivers/driver.ts';
import { DriverFault } from '../../drivers/driver.ts';
import type { Picture } from '../../drivers/guest-view.ts';
import { harmlessLines } from '../../model/harmless-text.ts';
import type { ServerId } from '../../model/ids.ts';
import { LONGEST } from '../../model/panic-facts.ts';
import type { Vitals } from '../../model/vitals.ts';
import { vitalsBetween } from '../../model/vitals.ts';
import type { Clock } from '../../ports/clock.ts';

/** All of it, with room within the promised second for what is noted afterwards, ms. */
export const VITALS_BUDGET_MS = 850;
/** Between two looks at the counters, ms. */
const BETWEEN_MS = 300;
/** Lines of the console. */
const LINES = 50;

const LATE = 'the budget was over before it was there';
const UNCOUNTED = { betweenMs: null, busyPercent: null, disk: null, net: null } as const;

/** What was seen, and the picture that is to be kept once the NMI is out. */
export interface TakenVitals {
  readonly vitals: Vitals;
  readonly picture: Picture | null;
}

/** Looks at `server`. Never rejects, and resolves within the budget. */
export async function takeVitals(driver: Driver, clock: Clock, server: ServerId): Promise<TakenVitals> {
  const start = clock.mono();
  let cancel = () => {};
  const late = new AbortController();
  const over = new Promise<null>((resolve) => {
    cancel = clock.after(VITALS_BUDGET_MS, () => {
      resolve(null);
      late.abort();
    });
  });
  const inTime = <T>(work: Promise<T> | undefined): Promise<T | null> =>
    work === undefined ? Promise.resolve(null) : Promise.race([work.catch(() => null), over]);
  const [counted, console, screen] = await Promise.all([
    inTime(count(driver, clock, server)),
    inTime(driver.readConsole?.read(server, LINES)),
    Promise.race([look(driver, server, late.signal), over]),
  ]);
  cancel();
  const [picture, words] = screen ?? [null, LATE];
  return {
    vitals: {
      ...(counted ?? UNCOUNTED),
      tookMs: Math.round(clock.mono() - start),
      console: console === null ? null : lastLines(console),
      screen: words,
    },
    picture,
  };
}

async function count(driver: Driver, clock: Clock, server: ServerId): Promise<ReturnType<typeof vitalsBetween> | null> {
  const { vitals } = driver;
  if (vitals === undefined) return null;
  const first = await vitals.sample(server);
  const at = clock.mono();
  await new Promise<void>((resolve) => clock.after(BETWEEN_MS, resolve));
  return vitalsBetween(first, await vitals.sample(server), clock.mono() - at);
}

async function look(driver: Driver, server: ServerId, until: AbortSignal): Promise<readonly [Picture | null, string]> {
  const { vitals } = driver;
  if (vitals?.picture === undefined) return [null, `the ${driver.type} driver takes no pictures`];
  try {
    return [await vitals.picture(server, until), 'taken'];
  } catch (error) {
    return [null, error instanceof DriverFault ? error.message : 'it could not be taken'];
  }
}

function lastLines(text: string): string[] {
  return harmlessLines(text)
    .map((line) => line.trimEnd().slice(0, LONGEST))
    .filter((line) => line !== '')
    .slice(-LINES);
}
