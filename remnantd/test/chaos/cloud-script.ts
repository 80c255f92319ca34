// What is done to the cloud during a chaos run: a deck of faults, every kind on everything it can befall, shuffled by the seed. The
// same seed gives the same script; what it meets differs from run to run, as time does.

import { APIS, HOSTS, SIM_HOSTS } from './cloud-config.ts';
import { pick } from './random.ts';

const PARTS = [...APIS, ...HOSTS, 'libvirtd', 'nats', 'postgresql'] as const;
const CABLES = [...APIS, ...HOSTS, 'bus', 'db'] as const;
const HOUR_S = 3_600;

/** Something that may be killed. */
export type PartName = (typeof PARTS)[number];
/** A machine whose cable may be pulled. */
export type CableName = (typeof CABLES)[number];

/** One thing that is done, and undone after `holdMs`; `gapMs` later comes the next. */
export type Fault = (
  | { readonly does: 'kill' | 'restart' | 'freeze'; readonly to: PartName }
  | { readonly does: 'cut'; readonly to: CableName }
  | { readonly does: 'slow'; readonly to: 'db'; readonly kbit: number }
  | { readonly does: 'fill'; readonly to: 'host1' }
  | { readonly does: 'jump'; readonly to: string; readonly seconds: number }
) & { readonly holdMs: number; readonly gapMs: number };

/** The kinds of faults. */
export type FaultKind = Fault['does'];

/** The script of a run: `rounds` times the whole deck. */
export function drawScript(random: () => number, rounds = 1): readonly Fault[] {
  return Array.from({ length: rounds }, () => shuffled(deck(random), random)).flat();
}

function deck(random: () => number): Fault[] {
  const times = (least: number, most: number) => ({
    holdMs: Math.round(least + random() * (most - least)),
    gapMs: Math.round(300 + random() * 1_200),
  });
  // Now and then so long that what was asked for meanwhile is past its deadline.
  const long = () => (random() < 0.2 ? times(9_000, 12_000) : times(500, 5_000));
  return [
    ...PARTS.flatMap((to): Fault[] => [
      { does: 'kill', to, ...times(100, 2_500) },
      { does: 'restart', to, ...times(0, 500) },
      { does: 'freeze', to, ...long() },
    ]),
    ...CABLES.map((to): Fault => ({ does: 'cut', to, ...long() })),
    { does: 'slow', to: 'db', kbit: pick(random, [256, 512, 1024]), ...times(3_000, 6_000) },
    { does: 'fill', to: 'host1', ...times(2_000, 5_000) },
    ...[...APIS, ...SIM_HOSTS].map(
      (to): Fault => ({ does: 'jump', to, seconds: pick(random, [HOUR_S, -HOUR_S]), ...times(2_000, 4_000) }),
    ),
  ];
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
