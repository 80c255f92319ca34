// What a dump comes to whose time for what it waits for is over: a verdict that says what was waited for, what was seen, and what
// could not be. It claims no more than was seen (R3); a bound that is over makes `captured` of the guest's own word alone.

import type { Course, Sight } from './dump-course.ts';
import { asSaid, isWaitForMachine, judged, NOT_WATCHED } from './dump-course.ts';
import { isBack, isFromOutside, isSilent, machineWords } from './machine-signs.ts';
import type { Judgement } from './verdict.ts';

/**
 * A judgement with what is to be said of an NMI that may be sent more than once: that it was seen to be, or, where nobody knows
 * how its sending ended (`unconfirmed`), that it may have been.
 */
export function asAsked({ mayRepeat, again }: Course, judgement: Judgement, unconfirmed: boolean): Judgement {
  if (!mayRepeat || judgement.verdict === 'not_sent') return judgement;
  const { verdict, reason } = judgement;
  if (again) return judged(verdict, `${reason}; the machine got more than one NMI: its console shows another one`);
  return unconfirmed ? judged(verdict, `${reason}; the machine may have got more than one NMI`) : judgement;
}

/** A bound that is over. */
export interface Bound {
  readonly seconds: number;
  /** True if it is the bound of all of it, not of what is waited for. */
  readonly whole?: boolean;
  /** True if it is not known whether the NMI was sent. */
  readonly unconfirmed: boolean;
}

/** Where a dump stands whose time for what it waits for is over; it has a verdict then, and waits for nothing. */
export function courseAtBound(course: Course, bound: Bound): Course {
  return { ...course, wait: 'nothing', judgement: course.judgement ?? asWatched(course, overdue(course, bound)) };
}

/** What is said of a guest because it gave no more signs is not known where they may have gone unseen. */
function asWatched(course: Course, { verdict, reason }: Judgement): Judgement {
  if (!course.unwatched || verdict === 'captured' || reason.includes(NOT_WATCHED)) return { verdict, reason };
  return judged('unknown', `${reason}; ${NOT_WATCHED}`);
}

function overdue(course: Course, bound: Bound): Judgement {
  const within = `within ${bound.seconds} s`;
  if (bound.whole === true && course.capturing) {
    const reason = `the guest's crash kernel was still writing its dump after ${bound.seconds} s, at ${course.bytes} bytes`;
    return judged('hung', reason);
  }
  switch (course.wait) {
    case 'crash-kernel':
      return course.crashKernel
        ? judged('hung', `the guest's crash kernel took over, and was not heard ${within}`)
        : panickedOnly(course, within);
    case 'bytes':
      return judged(
        'hung',
        course.capturing
          ? `the guest's crash kernel was writing its dump, and nothing more came ${within}, after ${course.bytes} bytes`
          : `the guest's crash kernel came up, and no dump was seen ${within}`,
      );
    case 'finish': {
      const reason = `the guest was writing its dump; what became of it the host did not say ${within}`;
      return judged('unknown', course.blind ? `${reason}; ${NOT_WATCHED}` : reason);
    }
    case 'reboot':
      if (course.saved !== null) return asSaid(course, course.saved);
      return isWaitForMachine(course)
        ? judged('unknown', noReaction(course, within, bound.unconfirmed))
        : notBack(course, within);
    case 'find':
      if (course.saved !== null) return asSaid(course, course.saved);
      return judged(
        'unknown',
        `the guest rebooted after the NMI, and its agent did not answer ${within}: ${unseen(course)}`,
      );
    case 'resume':
    case 'reaction':
    case 'memory':
    case 'nothing':
      return judged('unknown', noReaction(course, within, bound.unconfirmed));
  }
}

/** The text of a panic was all: of a machine that went and came back it is not known what it did meanwhile. */
function panickedOnly(course: Course, within: string): Judgement {
  const words = machineWords(course.machine, course.sight);
  const shown = "the guest's console shows its panic";
  if (isBack(course.machine)) return judged('unknown', [shown, ...words, unseen(course)].join('; '));
  return judged('panicked_without_dump', [`${shown}, and no crash kernel was seen ${within}`, ...words].join('; '));
}

/** A crash kernel is all that was seen: where a reboot can be seen, there was none. */
function notBack(course: Course, within: string): Judgement {
  const words = machineWords(course.machine, course.sight);
  const tookOver = "the guest's crash kernel took over";
  if (isFromOutside(course.sight) && !isSilent(course.machine)) {
    return judged('unknown', [tookOver, ...words, unseen(course)].join('; '));
  }
  return judged('hung', [`${tookOver}, and the guest did not come back ${within}`, ...words].join('; '));
}

function unseen(course: Course): string {
  return course.blind ? NOT_WATCHED : 'whether it saved a dump was not seen';
}

function noReaction(course: Course, within: string, unconfirmed: boolean): string {
  const parts = [`no reaction of the guest was seen ${within}`];
  if (unconfirmed) parts.push('whether the NMI was sent is not known');
  if (course.crashedBefore) parts.push('the guest had crashed before the NMI was asked for');
  if (course.blind) parts.push(NOT_WATCHED);
  parts.push(...machineWords(course.machine, course.sight));
  if (!course.crashedBefore) parts.push(noSign(course.sight));
  return parts.join('; ');
}

/** Why a reaction may have gone unseen, as far as the means to see it are known. */
function noSign(sight: ReadonlySet<Sight>): string {
  if (isFromOutside(sight)) {
    return sight.has('console')
      ? 'its console showed neither a panic, nor that it goes on'
      : 'there is no console that could be read, so it may have ignored the NMI, or panicked unseen';
  }
  const missing = (['panic-device', 'console'] as const).filter((means) => !sight.has(means));
  if (missing.length === 0) return 'it neither panicked, nor said on its console that it goes on';
  return `it may have ignored the NMI, or have no ${missing.join(' and no ').replace('-', ' ')} to tell with`;
}
