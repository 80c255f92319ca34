// The metrics of an agent: what runs, whether it reaches the bus, and when each host was last met.

import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { HostName } from '../model/ids.ts';
import type { Bus } from '../ports/bus.ts';
import { VERSION } from './version.ts';

/** The metrics of an agent. */
export interface AgentMeters {
  /** The hello of that host was answered. */
  readonly met: (host: HostName) => void;
  /** Everything, as Prometheus reads it. */
  readonly text: () => Promise<string>;
}

/** Makes them. */
export function agentMeters(hosts: readonly HostName[], bus: Pick<Bus, 'connection'>): AgentMeters {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  new Gauge({ name: 'remnant_build_info', help: 'What runs.', labelNames: ['version', 'node'], registers })
    .labels(VERSION, process.version)
    .set(1);
  registry.registerMetric(
    new Gauge({
      name: 'remnant_agent_bus_up',
      help: '1 when the bus is reached, 0 when it is not.',
      registers: [],
      collect() {
        this.set(bus.connection().up ? 1 : 0);
      },
    }),
  );
  const met = new Gauge({
    name: 'remnant_agent_host_met',
    help: '1 when an API process answered the hello of that host since the start, 0 when none did.',
    labelNames: ['host'],
    registers,
  });
  for (const host of hosts) met.set({ host }, 0);
  return { met: (host) => met.set({ host }, 1), text: () => registry.metrics() };
}
