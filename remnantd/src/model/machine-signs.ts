// What was seen of a machine from outside while its dump was followed: whether it answers on the network, its power, and what its
// driver reports of it. None of it is a reaction of the guest, and no verdict comes of it alone: it says in a reason what was seen.

import type { EvidenceKind } from './wire.ts';

/** What can be seen of a guest at all; its host says so together with the NMI, in the words of a driver's `Sight` and `look`. */
type Sights = ReadonlySet<string>;

/** Times are ms from the NMI by the host's wall clock; null where that makes no sense. */
export interface MachineSigns {
  /** When the NMI was about to be asked for, wall clock. */
  readonly askedAt: number | null;
  /** When it stopped answering first; null: it was not seen to. */
  readonly silent: { readonly afterMs: number | null } | null;
  /** When it began to answer again, if it does. */
  readonly answers: { readonly afterMs: number | null } | null;
  /** It stopped answering more than once. */
  readonly often: boolean;
  /** Its power was seen to come on. */
  readonly started: boolean;
  /** What was reported of it last. */
  readonly trouble: string | null;
}

/** Nothing, of a machine that was to get an NMI at `askedAt`. */
export function noSigns(askedAt: number | null): MachineSigns {
  return { askedAt, silent: null, answers: null, often: false, started: false, trouble: null };
}

interface SeenOfMachine {
  readonly kind: EvidenceKind;
  readonly detail: string;
  /** Wall clock, ms. */
  readonly at?: number;
}

type SignsAfter = (signs: MachineSigns, seen: SeenOfMachine) => Partial<MachineSigns>;

const AFTER: Partial<Record<EvidenceKind, SignsAfter>> = {
  silent: (signs, { at }) =>
    signs.silent === null
      ? { silent: { afterMs: after(signs.askedAt, at) } }
      : { often: signs.often || signs.answers !== null, answers: null },
  answers: (signs, { at }) => (signs.silent === null ? {} : { answers: { afterMs: after(signs.askedAt, at) } }),
  started: () => ({ started: true }),
  trouble: (_, { detail }) => ({ trouble: detail }),
};

/** What is known when this was seen, too. */
export function withSeen(signs: MachineSigns, seen: SeenOfMachine): MachineSigns {
  const news = AFTER[seen.kind]?.(signs, seen);
  return news === undefined ? signs : { ...signs, ...news };
}

/** True for a machine whose guest is seen from outside alone: its boot is not, but for what it does to its answers. */
export function isFromOutside(sight: Sights): boolean {
  return sight.has('power') || sight.has('ping');
}

/** It stopped answering, and does again: it may have booted anew. */
export function isBack({ silent, answers }: MachineSigns): boolean {
  return silent !== null && answers !== null;
}

/** It stopped answering, and was not seen to answer again. */
export function isSilent({ silent, answers }: MachineSigns): boolean {
  return silent !== null && answers === null;
}

/** What was seen of it, in words; nothing of a guest that is not seen from outside. */
export function machineWords(signs: MachineSigns, sight: Sights): string[] {
  return [...pingWords(signs, sight), ...powerWords(signs, sight), ...troubleWords(signs)];
}

/** The same of one that is off: what its power did is said already. */
export function lastWords(signs: MachineSigns): string[] {
  return [...(signs.silent === null ? [] : pingWords(signs, new Set())), ...troubleWords(signs)];
}

function pingWords({ silent, answers, often }: MachineSigns, sight: Sights): string[] {
  if (silent === null) return sight.has('ping') ? ['the machine was not seen to stop answering ping'] : [];
  const stopped = `the machine stopped answering ping${moment(silent.afterMs)}${often ? ', more than once,' : ''}`;
  return [
    answers === null ? `${stopped} and did not answer again` : `${stopped} and answers again${moment(answers.afterMs)}`,
  ];
}

function powerWords({ started }: MachineSigns, sight: Sights): string[] {
  if (started) return ['its power came on'];
  return sight.has('power') ? ['its power was not seen to change'] : [];
}

function troubleWords({ trouble }: MachineSigns): string[] {
  return trouble === null ? [] : [`its driver reported trouble (${trouble})`];
}

function moment(afterMs: number | null): string {
  return afterMs === null ? '' : ` after ${Math.round(afterMs / 1000)} s`;
}

/** A wall clock that was set back makes no time. */
function after(from: number | null, at: number | undefined): number | null {
  return from === null || at === undefined || at < from ? null : at - from;
}
