// What is made of a bare-metal machine's dump, of which little can be seen: its console where Ironic has one, its power, its answers
// to ping. The verdict claims no more than that, and its reason says what was seen and what could not be.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asAsked, courseAtBound } from './course-at-bound.ts';
import type { Course, Seen } from './dump-course.ts';
import { courseOf } from './dump-course.ts';
import type { EvidenceKind } from './wire.ts';

/** `seconds kind: detail`, behind an NMI at second 0 that may be sent more than once. */
function behindNmi(watch: string, words: readonly string[]): Seen[] {
  const asked: Seen = { kind: 'nmi-asked', detail: '', at: 0, facts: { asking: 'at-least-once' } };
  const behind = words.map((word) => {
    const [, seconds = '', kind = '', detail = ''] = /^(\S+) (\S+?)(?:: (.*))?$/.exec(word) ?? [];
    return { kind: kind as EvidenceKind, detail, at: Number(seconds) * 1000 };
  });
  return [{ kind: 'watch', detail: watch }, { kind: 'state', detail: 'running' }, asked, ...behind];
}

const PANIC = '0.2 panic-text: Kernel panic - not syncing: NMI: Not continuing';
const CRASH_KERNEL = '5 crash-kernel: a kernel started with elfcorehdr=';
const SILENT = '3 silent: 10.0.0.7 answers no more';
const ANSWERS = '95 answers: 10.0.0.7 answers again';
const [BLIND, PING, CONSOLE, ALL] = ['power', 'power ping', 'power console', 'power ping console'] as const;

interface Row {
  readonly what: string;
  readonly sight: string;
  readonly seen: readonly string[];
  /** What it waits for, as long as it waits. */
  readonly waits?: Course['wait'];
  readonly verdict: string;
  readonly reason: string;
}

const NO_CONSOLE = 'there is no console that could be read, so it may have ignored the NMI, or panicked unseen';
const CONSOLE_SAID_NOTHING = 'its console showed neither a panic, nor that it goes on';
const POWER = 'its power was not seen to change';

