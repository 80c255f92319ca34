// What must be true of a cloud after a chaos run, read from its database and from the journals of its simulated hosts, past Remnant:
// every action has its outcome (R1), no NMI was asked twice or late (R2), what is said agrees with what happened (R3), nothing is lost.

import { readNmis } from '../../src/drivers/sim/nmi-journal.ts';
import type { Outcome } from '../../src/model/command.ts';
import { waitFor } from '../harness/wait-for.ts';
import type { Cloud } from './cloud.ts';
import type { CloudHost } from './cloud-config.ts';
import { APIS, SIM_HOSTS } from './cloud-config.ts';
import type { Accepted, Target } from './cloud-load.ts';

/** What guests of a behaviour may be said to have done, beside `unknown` and `not_sent`, which are proved on their own. */
const TRUE_VERDICTS: Readonly<Record<string, readonly string[]>> = {
  kdump: ['captured'],
  'kdump-silent': ['captured'],
  'kdump-local': ['captured'],
  ignores: ['ignored'],
  panics: ['panicked_without_dump'],
};

interface CommandRow {
  readonly id: string;
  readonly request_id: string;
  readonly kind: string;
  readonly host: string;
  readonly server_id: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly deadline: number;
  readonly epoch: string;
}

interface UntrueDump {
  readonly dump: string;
  readonly told: string;
}

interface DumpRow {
  readonly id: string;
  readonly command_id: string;
  readonly server_id: string;
  readonly verdict: string | null;
  readonly reason: string | null;
  readonly verdict_at: number | null;
  readonly ended_at: number | null;
}

/** What came of a run. Whatever is in a list should not be. */
export interface Proof {
  readonly actions: number;
  readonly final: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** Why outcomes are not a success, without their numbers. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly nmis: number;
  readonly open: readonly string[];
  readonly lost: readonly string[];
  readonly askedTwice: readonly string[];
  readonly late: readonly string[];
  /** What was left of its deadline when the latest NMI was sent, ms. */
  readonly closestMs: number;
  readonly untrue: readonly string[];
}

/** Waits until no command, event or dump is open any more; how many there are tells who waits in vain. */
export async function untilFinal(cloud: Cloud, timeoutMs: number): Promise<void> {
  const counts = `select (select count(*) from commands where state <> 'done') as commands,
    (select count(*) from action_events where finish_time is null) as events,
    (select count(*) from dumps where ended_at is null) as dumps`;
  let left: Record<string, number> = {};
  const final = async () => {
    left = { ...(await cloud.rows<Record<string, number>>(counts))[0] };
    return Object.values(left).every((still) => still === 0);
  };
  try {
    await waitFor('every action to end', final, timeoutMs, 500);
  } catch (error) {
    const dumps = await cloud.rows('select * from dumps where ended_at is null');
    const commands = await cloud.rows("select * from commands where state <> 'done'");
    throw new Error(`still open: ${JSON.stringify(left)}\n${JSON.stringify({ dumps, commands })}`, { cause: error });
  }
}

