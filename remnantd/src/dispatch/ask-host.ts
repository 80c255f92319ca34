// Asks a host something that changes nothing: a query over the bus, with a time limit and no row.

import type { HostName } from '../model/ids.ts';
import type { HostAnswer, HostQuery } from '../model/wire.ts';
import { SUBJECT } from '../model/wire.ts';
import type { Bus } from '../ports/bus.ts';
import { BusFault } from '../ports/bus.ts';

/** The host's answer; null when it did not give one in time. */
export async function askHost(
  bus: Bus,
  host: HostName,
  query: HostQuery,
  timeoutMs: number,
): Promise<HostAnswer | null> {
  try {
    return (await bus.request(SUBJECT.query(host), query, timeoutMs)) as unknown as HostAnswer;
  } catch (error) {
    if (error instanceof BusFault) return null;
    throw error;
  }
}
