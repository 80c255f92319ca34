// What the log says of the bus: that it was lost, why, and that it is back.

import type { Bus } from '../ports/bus.ts';
import type { Log } from './logger.ts';

/** Logs each change, and that it is away at the start. */
export function logBus(log: Log, bus: Pick<Bus, 'connection' | 'onConnection'>): void {
  let wasUp = bus.connection().up;
  let reason = '';
  bus.onConnection((now) => {
    if (now.up && !wasUp) log.info('bus reached');
    // Away for another reason than a moment ago is worth a line: first nobody was there, now it does not let us in.
    if (!now.up && (wasUp || now.reason !== reason)) log.warn({ reason: now.reason }, wasUp ? 'bus lost' : 'bus away');
    wasUp = now.up;
    reason = now.up ? '' : now.reason;
  });
}
