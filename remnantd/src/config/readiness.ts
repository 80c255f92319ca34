// The section about readiness: how often healthy guests are looked at.

import { Type } from 'typebox';

/** Readiness. */
export const readiness = Type.Object(
  {
    every: Type.Number({
      description:
        'How often the agent in a guest that answers is asked whether the guest is ready for a crash dump. It is also asked soon after each boot. Seconds.',
      exclusiveMinimum: 0,
      default: 600,
    }),
  },
  { additionalProperties: false, default: {}, description: 'Whether an NMI would give a dump.' },
);