const ROWS: readonly Row[] = [
  {
    what: 'nothing at all, and next to nothing could be seen',
    sight: BLIND,
    seen: [],
    waits: 'reaction',
    verdict: 'unknown',
    reason: `no reaction of the guest was seen within 60 s; ${POWER}; ${NO_CONSOLE}`,
  },
  {
    what: 'nothing at all, with all there is',
    sight: ALL,
    seen: [],
    waits: 'reaction',
    verdict: 'unknown',
    reason: `no reaction of the guest was seen within 60 s; the machine was not seen to stop answering ping; ${POWER}; ${CONSOLE_SAID_NOTHING}`,
  },
  {
    what: 'it goes on',
    sight: CONSOLE,
    seen: ['0.1 dazed: Dazed and confused, but trying to continue'],
    verdict: 'ignored',
    reason: "the guest's kernel took the NMI and went on (Dazed and confused, but trying to continue)",
  },
  {
    what: 'it goes silent',
    sight: PING,
    seen: [SILENT],
    waits: 'reboot',
    verdict: 'unknown',
    reason: `no reaction of the guest was seen within 60 s; the machine stopped answering ping after 3 s and did not answer again; ${POWER}; ${NO_CONSOLE}`,
  },
  {
    what: 'it goes silent and comes back',
    sight: PING,
    seen: [SILENT, ANSWERS],
    waits: 'reaction',
    verdict: 'unknown',
    reason: `no reaction of the guest was seen within 60 s; the machine stopped answering ping after 3 s and answers again after 95 s; ${POWER}; ${NO_CONSOLE}`,
  },
  {
    what: '... more than once',
    sight: PING,
    seen: [SILENT, '20 answers', '30 silent', ANSWERS],
    waits: 'reaction',
    verdict: 'unknown',
    reason: `no reaction of the guest was seen within 60 s; the machine stopped answering ping after 3 s, more than once, and answers again after 95 s; ${POWER}; ${NO_CONSOLE}`,
  },
  {
    what: '... and is dazed meanwhile',
    sight: ALL,
    seen: [SILENT, '4 dazed: Dazed and confused'],
    verdict: 'ignored',
    reason: "the guest's kernel took the NMI and went on (Dazed and confused)",
  },
  {
    what: 'the text of a panic, and then nothing',
    sight: CONSOLE,
    seen: [PANIC],
    waits: 'crash-kernel',
    verdict: 'panicked_without_dump',
    reason: `the guest's console shows its panic, and no crash kernel was seen within 60 s; ${POWER}`,
  },
  {
    what: '... and silence',
    sight: ALL,
    seen: [PANIC, SILENT],
    waits: 'crash-kernel',
    verdict: 'panicked_without_dump',
    reason: `the guest's console shows its panic, and no crash kernel was seen within 60 s; the machine stopped answering ping after 3 s and did not answer again; ${POWER}`,
  },
  {
    what: '... and it comes back: what it did meanwhile nobody saw',
    sight: ALL,
    seen: [PANIC, SILENT, '50 answers'],
    waits: 'crash-kernel',
    verdict: 'unknown',
    reason: `the guest's console shows its panic; the machine stopped answering ping after 3 s and answers again after 50 s; ${POWER}; whether it saved a dump was not seen`,
  },
  {
    what: '... and its power goes',
    sight: ALL,
    seen: [PANIC, SILENT, '9 stopped: power off'],
    verdict: 'unknown',
    reason:
      "the guest's console shows its panic, and it stopped (power off) after the NMI; the machine stopped answering ping after 3 s and did not answer again; whether it saved a dump before was not seen",
  },
  {
    what: 'a crash kernel that does not come back',
    sight: ALL,
    seen: [PANIC, SILENT, CRASH_KERNEL],
    waits: 'reboot',
    verdict: 'hung',
    reason: `the guest's crash kernel took over, and the guest did not come back within 60 s; the machine stopped answering ping after 3 s and did not answer again; ${POWER}`,
  },
  {
    what: '... that nobody could see coming back',
    sight: CONSOLE,
    seen: [PANIC, CRASH_KERNEL],
    waits: 'reboot',
    verdict: 'unknown',
    reason: `the guest's crash kernel took over; ${POWER}; whether it saved a dump was not seen`,
  },
  {
    what: '... that answers, or what came behind it: it is not ended while it may still save',
    sight: ALL,
    seen: [PANIC, SILENT, CRASH_KERNEL, ANSWERS],
    waits: 'reboot',
    verdict: 'unknown',
    reason: `the guest's crash kernel took over; the machine stopped answering ping after 3 s and answers again after 95 s; ${POWER}; whether it saved a dump was not seen`,
  },
  {
    what: '... that powers off',
    sight: CONSOLE,
    seen: [CRASH_KERNEL, '80 stopped: power off'],
    verdict: 'unknown',
    reason:
      "the guest's crash kernel took over, and it stopped (power off) after the NMI; whether it saved a dump before was not seen",
  },
  {
    what: 'its power goes',
    sight: BLIND,
    seen: ['2 stopped: power off'],
    verdict: 'unknown',
    reason: 'the guest stopped (power off) after the NMI; whether it saved a dump before was not seen',
  },
  {
    what: 'its power comes on, that was not seen to go',
    sight: BLIND,
    seen: ['20 started: power on'],
    waits: 'reaction',
    verdict: 'unknown',
    reason: `no reaction of the guest was seen within 60 s; its power came on; ${NO_CONSOLE}`,
  },
  {
    what: 'trouble',
    sight: BLIND,
    seen: ['4 trouble: IPMI call failed: power status.'],
    waits: 'reaction',
    verdict: 'unknown',
    reason: `no reaction of the guest was seen within 60 s; ${POWER}; its driver reported trouble (IPMI call failed: power status.); ${NO_CONSOLE}`,
  },
  {
    what: 'Ironic out of reach for a while',
    sight: PING,
    seen: ['5 blind: the ironic driver was not connected', SILENT],
    waits: 'reboot',
    verdict: 'unknown',
    reason: `no reaction of the guest was seen within 60 s; the host could not be watched all the time; the machine stopped answering ping after 3 s and did not answer again; ${POWER}; ${NO_CONSOLE}`,
  },
];

