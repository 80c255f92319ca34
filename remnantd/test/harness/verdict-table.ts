// What guests do with an NMI, and the verdict that must come of it. One table for both: simulated guests play it in the fast
// tests, real ones in the real tests, so that neither can drift from the other.

import type { BehaviourName } from '../../src/drivers/sim/behaviours.ts';
import type { Reaction } from '../../src/model/dump-course.ts';
import type { Verdict } from '../../src/model/verdict.ts';

/** One behaviour. */
export interface VerdictRow {
  /** The simulated guest that behaves so. */
  readonly sim: BehaviourName;
  readonly verdict: Verdict;
  readonly reaction: Reaction | null;
  /** How many files the guest hands to its host. */
  readonly artefacts: 0 | 1;
  readonly reason: RegExp;
}

const captured = {
  verdict: 'captured',
  reaction: 'crashloaded',
  artefacts: 1,
  reason: /^the guest handed its dump to the host, and it is whole/,
} as const;
const withoutDump = { verdict: 'panicked_without_dump', reaction: 'panicked', artefacts: 0 } as const;
const hung = { verdict: 'hung', reaction: 'crashloaded', artefacts: 0 } as const;

/** All behaviours. */
const VERDICT_TABLE = {
  'kdump to the dump port': { sim: 'kdump-silent', ...captured },
  'kdump to the dump port, announced': { sim: 'kdump', ...captured },
  'kdump of a hard stall': { sim: 'kdump-silent', ...captured },
  'kdump of a paused guest, when it resumes': { sim: 'kdump-silent', ...captured },
  "kdump to the guest's own disk": {
    sim: 'kdump-local',
    verdict: 'captured',
    reaction: 'crashloaded',
    artefacts: 0,
    reason: /on the guest's own disk|^the guest says that it saved its dump/,
  },
  'kdump to NFS': {
    sim: 'kdump-nfs',
    verdict: 'captured',
    reaction: 'crashloaded',
    artefacts: 0,
    reason: /^the guest says that it saved its dump \(nfs/,
  },
  'kdump that cannot save': {
    sim: 'kdump-fails',
    ...withoutDump,
    reaction: 'crashloaded',
    reason: /crash kernel could not save a dump: exit code \d+/,
  },
  'kdump that breaks off': {
    sim: 'kdump-broken',
    ...withoutDump,
    reaction: 'crashloaded',
    reason: /crash kernel began a dump, but there is none: /,
  },
  'a crash kernel that dies unheard': { sim: 'kdump-dies', ...hung, reason: /took over, and was not heard within/ },
  'a crash kernel that hangs when it is up': {
    sim: 'kdump-stands',
    ...hung,
    reason: /came up, and no dump was seen within/,
  },
  'a crash kernel that hangs in the dump': {
    sim: 'kdump-hangs',
    ...hung,
    reason: /nothing more came within .* bytes$/,
  },
  'a panic without kdump': { sim: 'panics', ...withoutDump, reason: /panic device spoke/ },
  'a panic of a hard stall without kdump': { sim: 'panics', ...withoutDump, reason: /panic device spoke/ },
  'a panic without a panic device': {
    sim: 'panics-in-text',
    ...withoutDump,
    reason: /console shows its panic, and no crash kernel was seen within/,
  },
  'an ignored NMI': {
    sim: 'ignores',
    verdict: 'ignored',
    reaction: 'ignored',
    artefacts: 0,
    reason: /took the NMI and went on/,
  },
  'no sign at all': {
    sim: 'hangs',
    verdict: 'unknown',
    reaction: null,
    artefacts: 0,
    reason: /^no reaction of the guest was seen within/,
  },
  'power lost right after the NMI': {
    sim: 'kdump-silent',
    verdict: 'unknown',
    reaction: null,
    artefacts: 0,
    reason: /^the guest stopped \(Stopped \w+\) after the NMI/,
  },
} as const satisfies Record<string, VerdictRow>;

/** A behaviour, in words. */
export type GuestBehaviour = keyof typeof VERDICT_TABLE;

/** The rows, to go through. */
export const VERDICT_ROWS = Object.entries(VERDICT_TABLE) as readonly (readonly [GuestBehaviour, VerdictRow])[];
