// What a host's agent told of itself in its hello, as every API process must know it: without the guests, which only matter
// to the process that was told.

import type { CommandKind } from './command.ts';
import type { HostFactsOffered } from './host.ts';
import type { Hello } from './wire.ts';

/** What is kept of a hello. */
export interface HostTold {
  readonly wire: number;
  readonly life: string;
  readonly calls: readonly CommandKind[];
  /** `guests` is null. */
  readonly offered: HostFactsOffered;
}

/** The part of a hello that is kept. */
export function toldIn({ wire, life, calls, offered }: Hello): HostTold {
  return { wire, life, calls, offered: { ...offered, guests: null } };
}
