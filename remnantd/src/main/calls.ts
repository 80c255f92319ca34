// The calls of this program's wire: what its agents know, and what its API processes may ask of agents that do.

import type { CommandKind } from '../model/command.ts';

/** The compiler holds it to every kind of command there is. */
const KNOWN = {
  create: true,
  destroy: true,
  'power-on': true,
  'power-off': true,
  pause: true,
  unpause: true,
  suspend: true,
  resume: true,
  reboot: true,
  rescue: true,
  unrescue: true,
  resize: true,
  'revert-resize': true,
  rebuild: true,
  'inject-nmi': true,
  'dump-memory': true,
  'after-panic': true,
} as const satisfies Record<CommandKind, true>;

/** Every kind of command there is. */
export const CALLS = Object.keys(KNOWN) as readonly CommandKind[];
