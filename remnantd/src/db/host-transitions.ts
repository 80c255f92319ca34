// Transitions of hosts: added in one order without gaps, never changed; old ones are forgotten from the front. Several processes may see the same one: the first
// that stores it wins, and the others learn it.

import type { Selectable } from 'kysely';
import type { JsonObject } from '../lib/json.ts';
import type { HostCause } from '../model/host-cause.ts';
import type { HostStatus } from '../model/host-status.ts';
import type { HostEdge, HostTransition } from '../model/host-transition.ts';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { moveHead } from './heads.ts';
import type { Db } from './store.ts';
import type { HostTransitionsTable } from './tables.ts';

function toTransition(row: Selectable<HostTransitionsTable>): HostTransition {
  return {
    seq: row.seq,
    host: asId(row.host),
    n: row.n,
    from: row.from_status as HostStatus,
    to: row.to_status as HostStatus,
    cause: row.cause as HostCause,
    evidence: JSON.parse(row.evidence) as JsonObject,
    at: row.at,
  };
}

/** An edge, and the number it would have among those of its host. */
export interface NumberedEdge extends HostEdge {
  readonly n: number;
}

/**
 * Stores the edges whose numbers are the next ones of their hosts, at most one a host; the others were first seen by somebody
 * else and are dropped. Gives back the last transition of each of these hosts, as it is then.
 */
export async function addTransitions(tx: Db, edges: readonly NumberedEdge[]): Promise<HostTransition[]> {
  const stored = await lastTransitions(
    tx,
    edges.map((edge) => edge.host),
  );
  const last = new Map(stored.map((one) => [one.host, one]));
  const next = edges.filter((edge) => (last.get(edge.host)?.n ?? 0) + 1 === edge.n);
  if (next.length === 0) return stored;
  const first = (await moveHead(tx, 'host_transitions', next.length)) - next.length + 1;
  const added = next.map((edge, at) => ({ ...edge, seq: first + at, from: last.get(edge.host)?.to ?? ('' as const) }));
  await tx
    .insertInto('host_transitions')
    .values(
      added.map(({ seq, host, n, from, to, cause, evidence, at }) => ({
        seq,
        host,
        n,
        from_status: from,
        to_status: to,
        cause,
        evidence: JSON.stringify(evidence),
        at,
      })),
    )
    .execute();
  await tx
    .insertInto('host_last')
    .values(added.map(({ host, seq }) => ({ host, seq })))
    .onConflict((c) => c.column('host').doUpdateSet((e) => ({ seq: e.ref('excluded.seq') })))
    .execute();
  for (const one of added) last.set(one.host, one);
  return [...last.values()];
}

/** The last transition of each of `hosts`, or of every host; those without one are not in it. */
export async function lastTransitions(db: Db, hosts?: readonly HostName[]): Promise<HostTransition[]> {
  if (hosts?.length === 0) return [];
  return (await lastRows(db, hosts).execute()).map(toTransition);
}

/** Their rows: however long the history of a host is, one of them is read. */
export function lastRows(db: Db, hosts?: readonly HostName[]) {
  const all = db.selectFrom('host_last as last').innerJoin('host_transitions as t', 't.seq', 'last.seq').selectAll('t');
  return hosts === undefined ? all : all.where('last.host', 'in', hosts);
}

/** Forgets what was seen before `before` (UTC, ms), at most `limit`; of each host the last stays. Gives back how many went. */
export async function forgetTransitions(tx: Db, before: number, limit: number): Promise<number> {
  const old = await tx
    .selectFrom('host_transitions as t')
    .leftJoin('host_last as last', 'last.seq', 't.seq')
    .select('t.seq')
    .where('t.at', '<', before)
    .where('last.seq', 'is', null)
    .orderBy('t.at')
    .limit(limit)
    .execute();
  const gone = old.map(({ seq }) => seq);
  if (gone.length > 0) await tx.deleteFrom('host_transitions').where('seq', 'in', gone).execute();
  return gone.length;
}

/** Which transitions are wanted. */
export interface TransitionsAsked {
  /** Only those with a higher number. */
  readonly since: number;
  /** Only those with a lower number. */
  readonly before?: number | null;
  readonly limit: number;
  /** Of this one only. */
  readonly host?: string;
  /** Oldest first without. */
  readonly newestFirst?: boolean;
}

/** Those after `since` and before `before`, in the order of their numbers or backwards, at most `limit`. */
export async function transitionsSince(db: Db, asked: TransitionsAsked): Promise<HostTransition[]> {
  const { since, before = null, limit, host, newestFirst = false } = asked;
  let rows = db.selectFrom('host_transitions').selectAll().where('seq', '>', since).limit(limit);
  if (before !== null) rows = rows.where('seq', '<', before);
  if (host !== undefined) rows = rows.where('host', '=', host);
  // A host's own count runs the same way, and is in an index with its name.
  rows = rows.orderBy(host === undefined ? 'seq' : 'n', newestFirst ? 'desc' : 'asc');
  return (await rows.execute()).map(toTransition);
}
