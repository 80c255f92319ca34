// The course of a crash dump: what a host saw, in the order of its journal, folded into where the dump stands, how the
// guest reacted, what is waited for, and the verdict once there is one. It claims no more than was seen (R3): only what
// stands behind `nmi-asked` can have come of the NMI, and `rebooted` alone never becomes `captured`.

import type { MachineSigns } from './machine-signs.ts';
import { lastWords, noSigns, withSeen } from './machine-signs.ts';
import type { Judgement } from './verdict.ts';
import type { EvidenceFacts, EvidenceKind } from './wire.ts';

/** A kind of thing seen, with the words it was seen in. */
export interface Seen {
  readonly kind: EvidenceKind;
  readonly detail: string;
  /** The host's wall clock, ms. */
  readonly at?: number;
  /** What `detail` says, for machines, where there is something to say. */
  readonly facts?: EvidenceFacts;
}

/** How the guest answered the NMI. */
export type Reaction = 'panicked' | 'crashloaded' | 'ignored';

/**
 * What is waited for. `resume`: a paused guest has the NMI latched. `reaction`: any sign of the guest. `crash-kernel`: a
 * word of the crash kernel. `bytes`: more of the dump. `finish`: the host is done with the file. `reboot`: the guest comes
 * back, or its machine answers again. `find`: a look into the guest that came back. `memory`: the hypervisor is done with the guest's memory. `nothing`: the dump is over.
 */
export const WAITS = [
  'resume',
  'reaction',
  'crash-kernel',
  'bytes',
  'finish',
  'reboot',
  'find',
  'memory',
  'nothing',
] as const;
/** What a dump waits for. */
export type Wait = (typeof WAITS)[number];

/**
 * What of a guest can be seen at all; its host says so together with the NMI. `agent`: it has a channel for one; `look`: its
 * host will look into it when it is back; `power`, `ping`: what its BMC has of its power, whether it answers on the network.
 */
export type Sight = 'panic-device' | 'console' | 'ports' | 'agent' | 'watchdog' | 'power' | 'ping' | 'look';

/** Where a dump stands. */
export interface Course {
  readonly wait: Wait;
  readonly reaction: Reaction | null;
  /** True once a sign of a crash kernel was seen. */
  readonly crashKernel: boolean;
  /** True once the guest was seen writing its dump. */
  readonly capturing: boolean;
  /** Where the guest says it saved its dump; null until it says so. */
  readonly saved: string | null;
  readonly rebooted: boolean;
  /** The verdict; it may be there before the dump is over. */
  readonly judgement: Judgement | null;
  readonly sight: ReadonlySet<Sight>;
  /** What was seen of its machine. */
  readonly machine: MachineSigns;
  /** True if what the driver asked for may be done more than once. */
  readonly mayRepeat: boolean;
  /** True once an NMI was seen behind the one it reacted to. */
  readonly again: boolean;
  /** Bytes of the dump the host has. */
  readonly bytes: number;
  /** True if the guest had crashed before the NMI was asked for. */
  readonly crashedBefore: boolean;
  /** True if the host could not be watched all the time. */
  readonly blind: boolean;
  /** True if that was after the last sign of the guest: what did not come may have gone unseen. */
  readonly unwatched: boolean;
}

type Step = (course: Course, detail: string, facts: EvidenceFacts | undefined) => Partial<Course>;

/** What `saved` says of a guest that did not say where. */
export const PLACE_UNSAID = 'where it did not say';

/** What `blind` says where an agent's life ended: the next one does not know into which guests it was to look. */
export const AGENT_AWAY = 'the agent was not running';

/** What is said of a dump part of which may have gone unseen. */
export const NOT_WATCHED = 'the host could not be watched all the time';
/** A judgement. */
export const judged = (verdict: Judgement['verdict'], reason: string): Judgement => ({ verdict, reason });
/** A crash kernel was seen; a panic that was seen before it stays the guest's reaction. */
const tookOver = (course: Course): Pick<Course, 'reaction' | 'crashKernel'> => ({
  reaction: course.reaction === 'panicked' ? 'panicked' : 'crashloaded',
  crashKernel: true,
});

/** Nothing more can be learnt of the guest itself: what is known by now must do. */
function gone(course: Course, did: string): Partial<Course> {
  if (course.judgement !== null) return { wait: 'nothing' };
  if (course.capturing) return { wait: 'finish' };
  if (course.saved !== null) return { wait: 'nothing', judgement: asSaid(course, course.saved) };
  const reason = [
    `${whoWent(course)} ${did} after the NMI`,
    ...lastWords(course.machine),
    `whether it saved a dump before was not seen${course.blind ? `: ${NOT_WATCHED}` : ''}`,
  ].join('; ');
  return { wait: 'nothing', judgement: judged('unknown', reason) };
}

