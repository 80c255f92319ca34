// /healthz, /readyz and /metrics: for whoever runs the daemon. They want no token, so they name no host, user or server.

import type { FastifyInstance, FastifyReply } from 'fastify';
import { sendText } from './front.ts';

/** One thing a process needs to be of use. */
export interface ReadinessCheck {
  readonly name: string;
  /** `warning`: not as it should be, and of use all the same. */
  readonly state: 'ok' | 'warning' | 'missing';
  /** What is wrong, for strangers too; null when nothing is. */
  readonly reason: string | null;
}

/** Whether a process should be sent requests, and what is missing. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly ReadinessCheck[];
}

/** What the probes tell. */
export interface Probes {
  readonly ready: () => Promise<Readiness>;
  /** Prometheus' text; null when /metrics is on an address of its own, and so 404 here. */
  readonly metrics: (() => Promise<string>) | null;
}

/** Probes by path. */
export const PROBE_PATHS: Readonly<Record<string, string>> = {
  '/healthz': 'healthz',
  '/readyz': 'readyz',
  '/metrics': 'metrics',
};
/** Prometheus' text format. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Adds the probes' routes. */
export function addProbes(server: FastifyInstance, probes: Probes): void {
  const route = (url: string, answer: (reply: FastifyReply) => FastifyReply | Promise<FastifyReply>) => {
    const handler = async (_request: unknown, reply: FastifyReply) => {
      reply.header('cache-control', 'no-store');
      return answer(reply);
    };
    server.route({ method: ['GET', 'HEAD'], url, handler });
  };
  const json = (reply: FastifyReply, body: object) => sendText(reply, 'application/json', JSON.stringify(body));
  route('/healthz', (reply) => json(reply, { status: 'ok' }));
  route('/readyz', async (reply) => {
    const readiness = await probes.ready();
    reply.code(readiness.ready ? 200 : 503);
    return json(reply, readiness);
  });
  const { metrics } = probes;
  route('/metrics', async (reply) =>
    metrics === null
      ? sendText(reply.code(404), 'text/plain', 'Metrics are not here: metrics.listen says where.\n')
      : sendText(reply, METRICS_TYPE, await metrics()),
  );
}
