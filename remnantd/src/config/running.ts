// The sections about running the daemon: TLS, bounds on what strangers may do to it, the log, metrics, stopping.

import { Type } from 'typebox';
import { hostPort } from './host-port.ts';

const closed = { additionalProperties: false } as const;
const seconds = (description: string, value: number, more: object = { exclusiveMinimum: 0 }) =>
  Type.Number({ description: `${description} Seconds.`, default: value, ...more });
const count = (description: string, value: number, minimum = 1) =>
  Type.Integer({ description, minimum, default: value });

/** TLS of the APIs. */
export const tls = Type.Union(
  [
    Type.Object(
      {
        cert: Type.String({
          description: 'File with the certificate and those between it and its root. PEM.',
          minLength: 1,
        }),
        key: Type.String({ description: 'File with its private key, not readable by everybody. PEM.', minLength: 1 }),
        check: seconds('How often the files are looked at; SIGHUP does it at once.', 10),
      },
      closed,
    ),
    Type.Null(),
  ],
  { description: 'Serve HTTPS (TLS 1.2 or newer) with this certificate; null serves plain HTTP.', default: null },
);

/** Bounds. */
export const limits = Type.Object(
  {
    connections: count('Connections served at a time; a request on a further one is 503.', 1000),
    connections_per_client: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
      description:
        'The same for one client address (429); null is no bound. Behind a proxy all clients have its address.',
      default: null,
    }),
    pipelined: count('Requests of one connection worked on at a time; a further one is 503.', 16),
    header_bytes: count('Request line and headers together larger than this are 431.', 16_384, 1024),
    headers: count('More headers than this are 431.', 100, 10),
    url_bytes: count('A longer URL is 414.', 8192, 256),
    header_time: seconds('The headers of a request must be there within this time (408).', 10),
    request_time: seconds('The whole request must be there within this time (408).', 60),
    keep_alive: seconds('A connection without a request is closed after this time.', 75),
    idle: seconds(
      'A connection on which nothing moves is closed after this time, also while a request is worked on: more than commands.nmi_wait, and than inject_nmi takes where an NMI takes long (for an Ironic 90 s more than its nmi_timeout).',
      300,
    ),
  },
  { ...closed, default: {}, description: 'What one client may cost the others.' },
);

/** The log. */
export const log = Type.Object(
  {
    level: Type.Union(
      ['debug', 'info', 'warn', 'error'].map((level) => Type.Literal(level)),
      {
        description: 'The least that is logged. Requests are info, those for probes and metrics debug.',
        default: 'info',
      },
    ),
  },
  { ...closed, default: {}, description: 'The log: a JSON object a line, on standard output.' },
);

/** Metrics. */
export const metrics = Type.Object(
  {
    listen: hostPort(
      'ADDRESS:PORT for /metrics alone, over plain HTTP, e.g. 127.0.0.1:9184; null serves it beside the APIs. Anybody who reaches it may read it.',
    ),
  },
  { ...closed, default: {}, description: 'Numbers for Prometheus.' },
);

/** Stopping. */
export const stop = Type.Object(
  {
    drain: seconds('How long /readyz says no before the listener closes, for a load balancer to notice.', 0, {
      minimum: 0,
    }),
    grace: seconds('How long requests and commands under way are then waited for.', 15),
  },
  { ...closed, default: {}, description: 'What SIGTERM does.' },
);
