// Moves a running dump to where its evidence says it stands: phase, times, verdict, and the bound of what it waits for. It
// may be done again with the same evidence, and changes nothing then.

import { dumpOfCommand, endDump, evidenceOf, keepCourse } from '../db/dumps.ts';
import type { Db } from '../db/store.ts';
import { asAsked, courseAtBound } from '../model/course-at-bound.ts';
import type { Dump } from '../model/dump.ts';
import type { Course, Wait } from '../model/dump-course.ts';
import { courseOf } from '../model/dump-course.ts';
import { isPending, memoryCourse } from '../model/memory-course.ts';
import type { DumpPhase, Verdict } from '../model/verdict.ts';
import type { Clock } from '../ports/clock.ts';
import { askForMemory, type MemoryDeps } from './follow-memory.ts';

/** How long is waited for what, ms. */
export interface DumpBounds {
  readonly reaction: number;
  readonly 'crash-kernel': number;
  readonly bytes: number;
  readonly finish: number;
  readonly reboot: number;
  readonly find: number;
  /** All of it, from the NMI. */
  readonly whole: number;
}

/** What following needs. */
export interface FollowDeps {
  readonly clock: Clock;
  readonly bounds: DumpBounds;
  /** Told inside the transaction: it may yet be rolled back. */
  readonly onVerdict?: (tx: Db, verdict: Verdict) => void;
  /** How memory is asked for; without it, it never is. */
  readonly memory?: MemoryDeps;
  /** Told inside the transaction of each dump that is over, as it is then. */
  readonly onEnded?: (tx: Db, dump: Dump) => Promise<void>;
}

/** Brings a dump whose NMI went out, or may have, up to its evidence. */
export async function followDump(tx: Db, deps: FollowDeps, dump: Dump): Promise<void> {
  await keep(tx, deps, dump, await standing(tx, dump));
}

/** Where a dump stands by its evidence, by a verdict that was given at a bound, or by its memory where that is all of it. */
async function standing(tx: Db, dump: Dump): Promise<Course> {
  const course = courseOf(await evidenceOf(tx, dump.id), dump.meaning === 'latched');
  if (!dump.nmi) return memoryCourse(course, dump.memoryDump);
  if (dump.verdict === null || course.judgement !== null) return course;
  return { ...course, wait: 'nothing', judgement: { verdict: dump.verdict, reason: dump.reason ?? '' } };
}

/** A bound of a dump: of what it waits for now, or of all of it. */
export type Bound = 'wait' | 'whole';

/**
 * Begins what a dump waits for anew, on this machine's clock: until now nobody could take in what came. The bound of all of it
 * stays.
 */
export async function waitAnew(tx: Db, deps: FollowDeps, dump: Dump): Promise<void> {
  if (dump.due === null) return;
  await keep(tx, deps, dump, await standing(tx, dump), true);
}

/** Ends a dump whose bound `over` is over, with what is known by now; what its host saw may be unknown where it is `unheard`. */
export async function endOverdue(tx: Db, deps: FollowDeps, dump: Dump, over: Bound, unheard: boolean): Promise<void> {
  const stands = await standing(tx, dump);
  const course = unheard ? { ...stands, unwatched: true } : stands;
  const waited = lengthOf(deps.bounds, { wait: course.wait, verdict: course.judgement?.verdict ?? null }, over);
  const bound = { seconds: Math.round(waited / 1000), whole: over === 'whole', unconfirmed: dump.sentAt === null };
  await keep(tx, deps, dump, courseAtBound(course, bound));
}

/** How long a bound of a dump was away when it was set, ms. */
export function lengthOf(bounds: DumpBounds, { wait, verdict }: Pick<Dump, 'wait' | 'verdict'>, bound: Bound): number {
  const waitMs = bound === 'whole' || wait === null ? null : waitOf(bounds, wait, verdict !== null);
  return waitMs ?? bounds.whole;
}

/** How long is waited for what a dump waits for, ms; null while a paused guest may resume, or when it is over. */
function waitOf(bounds: DumpBounds, wait: Wait, isJudged: boolean): number | null {
  if (wait === 'resume' || wait === 'memory' || wait === 'nothing') return null;
  // Without a verdict the reboot is all that will be seen: it has the whole time.
  return wait === 'reboot' && !isJudged ? bounds.whole : bounds[wait];
}

async function keep(tx: Db, deps: FollowDeps, dump: Dump, stands: Course, anew = false): Promise<void> {
  const memory = await askForMemory(tx, deps, dump, stands);
  const course: Course = isPending(memory) ? { ...stands, wait: 'memory' } : stands;
  const { clock, bounds } = deps;
  const [at, mono] = [clock.wall(), Math.floor(clock.mono())];
  // A wait begins anew with each piece of the dump: what is waited for is more of it.
  const moved = anew || dump.wait !== course.wait || dump.bytes !== course.bytes;
  const waitMs = waitOf(bounds, course.wait, course.judgement !== null);
  const begins = dump.wholeBy === null && course.wait !== 'resume';
  const reached = (already: number | null, now: boolean) => already ?? (now ? at : null);
  const judgement = course.judgement && asAsked(course, course.judgement, dump.sentAt === null);
  await keepCourse(tx, dump.id, {
    phase: phaseOf(dump, course),
    wait: course.wait,
    reaction: course.reaction,
    bytes: course.bytes,
    reactedAt: reached(dump.reactedAt, course.reaction !== null),
    capturingAt: reached(dump.capturingAt, course.capturing),
    savedAt: reached(dump.savedAt, course.saved !== null || course.judgement?.verdict === 'captured'),
    rebootedAt: reached(dump.rebootedAt, course.rebooted),
    // Each bound stays on the clock that it was set on.
    epoch: moved ? clock.epoch : dump.epoch,
    due: moved ? (waitMs === null ? null : mono + waitMs) : dump.due,
    wholeBy: begins ? mono + bounds.whole : dump.wholeBy,
    wholeEpoch: begins ? clock.epoch : dump.wholeEpoch,
    verdict: dump.verdict === null ? judgement : null,
    verdictAt: reached(dump.verdictAt, course.judgement !== null),
  });
  if (dump.verdict === null && course.judgement !== null) deps.onVerdict?.(tx, course.judgement.verdict);
  if (course.wait !== 'nothing') return;
  await endDump(tx, dump.id, at);
  const ended = deps.onEnded === undefined ? null : await dumpOfCommand(tx, dump.commandId);
  if (ended !== null) await deps.onEnded?.(tx, ended);
}

function phaseOf(dump: Dump, course: Course): DumpPhase {
  if (course.wait === 'nothing') return 'ended';
  if (!dump.nmi) return course.capturing ? 'capturing' : 'requested';
  if (dump.verdict === 'not_sent') return dump.phase;
  if (course.rebooted) return 'rebooted';
  if (course.saved !== null || course.judgement?.verdict === 'captured') return 'saved';
  if (course.capturing) return 'capturing';
  if (course.reaction !== null) return 'reacted';
  if (course.wait === 'resume') return 'waiting';
  return dump.sentAt === null ? 'unconfirmed' : 'sent';
}