function whoWent({ crashKernel, reaction }: Course): string {
  if (crashKernel) return "the guest's crash kernel took over, and it";
  return reaction === 'panicked' ? "the guest's console shows its panic, and it" : 'the guest';
}

/** The guest's own word for where its dump is; where the host cannot look, that is all there is. At the port it does look. */
export function asSaid(course: Course, where: string, looked = 'nobody else has looked at it'): Judgement {
  if (where === 'port') return judged('unknown', 'the guest says that it handed its dump to the host, which has none');
  if (where === PLACE_UNSAID && (course.blind || course.unwatched)) {
    return judged('unknown', `the guest says that it saved a dump, and where was missed: ${NOT_WATCHED}`);
  }
  return judged('captured', `the guest says that it saved its dump (${where}); ${looked}`);
}

/** What is waited for once all is known of the dump: the guest may be back already. */
function comingBack(course: Course): Wait {
  return course.rebooted ? 'nothing' : 'reboot';
}

function panicDeviceSpoke(course: Course, how: string): Partial<Course> {
  if (course.crashedBefore) return course.wait === 'resume' ? { wait: 'reaction' } : {};
  // The one that spoke may be a crash kernel: what it had done by then stands.
  if (course.capturing) return { wait: 'finish' };
  if (course.saved !== null) return { wait: 'nothing', judgement: asSaid(course, course.saved) };
  if (course.crashKernel) {
    const reason = `${how}; its crash kernel had taken over, and panicked itself`;
    return { wait: 'nothing', judgement: judged('panicked_without_dump', reason) };
  }
  const reason = `${how}; its panic device spoke, so no crash kernel had taken over`;
  return { reaction: 'panicked', wait: 'nothing', judgement: judged('panicked_without_dump', reason) };
}

/** A paused guest that holds the NMI is found in another state: it went on while nobody watched, or never will. */
function foundInstead(course: Course, state: string): Partial<Course> {
  if (course.wait !== 'resume') return {};
  if (state === 'running') return { wait: 'reaction' };
  if (state !== 'shutdown') return {};
  const reason =
    'the hypervisor held the NMI for the paused guest, which was found off; whether it resumed before was not seen';
  return { wait: 'nothing', judgement: judged('unknown', reason) };
}

/** What each kind of evidence does to a dump that has no verdict yet. */
const STEPS: Partial<Record<EvidenceKind, Step>> = {
  resumed: (course) => (course.wait === 'resume' ? { wait: 'reaction' } : {}),
  // Later on it is the crash kernel that is dazed by a second NMI.
  dazed: (course, detail) => {
    if (course.reaction !== null) return course.mayRepeat ? { again: true } : {};
    if (course.wait !== 'reaction' && !isWaitForMachine(course)) return {};
    const reason = `the guest's kernel took the NMI and went on (${detail})`;
    return { reaction: 'ignored', wait: 'nothing', judgement: judged('ignored', reason) };
  },
  panicked: (course, detail) => panicDeviceSpoke(course, `the guest's kernel panicked (${detail})`),
  state: (course, detail) =>
    detail === 'crashed' ? panicDeviceSpoke(course, 'the guest was found crashed') : foundInstead(course, detail),
  'panic-text': (course) => (course.reaction === null ? { reaction: 'panicked', wait: 'crash-kernel' } : {}),
  // Where the crash kernel has no port to speak on, only its reboot will be seen.
  crashloaded: (course) => ({
    ...tookOver(course),
    wait: course.sight.has('ports') ? 'crash-kernel' : 'reboot',
  }),
  'crash-kernel': (course) => ({ ...tookOver(course), wait: course.sight.has('ports') ? 'bytes' : 'reboot' }),
  bytes: (course, detail) => ({
    ...tookOver(course),
    capturing: true,
    // Word of it may come behind word that it is done.
    wait: course.wait === 'finish' ? 'finish' : 'bytes',
    bytes: Math.max(course.bytes, Number(detail) || 0),
  }),
  saved: (course, detail) => ({
    saved: detail,
    wait: course.capturing ? 'finish' : 'reboot',
    ...tookOver(course),
  }),
  'save-failed': (course, detail) => ({
    wait: comingBack(course),
    ...tookOver(course),
    judgement: judged('panicked_without_dump', `the guest's crash kernel could not save a dump: ${detail}`),
  }),
  artefact: (course, detail, facts) => ({
    capturing: true,
    bytes: facts?.artefact?.bytes ?? course.bytes,
    wait: comingBack(course),
    ...tookOver(course),
    judgement: judged('captured', `the guest handed its dump to the host, and it is whole (${detail})`),
  }),
  'capture-broken': (course, detail, facts) => ({
    wait: comingBack(course),
    ...tookOver(course),
    judgement:
      facts?.hostFault === true
        ? judged('unknown', `the guest's crash kernel began a dump, and its host could not keep it: ${detail}`)
        : judged('panicked_without_dump', `the guest's crash kernel began a dump, but there is none: ${detail}`),
  }),
  rebooted: (course) => {
    if (course.capturing) return { rebooted: true, wait: 'finish' };
    if (course.sight.has('look')) return { rebooted: true, wait: 'find' };
    return { rebooted: true, ...gone(course, 'rebooted') };
  },
  found: (_, detail) => ({
    wait: 'nothing',
    judgement: judged('captured', `the dump is on the guest's own disk: seen there after the reboot (${detail})`),
  }),
  'found-none': (course, detail) => {
    // Its dump went to the port: there is nothing to be found in the guest, and the host will say what it has.
    if (course.capturing) return {};
    if (course.saved !== null)
      return { wait: 'nothing', judgement: asSaid(course, course.saved, `not found there: ${detail}`) };
    const seen = `after the reboot no dump was found in the guest (${detail})`;
    // One that went to the port may have gone unseen.
    if (course.blind) return { wait: 'nothing', judgement: judged('unknown', `${seen}; ${NOT_WATCHED}`) };
    return course.reaction === null
      ? { wait: 'nothing', judgement: judged('unknown', `the guest rebooted without another sign; ${seen}`) }
      : { wait: 'nothing', judgement: judged('panicked_without_dump', seen) };
  },
  stopped: (course, detail) => {
    if (course.wait !== 'resume') return gone(course, `stopped (${detail})`);
    const reason = 'the hypervisor held the NMI for the paused guest, which stopped before it resumed';
    return { wait: 'nothing', judgement: judged('not_sent', reason) };
  },
  undefined: (course) => gone(course, 'was removed'),
  // Something happened to it: a crash kernel may be at work, unseen. It is given the time to come back.
  silent: (course) => (course.wait === 'reaction' ? { wait: 'reboot' } : {}),
  // It may be on its way to where it was before: what it says then comes within the bound of a reaction.
  answers: (course) => (isWaitForMachine(course) ? { wait: 'reaction' } : {}),
  blind: (course, detail) => {
    const blind = { blind: true, unwatched: true };
    if (detail !== AGENT_AWAY) return blind;
    const sight = new Set([...course.sight].filter((means) => means !== 'look'));
    return { ...blind, sight, ...(course.wait === 'find' ? gone({ ...course, blind: true }, 'rebooted') : {}) };
  },
};

