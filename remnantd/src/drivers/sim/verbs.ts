// What the hypervisor makes of a verb for one simulated guest: how long it takes over it, and whether it fails. A guest says so
// with `sim_takes` and `sim_fails`; when it goes down after it was asked to, and when it has its address, with `sim_down_ms` and
// `sim_address_ms`.

import { DriverFault, type GuestSpec } from '../driver.ts';
import { simOption } from './behaviours.ts';

/** The verbs that can be scripted, by the names of the commands that ask for them. */
const SIM_VERBS = [
  'create',
  'destroy',
  'power-on',
  'power-off',
  'pause',
  'unpause',
  'suspend',
  'resume',
  'reboot',
  'rescue',
  'unrescue',
  'resize',
] as const;

/** What a guest says in milliseconds, or `never`. */
const DELAYS = ['sim_down_ms', 'sim_address_ms'] as const;

/** One of the verbs. */
export type SimVerb = (typeof SIM_VERBS)[number];

/** Where a guest says how it is to be treated. */
export type Scripted = Pick<GuestSpec, 'metadata' | 'boot'>;

/** How one verb goes. */
export interface VerbScript {
  /** Before anything is done, ms. */
  readonly takesMs: number;
  /** Throws DriverFault for a verb that fails. */
  readonly succeed: () => void;
}

/** How `verb` goes for a guest that was made as `spec`. */
export function scriptOf(spec: Scripted, verb: SimVerb): VerbScript {
  const takes = readTakes(spec);
  const fails = words(simOption(spec, 'sim_fails')).includes(verb);
  return {
    takesMs: takes.get(verb) ?? takes.get('all') ?? 0,
    succeed() {
      if (!fails) return;
      throw new DriverFault('failed', `internal error: the simulated guest fails '${verb}'`, {
        novaClass: 'libvirtError',
      });
    },
  };
}

/** How long a guest that runs takes to go down once it was asked to, ms; null: it never does. */
export function downMsOf(spec: GuestSpec): number | null {
  return delayOf(spec, 'sim_down_ms');
}

/** How long after its boot a guest has its address, ms; null: never. */
export function addressMsOf(spec: GuestSpec): number | null {
  return delayOf(spec, 'sim_address_ms');
}

function delayOf(spec: GuestSpec, key: (typeof DELAYS)[number]): number | null {
  const wanted = simOption(spec, key) ?? '0';
  return wanted === 'never' ? null : (milliseconds(wanted) ?? 0);
}

/** What is wrong with what a guest says of verbs, for people; null for nothing. */
export function wrongScript(spec: GuestSpec): string | null {
  const known = (word: string) => SIM_VERBS.some((verb) => verb === word);
  const there = `there are: ${SIM_VERBS.join(', ')}`;
  for (const word of words(simOption(spec, 'sim_fails'))) {
    if (!known(word)) return `sim_fails has no verb '${word}'; ${there}`;
  }
  for (const word of words(simOption(spec, 'sim_takes'))) {
    const [verb = '', ms = ''] = word.split('=');
    if (verb !== 'all' && !known(verb)) return `sim_takes has no verb '${verb}'; ${there}`;
    if (milliseconds(ms) === null) return `sim_takes has no milliseconds for '${verb}', as in ${verb}=500`;
  }
  for (const key of DELAYS) {
    const wanted = simOption(spec, key) ?? '0';
    if (wanted !== 'never' && milliseconds(wanted) === null) return `${key} is not milliseconds or 'never'`;
  }
  return null;
}

function readTakes(spec: Scripted): ReadonlyMap<string, number> {
  const pairs = words(simOption(spec, 'sim_takes')).map((word) => word.split('='));
  return new Map(pairs.map(([verb = '', ms = '']) => [verb, milliseconds(ms) ?? 0]));
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter((word) => word !== '');
}

function milliseconds(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
