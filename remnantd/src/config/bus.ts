// The section about the bus between API processes and agents: where NATS is, and how this process shows who it is.

import type { Static } from 'typebox';
import { Type } from 'typebox';

const file = (description: string) =>
  Type.Union([Type.String({ minLength: 1 }), Type.Null()], { description, default: null });
const server = '(nats|tls)://[^,/@\\s"]+';

/** The bus. */
export const bus = Type.Object(
  {
    url: Type.Union([Type.String({ pattern: `^${server}(,${server})*$` }), Type.Null()], {
      description:
        'NATS, as nats://HOST:PORT or tls://HOST:PORT; several servers with commas between. Null is a bus inside this process: no agent elsewhere, no second API process.',
      default: null,
    }),
    prefix: Type.String({
      description: 'First word of every subject: clouds that share a NATS have one each.',
      pattern: '^[A-Za-z0-9_-]{1,64}$',
      default: 'remnant',
    }),
    credentials: file(
      'File with the seed that `remnantd enroll` wrote, readable by its owner only (chmod 600). Read at each connection. Null where NATS lets in anybody.',
    ),
    ca: file('The authorities to trust for tls://. PEM; null are the usual ones.'),
    cert: file('Certificate to show to NATS, where it asks for one. PEM.'),
    key: file('Its private key, readable by its owner only (chmod 600). PEM.'),
  },
  { additionalProperties: false, default: {}, description: 'How API processes and agents hear each other.' },
);

/** The settings of the bus. */
export type BusConfig = Static<typeof bus>;
