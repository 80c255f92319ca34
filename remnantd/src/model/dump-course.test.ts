// What was seen, in order -> where the dump stands and its verdict; then what a bound makes of it.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { courseAtBound } from './course-at-bound.ts';
import type { Course, Seen } from './dump-course.ts';
import { AGENT_AWAY, courseOf } from './dump-course.ts';
import type { EvidenceKind } from './wire.ts';

/** `kind` or `kind: detail`. */
function seen(...words: readonly string[]): Seen[] {
  return words.map((word) => {
    const [kind = '', ...detail] = word.split(': ');
    return { kind: kind as EvidenceKind, detail: detail.join(': ') };
  });
}

const WATCH = 'watch: panic-device console ports agent look';
const NMI = 'nmi-asked';

/** A course in one word: its verdict, and what it waits for. */
const told = (course: Course) => `${course.judgement?.verdict ?? '-'} ${course.wait}`;

// Behind the NMI, with everything in sight unless the row says otherwise.
const TABLE: readonly (readonly [what: string, seen: readonly string[], told: string, reason?: RegExp])[] = [
  ['nothing yet', [], '- reaction'],
  ['the console says that it goes on', ['dazed: Dazed and confused'], 'ignored nothing', /took the NMI and went on/],
  ['its panic device speaks', ['panicked: Crashed Panicked'], 'panicked_without_dump nothing', /panic device/],
  ['it is found crashed', ['state: crashed'], 'panicked_without_dump nothing', /found crashed/],
  ['its console shows a panic', ['panic-text: Kernel panic'], '- crash-kernel'],
  ['a crash kernel takes over', ['crashloaded'], '- crash-kernel'],
  ['... and speaks', ['crashloaded', 'crash-kernel'], '- bytes'],
  ['a crash kernel speaks unannounced', ['crash-kernel'], '- bytes'],
  ['it writes', ['crash-kernel', 'bytes: 4096'], '- bytes'],
  ['it says that it is done', ['crash-kernel', 'bytes: 4096', 'saved: port'], '- finish'],
  ['the host has it whole', ['crash-kernel', 'bytes: 9', 'artefact: 9 bytes'], 'captured reboot', /it is whole/],
  ['... and the guest is back', ['bytes: 9', 'artefact: 9 bytes', 'rebooted'], 'captured nothing'],
  ['a second NMI dazes the crash kernel', ['crashloaded', 'dazed: Dazed'], '- crash-kernel'],
  ['it breaks off', ['bytes: 9', 'capture-broken: no end'], 'panicked_without_dump reboot', /no end/],
  ['it fails', ['crash-kernel', 'save-failed: rc=1'], 'panicked_without_dump reboot', /could not save a dump: rc=1/],
  ['it reboots in mid-dump', ['bytes: 9', 'rebooted'], '- finish'],
  ['... and the host has it whole', ['bytes: 9', 'rebooted', 'bytes: 10', 'artefact: 10'], 'captured nothing'],
  ['... and the host has not', ['bytes: 9', 'rebooted', 'capture-broken: no end'], 'panicked_without_dump nothing'],
  ['word of bytes comes late', ['bytes: 4096', 'saved: port', 'bytes: 8192'], '- finish'],
  ['it saves on its disk', ['crash-kernel', 'saved: local /var/crash'], '- reboot'],
  ['... reboots', ['crash-kernel', 'saved: local', 'rebooted'], '- find'],
  ['... and it is there', ['saved: local', 'rebooted', 'found: /var/crash/1'], 'captured nothing', /own disk/],
  ['... and nobody finds it', ['saved: local', 'rebooted', 'found-none: x'], 'captured nothing', /guest says/],
  ['it saves through the port', ['bytes: 9', 'saved: port', 'rebooted', 'found-none: x'], '- finish'],
  ['... and the host lost it', ['saved: port', 'rebooted', 'found-none: x'], 'unknown nothing', /which has none/],
  ['it comes back with a dump', ['rebooted', 'found: /var/crash/1'], 'captured nothing'],
  ['it comes back without one', ['rebooted', 'found-none: /var/crash'], 'unknown nothing', /without another sign/],
  [
    '... and something may have gone unseen',
    ['crashloaded', 'blind: x', 'rebooted', 'found-none: x'],
    'unknown nothing',
    /could not be watched/,
  ],
  [
    'a crash kernel ran, and there is none',
    ['crashloaded', 'rebooted', 'found-none: x'],
    'panicked_without_dump nothing',
  ],
  ['it stops', ['stopped: Destroyed'], 'unknown nothing', /^the guest stopped/],
  [
    'its crash kernel stops',
    ['crashloaded', 'stopped: x'],
    'unknown nothing',
    /crash kernel took over, and it stopped/,
  ],
  ['it is removed', ['undefined'], 'unknown nothing'],
  [
    'its crash kernel panics',
    ['crashloaded', 'crash-kernel', 'panicked: x'],
    'panicked_without_dump nothing',
    /\(x\); its crash kernel had taken over, and panicked itself$/,
  ],
  [
    '... after a panic in its text',
    ['panic-text: x', 'crashloaded', 'panicked: x'],
    'panicked_without_dump nothing',
    /panicked itself$/,
  ],
  [
    '... found so',
    ['crashloaded', 'state: crashed'],
    'panicked_without_dump nothing',
    /found crashed; its crash kernel/,
  ],
  ['... when it has saved', ['crash-kernel', 'saved: local', 'panicked'], 'captured nothing', /guest says/],
  ['... when it writes', ['bytes: 9', 'panicked'], '- finish'],
  ['... and the host has it whole', ['bytes: 9', 'panicked', 'artefact: 9'], 'captured reboot'],
  [
    'it comes back, and its host has forgotten that it was to look',
    ['crashloaded', `blind: ${AGENT_AWAY}`, 'rebooted'],
    'unknown nothing',
    /rebooted after the NMI; whether it saved a dump before was not seen: the host could not be watched/,
  ],
  ['... in the middle of that', ['rebooted', `blind: ${AGENT_AWAY}`], 'unknown nothing', /rebooted after the NMI;/],
  ['... with the word of the guest', ['saved: local', 'rebooted', `blind: ${AGENT_AWAY}`], 'captured nothing'],
  [
    '... that does not say where, a part of which was missed',
    ['saved: where it did not say', 'rebooted', `blind: ${AGENT_AWAY}`],
    'unknown nothing',
    /says that it saved a dump, and where was missed/,
  ],
  ["it comes back, out of the driver's sight for a while", ['blind: x', 'rebooted'], '- find'],
  ['other news', ['paused', 'resumed', 'started', 'state: running', 'blind: x'], '- reaction'],
];

