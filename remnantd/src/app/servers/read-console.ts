// Reads what a server printed on its serial console: a question to its host, nothing is written.

import type { Access } from '../../access/access.ts';
import { askHost } from '../../dispatch/ask-host.ts';
import { fault } from '../../model/faults.ts';
import type { Bus } from '../../ports/bus.ts';
import type { RequestContext } from '../request-context.ts';

/** What reading a console needs. */
export interface ReadConsoleDeps {
  readonly access: Access;
  readonly bus: Bus;
  /** How long the host has to answer, ms. */
  readonly askMs: number;
}

/** Characters a terminal would act on; tab, line feed and carriage return stay (Nova strips the same). */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** The last `lines` lines, all when null. Faults: not found, policy, instance-not-ready, no-console, not-implemented. */
export async function readConsole(
  deps: ReadConsoleDeps,
  context: RequestContext,
  id: string,
  lines: number | null,
): Promise<string> {
  const server = await deps.access.servers.one(context.caller, id, 'os_compute_api:os-console-output');
  if (server.host === null) throw fault('instance-not-ready', { id });
  const answer = await askHost(deps.bus, server.host, { ask: 'console', server: server.id, lines }, deps.askMs);
  if (answer === null) throw fault('console-unreachable', { id });
  if (answer.ok) return answer.text.replace(CONTROL, '');
  switch (answer.code) {
    case 'not-implemented':
      throw fault('not-implemented');
    case 'not-found':
      throw fault('instance-not-ready', { id });
    case 'failed':
      throw fault('no-console');
  }
}
