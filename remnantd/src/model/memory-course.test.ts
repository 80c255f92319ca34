// When a guest's memory is asked for, and what it means for its dump.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { courseOf } from './dump-course.ts';
import { MEMORY_WORDS } from './dump-wishes.ts';
import {
  isPending,
  MEMORY_STATES,
  type MemoryRecord,
  type MemoryState,
  memoryCourse,
  memoryStep,
} from './memory-course.ts';
import { VERDICTS, type Verdict } from './verdict.ts';

const at = (verdict: Verdict | null, rebooted = false) => ({
  judgement: verdict === null ? null : { verdict, reason: 'r' },
  rebooted,
});
const record = (state: MemoryState, reason: string | null = null): MemoryRecord => ({
  state,
  command: null,
  bytes: null,
  total: null,
  reason,
  startedAt: null,
  endedAt: null,
});

describe('memory is asked for', () => {
  const TABLE: [(typeof MEMORY_WORDS)[number], Verdict, boolean][] = [
    ['fallback', 'ignored', true],
    ['fallback', 'hung', true],
    ['fallback', 'panicked_without_dump', true],
    ['fallback', 'unknown', true],
    ['fallback', 'not_sent', true],
    ['fallback', 'captured', false],
    ['always', 'captured', true],
    ['always', 'ignored', true],
    ['never', 'hung', false],
  ];
  it.each(TABLE)('%s, after %s: %s', (wish, verdict, asked) => {
    expect(memoryStep(wish, at(verdict), true)).toBe(asked ? 'ask' : 'nothing');
  });

  it('never before the verdict, whatever is wished: a crash kernel may be at work', () => {
    for (const wish of MEMORY_WORDS) {
      for (const rebooted of [true, false]) expect(memoryStep(wish, at(null, rebooted), true)).toBe('nothing');
    }
  });

  it('never of a guest that was not there for its NMI, nor of one that has rebooted', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MEMORY_WORDS),
        fc.constantFrom(...VERDICTS),
        fc.boolean(),
        (wish, verdict, there) => {
          if (!there) expect(memoryStep(wish, at('not_sent'), there)).toBe('nothing');
          expect(memoryStep(wish, at(verdict, true), there)).not.toBe('ask');
          expect(memoryStep('never', at(verdict), there)).toBe('nothing');
        },
      ),
    );
  });
});

describe('a dump without an NMI', () => {
  const course = courseOf([], false);

  it.each(MEMORY_STATES)('stands, with its memory %s, where that stands', (state) => {
    const found = memoryCourse(course, record(state, 'the disk is full'));
    expect(found.wait).toBe(isPending(record(state)) ? 'memory' : 'nothing');
    const verdict = { queued: undefined, running: undefined, done: 'captured', failed: 'not_sent' }[state];
    expect(found.judgement?.verdict).toBe(verdict);
    expect(found.capturing).toBe(state === 'running');
  });

  it('says that the hypervisor wrote it, or why it did not, and that no NMI was sent', () => {
    expect(memoryCourse(course, record('done')).judgement?.reason).toMatch(/^the hypervisor wrote .* no NMI was sent$/);
    expect(memoryCourse(course, record('failed', 'the disk is full')).judgement?.reason).toMatch(
      /^no NMI was asked for.*: the disk is full$/,
    );
  });
});