/** Nothing was seen of the guest but that its machine went silent. */
export function isWaitForMachine({ wait, reaction, crashKernel }: Course): boolean {
  return wait === 'reboot' && reaction === null && !crashKernel;
}

/** Of the machine, not of the guest: what the guest did may have gone unseen all the same. */
const NO_SIGN: ReadonlySet<EvidenceKind> = new Set(['silent', 'answers']);

/** What may still be noted of a dump that has its verdict: the guest coming back, or going. */
const LATER: ReadonlySet<EvidenceKind> = new Set(['rebooted', 'stopped', 'undefined', 'blind']);

function step(before: Course, entry: Seen): Course {
  const course = { ...before, machine: withSeen(before.machine, entry) };
  if (course.judgement === null) {
    const moved = STEPS[entry.kind]?.(course, entry.detail, entry.facts) ?? {};
    const isSign = Object.keys(moved).length > 0 && !NO_SIGN.has(entry.kind);
    return { ...course, ...(isSign ? { unwatched: false } : {}), ...moved };
  }
  if (!LATER.has(entry.kind)) return course;
  if (entry.kind === 'blind') return { ...course, blind: true };
  return { ...course, rebooted: course.rebooted || entry.kind === 'rebooted', wait: 'nothing' };
}

function isCrash({ kind, detail }: Seen): boolean {
  return kind === 'panicked' || (kind === 'state' && detail === 'crashed');
}

/** Folds the entries of one host's journal, in their order. `latched`: the guest was paused when the NMI was taken. */
export function courseOf(seen: readonly Seen[], latched: boolean): Course {
  const at = seen.findIndex((entry) => entry.kind === 'nmi-asked');
  const before = at < 0 ? seen : seen.slice(0, at);
  const after = at < 0 ? [] : seen.slice(at + 1);
  const watch = before.findLast((entry) => entry.kind === 'watch');
  const asked = seen[at];
  const start: Course = {
    wait: latched ? 'resume' : 'reaction',
    reaction: null,
    crashKernel: false,
    capturing: false,
    saved: null,
    rebooted: false,
    judgement: null,
    sight: new Set(watch?.detail.split(' ') as Sight[] | undefined),
    machine: noSigns(asked?.at ?? null),
    mayRepeat: asked?.facts?.asking === 'at-least-once',
    again: false,
    bytes: 0,
    crashedBefore: before.some(isCrash),
    blind: before.some((entry) => entry.kind === 'blind'),
    unwatched: false,
  };
  return after.reduce(step, start);
}
