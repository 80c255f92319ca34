// A dump of a guest's memory by its hypervisor, as part of a crash dump: when it is asked for, how far it is, and what it
// means for the dump it is of. It is never asked for before the verdict: a crash kernel at work must not be paused.

import type { Course } from './dump-course.ts';
import type { MemoryWish } from './dump-wishes.ts';
import type { CommandId } from './ids.ts';
import type { Judgement } from './verdict.ts';

/**
 * Where it stands. `queued`: its command waits for its host, or for another of this guest. `running`: the hypervisor was
 * asked. `done`: it is kept. `failed`: nothing of it is, or it was not even asked for, and the reason says why.
 */
export const MEMORY_STATES = ['queued', 'running', 'done', 'failed'] as const;
/** One of them. */
export type MemoryState = (typeof MEMORY_STATES)[number];

/** A dump of memory. Times are wall-clock milliseconds. */
export interface MemoryRecord {
  readonly state: MemoryState;
  /** The command that asks for it; null when it was refused before. */
  readonly command: CommandId | null;
  /** How far the hypervisor is, in bytes of the guest's memory; null while it has not said. */
  readonly bytes: number | null;
  readonly total: number | null;
  /** Why there is none. */
  readonly reason: string | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** True while it may yet become something. */
export function isPending(memory: MemoryRecord | null): boolean {
  return memory !== null && (memory.state === 'queued' || memory.state === 'running');
}

/** What is to be done about memory now. */
export type MemoryStep = 'nothing' | 'ask' | { readonly refused: string };

/**
 * Whether memory is asked for when a dump stands at `course`. `sent` false: the NMI was refused, and `there` says whether
 * that was by a host that has the guest.
 */
export function memoryStep(
  wish: MemoryWish,
  { judgement, rebooted }: Pick<Course, 'judgement' | 'rebooted'>,
  there: boolean,
): MemoryStep {
  if (judgement === null || wish === 'never') return 'nothing';
  if (wish === 'fallback' && judgement.verdict === 'captured') return 'nothing';
  if (judgement.verdict === 'not_sent' && !there) return 'nothing';
  if (rebooted) return { refused: 'the guest has rebooted: its memory is not what it was when it crashed' };
  return 'ask';
}

/** The course of a dump that was asked for without an NMI: its memory is all there is to it. */
export function memoryCourse(course: Course, memory: MemoryRecord | null): Course {
  if (memory === null || isPending(memory)) {
    return { ...course, wait: 'memory', judgement: null, capturing: memory?.state === 'running' };
  }
  return { ...course, wait: 'nothing', judgement: memoryJudgement(memory) };
}

function memoryJudgement({ state, reason }: MemoryRecord): Judgement {
  if (state === 'done') {
    return { verdict: 'captured', reason: "the hypervisor wrote the guest's memory, and it is whole; no NMI was sent" };
  }
  const why = reason ?? 'its host did not say why';
  return { verdict: 'not_sent', reason: `no NMI was asked for, and the guest's memory was not kept: ${why}` };
}
