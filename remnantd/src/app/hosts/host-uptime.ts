// How long a host is up: a question to it, nothing is written.

import { askHost } from '../../dispatch/ask-host.ts';
import type { HostTable } from '../../liveness/host-table.ts';
import type { Service } from '../../model/service.ts';
import type { Bus } from '../../ports/bus.ts';

/** What asking needs. */
export interface HostUptimeDeps {
  readonly bus: Bus;
  readonly hosts: Pick<HostTable, 'isUp'>;
  /** How long the host has to answer, ms. */
  readonly askMs: number;
}

/** Its uptime as uptime(1) prints it; `not-supported` by its driver; null for a host that is not up, or does not answer. */
export async function hostUptime(
  { bus, hosts, askMs }: HostUptimeDeps,
  { host }: Pick<Service, 'host'>,
): Promise<{ readonly uptime: string } | 'not-supported' | null> {
  if (!hosts.isUp(host)) return null;
  const answer = await askHost(bus, host, { ask: 'uptime' }, askMs);
  if (answer === null) return null;
  if (answer.ok) return { uptime: answer.text };
  return answer.code === 'not-implemented' ? 'not-supported' : null;
}
