// Would an NMI give a dump? What is known of a server, its host and its guest, turned into items: green, amber or unknown,
// each with what is to be done about it, and one sentence on what would most probably come of an NMI now. Nothing is called green
// that was not seen (R3); a guest's own words appear in it and must be escaped where they are shown.

import type { GuestFacts, GuestReadiness } from './guest-facts.ts';
import type { PowerState } from './power-state.ts';
import { onBareMetal } from './readiness-bare-metal.ts';
import { guestItems } from './readiness-guest.ts';
import { hasCrashed, hostItems } from './readiness-host.ts';
import type { ActionSubject } from './server-states.ts';

/** Every item, in the order in which it is shown. */
export const READINESS_ITEMS = [
  'host',
  'state',
  'driver',
  'crash_kernel',
  'crash_memory',
  'nmi_panic',
  'dump_target',
  'ports',
  'guest_agent',
  'panic_device',
  'console_log',
  'watchdog',
] as const;
/** One of them. */
export type ReadinessItemName = (typeof READINESS_ITEMS)[number];

/** One item. */
export interface ReadinessItem {
  readonly item: ReadinessItemName;
  readonly state: 'green' | 'amber' | 'unknown';
  /** True if an NMI gives no dump, or none that can be counted on, without it. */
  readonly needed: boolean;
  /** What was seen, for people. */
  readonly says: string;
  /** A command, a setting or a piece of XML that makes it green; null where there is nothing to do. */
  readonly fix: string | null;
  /** How old what it says is, ms; null for what is looked at now. */
  readonly ageMs: number | null;
}

/** What an NMI would most probably give. */
export const EXPECTATIONS = {
  host_dump: 'a dump handed to the host',
  guest_dump: "a dump on the guest's disk",
  remote_dump: 'a dump on a server that the guest names',
  some_dump: 'a dump, but where it goes is not known',
  panic_only: 'a panic without a dump',
  nothing: 'nothing: the guest ignores NMIs',
  crashed: 'nothing: the guest has crashed already',
  not_sent: 'nothing: no NMI would be sent',
  unknown: 'unknown',
} as const;
/** One of them. */
export type Expectation = keyof typeof EXPECTATIONS;

/** What a host said it can do. */
export interface Offered {
  readonly canInject: boolean;
  /** Of the machine that the server is on; '' where that is not known. */
  readonly arch: string;
  /** True where an NMI that is asked for once may be sent more than once. */
  readonly mayRepeat?: boolean;
  /** True for a machine behind a BMC: there is no hypervisor that could look into it. */
  readonly bareMetal?: boolean;
}

/** What is looked at. */
export interface ReadinessInput {
  /** The status of the host as this caller may see it; null where it may not. `reachable`: whether the host answers commands. */
  readonly host: { readonly status: string | null; readonly reachable: boolean };
  readonly server: ActionSubject & {
    readonly id: string;
    readonly powerState: PowerState;
    readonly memoryMb: number;
    readonly origin: 'created' | 'adopted';
  };
  readonly isAdmin: boolean;
  readonly dumpRunning: boolean;
  /** What the host said it can do; null when it never said. */
  readonly offered: Offered | null;
  /** Null when the host did not answer. */
  readonly guest: GuestReadiness | null;
}

/** The answer. */
export interface Readiness {
  /** `amber`: something that is needed is known to be missing. `unknown`: it is only not known to be there. */
  readonly state: 'green' | 'amber' | 'unknown';
  readonly expectation: Expectation;
  readonly items: readonly ReadinessItem[];
}

/** Judges. */
export function readiness(input: ReadinessInput): Readiness {
  const judged = [...hostItems(input), ...guestItems(input)];
  const found = input.offered?.bareMetal === true ? judged.map((item) => onBareMetal(item, input)) : judged;
  const items = READINESS_ITEMS.flatMap((name) => found.filter(({ item }) => item === name));
  const needed = items.filter((item) => item.needed);
  const state = needed.some((item) => item.state === 'amber')
    ? 'amber'
    : needed.every((item) => item.state === 'green')
      ? 'green'
      : 'unknown';
  return { state, expectation: expectationOf(items, input), items };
}

function factsOf({ guest }: ReadinessInput): GuestFacts | null {
  return guest?.learnt == null || guest.learnt.stale ? null : guest.learnt.facts;
}

function expectationOf(items: readonly ReadinessItem[], input: ReadinessInput): Expectation {
  const facts = factsOf(input);
  const stateOf = (name: ReadinessItemName) => items.find(({ item }) => item === name)?.state;
  if (stateOf('driver') === 'amber') return 'not_sent';
  if (stateOf('state') === 'amber') return hasCrashed(input) ? 'crashed' : 'not_sent';
  if (facts === null || stateOf('host') === 'amber') return 'unknown';
  if (stateOf('nmi_panic') === 'amber') return 'nothing';
  if (stateOf('nmi_panic') === 'unknown' || stateOf('crash_kernel') === 'unknown') return 'unknown';
  if (stateOf('crash_kernel') === 'amber') return 'panic_only';
  switch (facts.target?.kind) {
    case undefined:
      return 'some_dump';
    case 'port':
      return stateOf('ports') === 'green' ? 'host_dump' : 'some_dump';
    case 'local':
    case 'raw':
      return 'guest_dump';
    case 'nfs':
    case 'ssh':
    case 'ftp':
      return 'remote_dump';
  }
}
