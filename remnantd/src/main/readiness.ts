// Whether this process should be sent requests. What is said is for strangers: counts and plain words, no host's name and no
// path; the details go to the log, once for each change.

import type { SchemaState } from '../db/schema-state.ts';
import type { Readiness, ReadinessCheck } from '../http/probes.ts';
import type { Clock } from '../ports/clock.ts';

/** What readiness is judged by. */
export interface ReadinessDeps {
  readonly clock: Clock;
  /** How the database's schema stands to this program's: a read of it. */
  readonly schema: () => Promise<SchemaState>;
  /** Why tokens cannot be checked; null when they can. */
  readonly identity: () => string | null;
  /** Why the policy files are not in force; null when they are. */
  readonly policy: () => string | null;
  /** Why the bus cannot be reached; null when it is. */
  readonly bus: () => string | null;
  /** Hosts whose agents run here, and how many of them presented themselves. */
  readonly hosts: () => { readonly met: number; readonly of: number };
  /** Told of a check that changed, with what only the operator should see. */
  readonly onChange: (check: ReadinessCheck, detail: string | null) => void;
}

/** Judges readiness, and remembers that the process is stopping. */
export interface ReadinessJudge {
  readonly now: () => Promise<Readiness>;
  /** From now on it is not ready. */
  readonly stopping: () => void;
}

interface Judged extends Omit<ReadinessCheck, 'name'> {
  readonly detail?: string;
}

const OK: Judged = { state: 'ok', reason: null };
const MIGRATIONS: Readonly<Record<SchemaState, Judged>> = {
  current: OK,
  older: { state: 'missing', reason: 'the database has not been brought to the newest schema' },
  newer: { state: 'warning', reason: 'a later version has added to the database; this one can go on' },
  'too-new': { state: 'missing', reason: 'the database has a newer schema than this program knows' },
};
/** A database that does not answer a trivial read in this time is away. */
const DATABASE_MS = 2_000;

/** Makes the judge. */
export function readinessJudge(deps: ReadinessDeps): ReadinessJudge {
  let stops = false;
  let asked: Promise<Readiness> | null = null;
  const last = new Map<string, string>();

  const judge = async (): Promise<Readiness> => {
    const judged: readonly (readonly [string, Judged])[] = [
      ...(await database(deps)),
      ['identity', told(deps.identity(), 'missing', 'tokens cannot be checked')],
      // The rules before a bad file are still in force: taking every process out of service would be the greater harm.
      ['policy', told(deps.policy(), 'warning', 'the policy files were refused; the rules before them are in force')],
      // Every process may have lost it at once; reads work without it, and actions are accepted.
      ['bus', told(deps.bus(), 'warning', 'the bus cannot be reached')],
      ['hosts', hostsMet(deps.hosts())],
      ['stopping', stops ? { state: 'missing', reason: 'the process is stopping' } : OK],
    ];
    const checks = judged.map(([name, { state, reason }]) => ({ name, state, reason }));
    for (const [name, { state, reason, detail }] of judged) {
      if ((last.get(name) ?? 'ok') !== state) deps.onChange({ name, state, reason }, detail ?? null);
      last.set(name, state);
    }
    return { ready: checks.every((check) => check.state !== 'missing'), checks };
  };
  return {
    // However many ask at a time, the database is asked once.
    now: () => {
      asked ??= judge().finally(() => {
        asked = null;
      });
      return asked;
    },
    stopping: () => {
      stops = true;
    },
  };
}

async function database({ clock, schema }: ReadinessDeps): Promise<readonly (readonly [string, Judged])[]> {
  let cancel = () => {};
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(DATABASE_MS, () => reject(new Error(`no answer within ${DATABASE_MS} ms`)));
  });
  try {
    const state = await Promise.race([schema(), late]);
    return [
      ['database', OK],
      ['migrations', MIGRATIONS[state]],
    ];
  } catch (error) {
    return [
      ['database', { state: 'missing', reason: 'the database does not answer', detail: String(error) }],
      ['migrations', { state: 'missing', reason: 'not known: the database does not answer' }],
    ];
  } finally {
    cancel();
  }
}

function told(problem: string | null, state: 'warning' | 'missing', reason: string): Judged {
  return problem === null ? OK : { state, reason, detail: problem };
}

function hostsMet({ met, of }: { readonly met: number; readonly of: number }): Judged {
  if (met >= of) return OK;
  return { state: met === 0 ? 'missing' : 'warning', reason: `${met} of ${of} hosts of this process met` };
}
