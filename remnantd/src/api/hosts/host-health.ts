// A host's health as the Remnant API shows it: Nova's word, what it stands on, and how old that is.

import type { HostEntry } from '../../liveness/host-record.ts';
import { HOST_CAUSES } from '../../model/host-cause.ts';
import type { HostTransition } from '../../model/host-transition.ts';
import { differs } from '../../model/host-transition.ts';
import type { HostName } from '../../model/ids.ts';
import type { ApiDeps } from '../deps.ts';
import {
  FLAG,
  INTEGER,
  INTEGER_OR_NULL,
  MOMENT,
  MOMENT_OR_NULL,
  objectOf,
  STRING,
  STRING_OR_NULL,
  titled,
} from '../reply-schema.ts';
import { microTime, microTimeOrNull } from '../times.ts';
import { NODE_COUNTS, NODES, nodeCounts } from './node-health.ts';

const STATUS = { type: 'string', enum: ['UP', 'DOWN', 'MAINTENANCE', 'UNKNOWN', ''] };
const CAUSE = { type: 'string', enum: Object.keys(HOST_CAUSES) };

/** A transition, for the OpenAPI document. */
export const TRANSITION = titled(
  'HostTransition',
  objectOf({
    seq: INTEGER,
    host: STRING,
    n: INTEGER,
    from: STATUS,
    to: STATUS,
    cause: CAUSE,
    evidence: { type: 'object', additionalProperties: true },
    at: MOMENT,
  }),
);

const DISKS = titled(
  'HostDisks',
  objectOf({ usable: FLAG, problem: STRING_OR_NULL, total_gb: INTEGER, free_gb: INTEGER, shared: FLAG }),
);

const FIELDS = {
  name: STRING,
  status: STATUS,
  state: { type: 'string', enum: ['up', 'down'] },
  since: MOMENT,
  cause: CAUSE,
  detail: STRING,
  evidence_age_ms: INTEGER_OR_NULL,
  forced_down: FLAG,
  forced_down_by: STRING_OR_NULL,
  forced_down_at: MOMENT_OR_NULL,
  disabled: FLAG,
  disabled_reason: STRING_OR_NULL,
  last_beat_at: MOMENT_OR_NULL,
  last_transition: { anyOf: [TRANSITION, { type: 'null' }] },
  driver: STRING_OR_NULL,
  connection: { anyOf: [objectOf({ up: FLAG, reason: STRING }), { type: 'null' }] },
  servers: INTEGER,
  disks: { anyOf: [DISKS, { type: 'null' }] },
  node_counts: NODE_COUNTS,
};

/** A host in a list, for the OpenAPI document. */
export const LISTED_HOST = titled('ListedHost', objectOf(FIELDS));
/** A host by itself. */
export const HOST = titled('Host', objectOf({ ...FIELDS, nodes: NODES }));

/** Its causes, for the operations' descriptions. */
export const CAUSES_TOLD = Object.entries(HOST_CAUSES)
  .map(([cause, means]) => `\`${cause}\`: ${means}`)
  .join('; ');

/** A host in a list; the empty status is one without a service. */
export function hostBody(
  { hosts, transitions }: Pick<ApiDeps, 'hosts' | 'transitions'>,
  name: HostName,
  entry: HostEntry,
  servers: number,
): object {
  const { service, status, cause, connection } = entry;
  const last = transitions.last(name);
  // A process that has just started does not know better than what was written down.
  const since = last !== null && !differs(last, { to: status, cause }) ? last.at : entry.sinceAt;
  const quietMs = hosts.quietFor(name);
  return {
    name,
    status,
    state: hosts.isUp(name) ? 'up' : 'down',
    since: microTime(since),
    cause,
    detail: detailOf(entry, quietMs),
    evidence_age_ms: quietMs,
    forced_down: service?.forcedDown ?? false,
    forced_down_by: service?.forcedDown === true ? service.forcedBy : null,
    forced_down_at: service?.forcedDown === true ? microTimeOrNull(service.forcedAt) : null,
    disabled: service?.disabled ?? false,
    disabled_reason: service?.disabledReason ?? null,
    last_beat_at: microTimeOrNull(entry.lastBeatAt),
    last_transition: last === null ? null : transitionBody(last),
    driver: entry.offered?.driver ?? null,
    connection: connection === null ? null : { up: connection.up, reason: connection.reason },
    servers,
    disks: disksOf(entry),
    node_counts: nodeCounts(entry.offered),
  };
}

function disksOf({ offered }: HostEntry): object | null {
  if (offered?.disks === undefined) return null;
  const { problem, freeGb, shared } = offered.disks;
  return { usable: problem === null, problem, total_gb: offered.diskGb, free_gb: freeGb, shared };
}

/** What is told of disks, for the operations' descriptions. */
export const DISKS_TOLD =
  '`disks`: the folder that disks are made in, as the host told it last, GiB; while it is not `usable` no server that needs a disk is put there. Null for a host that makes none, or whose agent is older.';

/** A transition. */
export function transitionBody({ seq, host, n, from, to, cause, evidence, at }: HostTransition): object {
  const { forced_at: forcedAt } = evidence;
  const seen = typeof forcedAt === 'number' ? { ...evidence, forced_at: microTime(forcedAt) } : evidence;
  return { seq, host, n, from, to, cause, evidence: seen, at: microTime(at) };
}

function detailOf({ cause, service }: HostEntry, quietMs: number | null): string {
  const why = service?.disabledReason == null ? '' : `: ${service.disabledReason}`;
  const quiet = quietMs === null ? 'never heard by this process' : `last heard ${(quietMs / 1000).toFixed(1)} s ago`;
  const means = HOST_CAUSES[cause];
  if (cause === 'forced-down') {
    const by = service?.forcedBy == null ? '' : ` by ${service.forcedBy}`;
    const at = service?.forcedAt == null ? '' : ` at ${microTime(service.forcedAt)}`;
    const disabled = service?.disabled === true ? `; also disabled${why}` : '';
    return `forced down${by}${at}${disabled}; ${quiet}`;
  }
  return service?.disabled === true ? `${means}${why}; ${quiet}` : `${means}; ${quiet}`;
}
