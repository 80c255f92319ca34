// Asks a host to present itself again when what is known of it was told by another life of its agent than the one that beats: a
// process that stood still may take an old hello after the new one, and an agent that was answered says no other by itself.

import type { HostName } from '../model/ids.ts';
import { SUBJECT } from '../model/wire.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostEntry } from './host-record.ts';

/** A new agent says hello by itself, and every process hears of it, in less than this, ms. Then it is asked this often. */
const WAIT_MS = 5_000;

/** To be told of each beat that was taken. */
export function greetingAsker(deps: {
  readonly clock: Clock;
  readonly bus: Pick<Bus, 'publish'>;
}): (entry: Pick<HostEntry, 'host' | 'toldByAnother'>) => void {
  const { clock, bus } = deps;
  /** Since when it is so, or it was asked. */
  const since = new Map<HostName, number>();
  return ({ host, toldByAnother }) => {
    if (!toldByAnother) {
      if (since.size > 0) since.delete(host);
      return;
    }
    const now = clock.mono();
    const from = since.get(host) ?? now;
    const isDue = now - from >= WAIT_MS;
    since.set(host, isDue ? now : from);
    if (isDue) bus.publish(SUBJECT.ring(host), { greet: true });
  };
}