/** Reads it all. */
export async function prove(cloud: Cloud, accepted: readonly Accepted[], targets: readonly Target[]): Promise<Proof> {
  const actions = await cloud.rows<{ request_id: string }>('select request_id from instance_actions');
  const commands = await cloud.rows<CommandRow>(
    `select c.id, a.request_id, c.kind, c.host, c.server_id, c.state, c.outcome, c.deadline, c.epoch
     from commands c join instance_actions a on a.seq = c.action_seq`,
  );
  const dumps = await cloud.rows<DumpRow>(
    'select id, command_id, server_id, verdict, reason, verdict_at, ended_at from dumps',
  );
  const openEvents = await cloud.rows<{ request_id: string }>(
    `select a.request_id from action_events e join instance_actions a on a.seq = e.action_seq
     where e.finish_time is null or e.result is null`,
  );
  const outcomes = new Map(commands.map((row) => [row.id, JSON.parse(row.outcome ?? 'null') as Outcome | null]));
  const nmis = SIM_HOSTS.flatMap((host) => readNmis(cloud.simFolder(host)));
  const sent = new Map<string, number>();
  for (const { command } of nmis) sent.set(command, (sent.get(command) ?? 0) + 1);
  const clocks = new Map(APIS.map((api) => cloud.net.clock(api)).map(({ bootId, aheadMs }) => [bootId, aheadMs]));
  // Everything on the clock under all those of the cloud.
  const deadlines = new Map(commands.map((row) => [row.id, row.deadline - (clocks.get(row.epoch) ?? Number.NaN)]));
  const left = nmis.map(({ command, host, mono }) => {
    // One that no row knows was never asked for.
    const by = deadlines.get(command) ?? Number.NEGATIVE_INFINITY;
    return { command, ms: by - (mono - cloud.net.clock(host as CloudHost).aheadMs) };
  });

  const known = new Set(actions.map((row) => row.request_id));
  const doing = new Set(commands.map((row) => row.request_id));
  const openRequests = new Set([
    ...openEvents.map((row) => row.request_id),
    ...commands.filter((row) => row.state !== 'done' || row.outcome === null).map((row) => row.request_id),
  ]);
  const openDumps = dumps.filter((row) => row.ended_at === null || row.verdict === null);
  const ofAccepted = new Set(accepted.map((one) => one.requestId));
  return {
    actions: accepted.length,
    final: accepted.filter(({ requestId }) => doing.has(requestId) && !openRequests.has(requestId)).length,
    outcomes: count(
      commands.filter((row) => ofAccepted.has(row.request_id)).map((row) => outcomes.get(row.id)?.result ?? 'none'),
    ),
    reasons: count(
      [...outcomes.values()].flatMap((one) =>
        one === null || one.result === 'success' ? [] : [`${one.result}: ${one.reason.replaceAll(/[0-9]+/g, 'N')}`],
      ),
    ),
    verdicts: count(dumps.map((row) => row.verdict ?? 'none')),
    nmis: nmis.length,
    open: [...openRequests, ...openDumps.map((row) => row.command_id)],
    lost: accepted
      .filter(({ requestId }) => !known.has(requestId) || !doing.has(requestId))
      .map(({ requestId, action, server }) => `${requestId} ${action} ${server}`),
    askedTwice: [...sent].filter(([, times]) => times > 1).map(([command]) => command),
    late: left.filter(({ ms }) => !(ms >= 0)).map(({ command, ms }) => `${command}: ${ms} ms left`),
    closestMs: Math.floor(Math.min(...left.map(({ ms }) => ms))),
    untrue: [
      ...commands.flatMap((row) => untrueOutcome(row, outcomes.get(row.id) ?? null, sent.get(row.id) ?? 0)),
      ...(await seenOf(
        cloud,
        dumps.flatMap((row) => untrueVerdict(row, targets, sent.get(row.command_id) ?? 0)),
      )),
    ],
  };
}

function untrueOutcome({ id, kind, host }: CommandRow, outcome: Outcome | null, sent: number): string[] {
  if (kind !== 'inject-nmi' || !SIM_HOSTS.some((name) => name === host)) return [];
  const wrong = (outcome?.result === 'success' && sent !== 1) || (outcome?.result === 'error' && sent !== 0);
  return wrong ? [`command ${id} on ${host}: ${outcome?.result}, with ${sent} NMIs`] : [];
}

function untrueVerdict(
  { id: dump, command_id, server_id, verdict, reason, verdict_at }: DumpRow,
  targets: readonly Target[],
  sent: number,
): UntrueDump[] {
  const target = targets.find(({ id }) => id === server_id);
  const told = `dump of ${command_id}, ${target?.behaviour}: ${verdict} at ${verdict_at}, with ${sent} NMIs (${reason})`;
  if (verdict === 'not_sent') return sent > 0 ? [{ dump, told }] : [];
  const may = target === undefined || target.changes ? undefined : TRUE_VERDICTS[target.behaviour];
  if (verdict === null || verdict === 'unknown' || may === undefined) return [];
  return may.includes(verdict) && sent === 1 ? [] : [{ dump, told }];
}

/** Each with what was seen of its dump. */
function seenOf(cloud: Cloud, untrue: readonly UntrueDump[]): Promise<string[]> {
  return Promise.all(
    untrue.map(async ({ dump, told }) => {
      const seen = await cloud.rows(
        `select host, position, kind, detail, at, received_at from dump_evidence where dump_id = '${dump}' order by seq`,
      );
      return `${told}: ${JSON.stringify(seen)}`;
    }),
  );
}

function count(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
