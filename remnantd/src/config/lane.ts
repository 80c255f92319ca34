// The section about the lane of artefacts between machines: where this API process takes what hosts send, and whom it trusts.

import type { Static } from 'typebox';
import { Type } from 'typebox';
import { hostPort } from './host-port.ts';

const file = (description: string) =>
  Type.Union([Type.String({ minLength: 1 }), Type.Null()], { description, default: null });

const ca = file(
  'The authorities to trust where artefacts are sent. PEM. With it they are sent over TLS alone; null are the usual authorities, and lets plain HTTP be.',
);

/** The lane of an API process. */
export const lane = Type.Object(
  {
    listen: hostPort(
      'ADDRESS:PORT where hosts bring the files of dumps, apart from the APIs. Must be given with bus.url; null where there is none.',
    ),
    url: Type.Union([Type.String({ pattern: '^https?://[^/?#@\\s"]+$' }), Type.Null()], {
      description:
        'Scheme, host and port under which agents reach this very process, not a balancer before it; null is lane.listen.',
      default: null,
    }),
    cert: file("Certificate of the lane, and those between it and its root. PEM; null is tls's."),
    key: file("Its private key, not readable by everybody. PEM; null is tls's."),
    ca,
  },
  { additionalProperties: false, default: {}, description: 'How the files of dumps come from hosts to this process.' },
);

/** The lane of an agent. */
export const agentLane = Type.Object(
  { ca },
  { additionalProperties: false, default: {}, description: 'How the files of dumps go to the API process that asked.' },
);

/** The settings of an API process's lane. */
export type LaneConfig = Static<typeof lane>;
