// The machine's own clock and randomness.

import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '../ports/clock.ts';

/** The clock of this machine. Its epoch is the machine's boot: CLOCK_MONOTONIC is shared by all its processes. */
export function systemClock(): Clock {
  return {
    wall: () => Date.now(),
    mono: () => Number(process.hrtime.bigint() / 1000n) / 1000,
    epoch: bootId(),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
    uuid: () => randomUUID(),
    secret: (bytes) => randomBytes(bytes).toString('base64url'),
  };
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Without one, readings of different processes are never compared.
    return randomUUID();
  }
}