describe('the course of a dump', () => {
  it.each(TABLE.map(([...row]) => row))('%s', (_, behind, result, reason) => {
    const course = courseOf(seen(WATCH, NMI, ...behind), false);
    expect(told(course)).toBe(result);
    if (reason !== undefined) expect(course.judgement?.reason).toMatch(reason);
  });

  it('takes nothing that was there before the NMI for a reaction to it', () => {
    expect(told(courseOf(seen(WATCH, 'rebooted', 'dazed: x', 'bytes: 1', NMI), false))).toBe('- reaction');
    const crashed = courseOf(seen(WATCH, 'state: crashed', NMI, 'state: crashed', 'panicked'), false);
    expect(told(crashed)).toBe('- reaction');
    expect(crashed.crashedBefore).toBe(true);
    expect(told(courseOf(seen('panicked', 'rebooted'), false))).toBe('- reaction');
  });

  it('blames no guest for a dump that its host could not keep', () => {
    const lost: Seen = { kind: 'capture-broken', detail: 'the disk of the host is full', facts: { hostFault: true } };
    const course = courseOf([...seen(WATCH, NMI, 'crash-kernel', 'bytes: 9'), lost], false);
    expect(told(course)).toBe('unknown reboot');
    expect(course.judgement?.reason).toMatch(/its host could not keep it: the disk of the host is full/);
    expect(told(courseOf([...seen(WATCH, NMI), lost, ...seen('rebooted')], false))).toBe('unknown nothing');
  });

  it('waits for a paused guest to resume, and then begins', () => {
    expect(told(courseOf(seen(WATCH, NMI), true))).toBe('- resume');
    expect(told(courseOf(seen(WATCH, NMI, 'resumed'), true))).toBe('- reaction');
    expect(told(courseOf(seen(WATCH, NMI, 'resumed', 'panicked: x'), true))).toBe('panicked_without_dump nothing');
    const gone = courseOf(seen(WATCH, NMI, 'stopped: x'), true);
    expect(told(gone)).toBe('not_sent nothing');
  });

  it.each([
    ['running', '- reaction'],
    ['crashed', 'panicked_without_dump nothing'],
    ['paused', '- resume'],
    ['shutdown', 'unknown nothing'],
  ])('takes a paused guest that is found %s for what it is', (state, result) => {
    expect(told(courseOf(seen(WATCH, 'state: paused', NMI, `blind: ${AGENT_AWAY}`, `state: ${state}`), true))).toBe(
      result,
    );
  });

  it('bounds a paused guest that had crashed before, once it is found crashed again', () => {
    expect(told(courseOf(seen(WATCH, 'panicked', NMI, 'blind: x', 'state: crashed'), true))).toBe('- reaction');
  });

  it('says of a paused guest that is found off that nobody saw whether it resumed', () => {
    const course = courseOf(seen(WATCH, NMI, 'blind: x', 'state: shutdown'), true);
    expect(course.judgement?.reason).toMatch(/was found off; whether it resumed before was not seen$/);
  });

  it('waits for the reboot where a crash kernel has no port to speak on', () => {
    expect(told(courseOf(seen('watch: panic-device console', NMI, 'crashloaded'), false))).toBe('- reboot');
    const back = courseOf(seen('watch: panic-device console', NMI, 'crashloaded', 'rebooted'), false);
    expect(told(back)).toBe('unknown nothing');
  });

  it('never makes captured of a reboot alone, whatever else was seen short of a dump', () => {
    const KINDS = [
      'rebooted',
      'resumed',
      'paused',
      'started',
      'stopped',
      'blind',
      'crashloaded',
      'dazed',
      'panic-text',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...KINDS)), fc.boolean(), (kinds, latched) => {
        const course = courseOf(seen(WATCH, NMI, ...kinds), latched);
        expect(courseAtBound(course, { seconds: 1, unconfirmed: false }).judgement?.verdict).not.toBe('captured');
      }),
    );
  });

  it('keeps its first verdict, and more evidence never takes one away', () => {
    const KINDS = TABLE.flatMap(([, behind]) => behind);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...KINDS)), fc.constantFrom(...KINDS), (words, more) => {
        const before = courseOf(seen(WATCH, NMI, ...words), false);
        const after = courseOf(seen(WATCH, NMI, ...words, more), false);
        if (before.judgement !== null) expect(after.judgement).toEqual(before.judgement);
        if (before.wait === 'nothing') expect(after.wait).toBe('nothing');
      }),
    );
  });
});

