// What Remnant recorded of a request, read through its own APIs as an admin; waited for where it is still to come.

import { randomUUID } from 'node:crypto';
import type { Answer, Body } from './http-client.ts';
import type { TestRemnant } from './open-remnant.ts';
import { waitFor } from './wait-for.ts';

/** An admin of the cloud, in a project of its own. */
export const ADMIN = 'admin:0f5';
/** A member of the project that `serverRow` puts servers in. */
export const MEMBER = 'ann:a1';
/** A member of another project. */
export const STRANGER = 'bob:b2';

/** Sends an action. */
export function act(
  remnant: TestRemnant,
  id: string,
  body: unknown,
  more: { token?: string; version?: string; method?: 'POST' | 'PUT' } = {},
): Promise<Answer> {
  const { token = MEMBER, version = '2.93', method = 'POST' } = more;
  return remnant.ask({ method, path: `/v2.1/servers/${id}/action`, token, version, body });
}

/** Asks for a crash dump. */
export function dump(remnant: TestRemnant, id: string, token = MEMBER): Promise<Answer> {
  return act(remnant, id, { trigger_crash_dump: null }, { token });
}

/** The action that a request was recorded as, once its event has ended. */
export function endedAction(remnant: TestRemnant, id: string, request: Answer): Promise<Body> {
  const requestId = request.headers['x-compute-request-id'] ?? '';
  return waitFor(`the action ${requestId} to end`, async () => {
    const path = `/v2.1/servers/${id}/os-instance-actions/${requestId}`;
    const { body } = await remnant.ask({ path, token: ADMIN, version: '2.93' });
    const action = body['instanceAction'];
    return typeof action?.['events']?.[0]?.['finish_time'] === 'string' && action;
  });
}

/** The first event of an action. */
export function eventOf(action: Body): Body {
  const event = action['events']?.[0];
  if (event === undefined) throw new Error('the action has no event');
  return event;
}

/** The newest dump of a server, once it has its verdict. */
export function endedDump(remnant: TestRemnant, id: string): Promise<Body> {
  return waitFor(`the dump of ${id} to end`, async () => {
    const { body } = await remnant.ask({ path: `/remnant/v1/servers/${id}/dumps`, token: ADMIN });
    const newest = body['dumps']?.[0];
    return newest?.['phase'] === 'ended' && newest;
  });
}

/** An id that nothing has. */
export function unknownId(): string {
  return randomUUID();
}
