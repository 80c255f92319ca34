// Every metric there is: its name, its labels, and where its number comes from. Labels are operations, codes, kinds and words
// of our own, never anything a client wrote: every value is a line forever.

import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { openCommands } from '../db/commands.ts';
import { runningDumps } from '../db/dumps.ts';
import type { Store } from '../db/store.ts';
import type { Refusal } from '../http/refuse-bytes.ts';
import type { RequestLine } from '../http/request-line.ts';
import type { HostTable } from '../liveness/host-table.ts';
import type { CommandKind, Outcome } from '../model/command.ts';
import type { HostStatus } from '../model/host-status.ts';
import type { Verdict } from '../model/verdict.ts';
import { VERSION } from './version.ts';

/** What metrics are read from. */
export interface MetersDeps {
  readonly store: Store;
  readonly hosts: HostTable;
  readonly http: () => { readonly connections: number; readonly inFlight: number };
  /** When the certificate that is served ends, ms since 1970; null without TLS. */
  readonly certificateEnds: () => number | null;
  /** True when the policy files are in force, false when an older policy is. */
  readonly policyInForce: () => boolean;
  /** Where they are kept; one of their own by default. */
  readonly registry?: Registry;
}

/** The metrics of a Remnant. */
export interface Meters {
  readonly request: (line: RequestLine) => void;
  readonly refusal: (why: Refusal) => void;
  readonly outcome: (kind: CommandKind, outcome: Outcome, ms: number) => void;
  readonly verdict: (verdict: Verdict) => void;
  /** Everything, as Prometheus reads it. */
  readonly text: () => Promise<string>;
}

const REQUEST_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const COMMAND_BOUNDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600];
const STATUSES: readonly HostStatus[] = ['UP', 'DOWN', 'MAINTENANCE', 'UNKNOWN'];

/** Makes them. */
export function makeMeters(deps: MetersDeps): Meters {
  const { registry = new Registry() } = deps;
  const registers = [registry];
  const requests = new Counter({
    name: 'remnant_http_requests_total',
    help: 'Requests answered, by operation (none: no operation was found for it) and HTTP status.',
    labelNames: ['operation', 'code'],
    registers,
  });
  const seconds = new Histogram({
    name: 'remnant_http_request_seconds',
    help: 'From a request to its whole answer.',
    labelNames: ['operation'],
    buckets: REQUEST_BOUNDS,
    registers,
  });
  const refusals = new Counter({
    name: 'remnant_http_refused_total',
    help: 'Connections ended before they made a request, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const commands = new Counter({
    name: 'remnant_commands_total',
    help: 'Commands that ended, by kind and outcome.',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const commandSeconds = new Histogram({
    name: 'remnant_command_seconds',
    help: 'From accepting a command to its outcome.',
    labelNames: ['kind'],
    buckets: COMMAND_BOUNDS,
    registers,
  });
  const dumps = new Counter({
    name: 'remnant_dumps_total',
    help: 'Crash dumps that ended, by verdict.',
    labelNames: ['verdict'],
    registers,
  });
  readNow(registry, deps);
  return {
    request: (line) => {
      const operation = line.operation ?? 'none';
      requests.inc({ operation, code: line.status });
      seconds.observe({ operation }, line.ms / 1000);
    },
    refusal: (reason) => refusals.inc({ reason }),
    outcome: (kind, outcome, ms) => {
      commands.inc({ kind, outcome: outcome.result });
      commandSeconds.observe({ kind }, Math.max(0, ms) / 1000);
    },
    verdict: (verdict) => dumps.inc({ verdict }),
    text: () => registry.metrics(),
  };
}

/** What is read when it is asked for. */
function readNow(registry: Registry, deps: MetersDeps): void {
  const { store, hosts, http, policyInForce, certificateEnds } = deps;
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        async collect() {
          // One that cannot be read hides no other.
          try {
            this.set(await read());
          } catch {
            this.remove();
          }
        },
      }),
    );
  new Gauge({ name: 'remnant_build_info', help: 'What runs.', labelNames: ['version', 'node'], registers: [registry] })
    .labels(VERSION, process.version)
    .set(1);
  registry.registerMetric(
    new Gauge({
      name: 'remnant_hosts',
      help: 'Hosts by status.',
      labelNames: ['status'],
      registers: [],
      collect() {
        const all = hosts.all().map(([host]) => hosts.status(host));
        for (const status of STATUSES) this.set({ status }, all.filter((one) => one === status).length);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: 'remnant_db_statements_total',
      help: 'Statements the database was given.',
      registers: [],
      collect() {
        this.reset();
        this.inc(store.queries());
      },
    }),
  );
  gauge('remnant_commands_open', 'Commands without an outcome.', async () => {
    return (await openCommands(store.read, null)).length;
  });
  gauge('remnant_dumps_running', 'Crash dumps without a verdict.', async () => (await runningDumps(store.read)).length);
  gauge('remnant_http_requests_in_flight', 'Requests that are worked on.', () => http().inFlight);
  gauge('remnant_http_connections', 'Connections that are open.', () => http().connections);
  gauge('remnant_policy_in_force', '1 when the policy files are in force, 0 when they were refused.', () =>
    policyInForce() ? 1 : 0,
  );
  if (certificateEnds() === null) return;
  gauge('remnant_tls_certificate_ends_seconds', 'When the certificate that is served ends, since 1970.', () =>
    Math.floor((certificateEnds() ?? 0) / 1000),
  );
}