// What a bound makes of it.
const BOUNDS: readonly (readonly [behind: readonly string[], verdict: string, reason: RegExp])[] = [
  [[], 'unknown', /^no reaction of the guest was seen within 60 s; it neither panicked, nor said/],
  [['blind: x'], 'unknown', /could not be watched all the time/],
  [['crashloaded'], 'hung', /crash kernel took over, and was not heard within 60 s/],
  [['panic-text: x', 'crashloaded'], 'hung', /crash kernel took over, and was not heard within 60 s/],
  [['panic-text: x'], 'panicked_without_dump', /console shows its panic/],
  [['crashloaded', 'blind: x'], 'unknown', /was not heard within 60 s; the host could not be watched all the time$/],
  [['panic-text: x', 'blind: x'], 'unknown', /no crash kernel was seen within 60 s; the host could not be watched/],
  [['crash-kernel'], 'hung', /came up, and no dump was seen/],
  [
    ['crash-kernel', 'bytes: 9', 'blind: x', 'state: running'],
    'unknown',
    /after 9 bytes; the host could not be watched/,
  ],
  [['crash-kernel', 'blind: x', 'bytes: 9'], 'hung', /nothing more came within 60 s, after 9 bytes$/],
  [['crash-kernel', 'bytes: 4096'], 'hung', /nothing more came within 60 s, after 4096 bytes/],
  [['bytes: 1', 'saved: port'], 'unknown', /the host did not say/],
  [['saved: nfs 10.0.0.1:/crash'], 'captured', /guest says that it saved its dump \(nfs 10\.0\.0\.1/],
  [['crashloaded', 'rebooted'], 'unknown', /agent did not answer/],
  [['saved: local', 'rebooted'], 'captured', /guest says/],
];

describe('the bound', () => {
  it.each(BOUNDS)('after %j is %s', (behind, verdict, reason) => {
    const course = courseAtBound(courseOf(seen(WATCH, NMI, ...behind), false), { seconds: 60, unconfirmed: false });
    expect(course.judgement?.verdict).toBe(verdict);
    expect(course.judgement?.reason).toMatch(reason);
    expect(course.wait).toBe('nothing');
  });

  it('says what could not be seen', () => {
    const at = (watch: string, ...behind: string[]) =>
      courseAtBound(courseOf(seen(watch, NMI, ...behind), false), { seconds: 9, unconfirmed: true }).judgement?.reason;
    expect(at('watch: console')).toMatch(
      /whether the NMI was sent is not known; it may have ignored .* no panic device/,
    );
    expect(at('watch: ')).toMatch(/have no panic device and no console to tell with/);
    const before = courseOf(seen('state: crashed', NMI), false);
    expect(courseAtBound(before, { seconds: 1, unconfirmed: false }).judgement?.reason).toMatch(/had crashed before/);
  });

  it('hangs a crash kernel without a port only when it did not come back', () => {
    const course = courseOf(seen('watch: console', NMI, 'crashloaded'), false);
    expect(courseAtBound(course, { seconds: 1800, unconfirmed: false }).judgement).toMatchObject({ verdict: 'hung' });
  });
});