describe('a bare-metal machine', () => {
  it.each(ROWS)('$what, $sight: $verdict', ({ sight, seen, waits = 'nothing', verdict, reason }) => {
    const course = courseOf(behindNmi(sight, seen), false);
    expect(course.wait).toBe(waits);
    const { judgement, wait } = courseAtBound(course, { seconds: 60, unconfirmed: false });
    expect(judgement).toEqual({ verdict, reason });
    expect(wait).toBe('nothing');
  });

  it('is not called silent for what was before the NMI, nor dated by a clock that was set back', () => {
    const early: Seen[] = [{ kind: 'silent', detail: '', at: -5_000 }, ...behindNmi(PING, [])];
    expect(courseOf(early, false)).toMatchObject({ wait: 'reaction', machine: { silent: null } });
    const { judgement } = courseAtBound(courseOf(behindNmi(PING, ['-60 silent']), false), {
      seconds: 60,
      unconfirmed: false,
    });
    expect(judgement?.reason).toContain('; the machine stopped answering ping and did not answer again; ');
  });

  it('gets no better verdict by what is seen of its machine alone', () => {
    const KINDS = ['silent', 'answers', 'started', 'stopped', 'trouble: x', 'blind', 'resumed'];
    const seconds = fc.integer({ min: -5, max: 500 });
    const seen = fc.array(fc.tuple(seconds, fc.constantFrom(...KINDS)).map(([at, kind]) => `${at} ${kind}`));
    fc.assert(
      fc.property(seen, fc.constantFrom(BLIND, PING, CONSOLE, ALL), (words, sight) => {
        const course = courseAtBound(courseOf(behindNmi(sight, words), false), { seconds: 60, unconfirmed: false });
        expect(course.judgement?.verdict).toBe('unknown');
      }),
    );
  });
});

describe('an NMI that may be sent more than once', () => {
  const judgedFor = (seen: readonly string[], unconfirmed: boolean) => {
    const course = courseAtBound(courseOf(behindNmi(ALL, seen), false), { seconds: 60, unconfirmed });
    if (course.judgement === null) throw new Error('a bound that is over gives a verdict');
    return asAsked(course, course.judgement, unconfirmed).reason;
  };

  it('is said to where nobody knows how its sending ended', () => {
    expect(judgedFor([PANIC], true)).toMatch(/; the machine may have got more than one NMI$/);
    expect(judgedFor([], true)).toMatch(
      /whether the NMI was sent is not known; .*; the machine may have got more than one NMI$/,
    );
    expect(judgedFor([PANIC], false)).not.toMatch(/more than one/);
  });

  it('is said to have been where the console shows another one', () => {
    expect(judgedFor([PANIC, '9 dazed: Dazed and confused'], false)).toMatch(
      /; the machine got more than one NMI: its console shows another one$/,
    );
  });

  it('is not made of one that is sent once', () => {
    const once = behindNmi(ALL, [PANIC]).map(({ kind, detail, at = 0 }) => ({ kind, detail, at }));
    const course = courseAtBound(courseOf(once, false), { seconds: 60, unconfirmed: true });
    expect(asAsked(course, { verdict: 'unknown', reason: 'x' }, true).reason).toBe('x');
    const asked = courseOf(behindNmi(ALL, []), false);
    expect(asAsked(asked, { verdict: 'not_sent', reason: 'x' }, true).reason).toBe('x');
  });
});
