// Asks a server's host what it knows of the guest: a question, nothing is written.

import type { Authorised } from '../../access/authorised.ts';
import { askHost } from '../../dispatch/ask-host.ts';
import type { GuestReadiness } from '../../model/guest-facts.ts';
import type { Server } from '../../model/server.ts';
import type { Bus } from '../../ports/bus.ts';

/** What asking needs. */
export interface AskReadinessDeps {
  readonly bus: Bus;
  /** How long the host has to answer, ms. */
  readonly askMs: number;
}

/** What the host knows; null when it did not answer in time, or is too old for the question. `refresh`: it looks now. */
export async function askReadiness(
  deps: AskReadinessDeps,
  server: Authorised<Server>,
  refresh: boolean,
): Promise<GuestReadiness | null> {
  if (server.host === null) return null;
  const query = { ask: 'readiness', server: server.id, refresh } as const;
  const answer = await askHost(deps.bus, server.host, query, deps.askMs);
  return answer?.ok === true ? (JSON.parse(answer.text) as GuestReadiness) : null;
}
