// What Remnant recorded of a request, read through its own APIs as an admin; waited for where it is still to come.

import { randomUUID } from 'node:crypto';
import type { CommandRow } from '../../src/db/commands.ts';
import { commandsOf } from '../../src/db/commands.ts';
import { asId } from '../../src/model/ids.ts';
import type { Answer, Body } from './http-client.ts';
import type { TestRemnant } from './open-remnant.ts';
import { waitFor } from './wait-for.ts';

/** An admin of the cloud, in a project of its own. */
export const ADMIN = 'admin:0f5';
/** A member of the project that `serverRow` puts servers in. */
export const MEMBER = 'ann:a1a1a1a1';
/** A member of another project. */
export const STRANGER = 'bob:b2b2b2b2';

/** Sends an action. */
export function act(
  remnant: Pick<TestRemnant, 'ask'>,
  id: string,
  body: unknown,
  more: { token?: string; version?: string; method?: 'POST' | 'PUT' } = {},
): Promise<Answer> {
  const { token = MEMBER, version = '2.93', method = 'POST' } = more;
  return remnant.ask({ method, path: `/v2.1/servers/${id}/action`, token, version, body });
}

/** Asks for a crash dump. */
export function dump(remnant: Pick<TestRemnant, 'ask'>, id: string, token = MEMBER): Promise<Answer> {
  return act(remnant, id, { trigger_crash_dump: null }, { token });
}

/** The action that a request was recorded as, once its event has ended: that of the request itself, unless `event` names one. */
export function endedAction(
  remnant: Pick<TestRemnant, 'ask'>,
  id: string,
  request: Answer,
  event?: string,
): Promise<Body> {
  const requestId = request.headers['x-compute-request-id'] ?? '';
  return waitFor(`the action ${requestId} to end`, async () => {
    const path = `/v2.1/servers/${id}/os-instance-actions/${requestId}`;
    const { body } = await remnant.ask({ path, token: ADMIN, version: '2.93' });
    const action = body['instanceAction'];
    return typeof eventIn(action, event)?.['finish_time'] === 'string' && action;
  });
}

/** The newest command for a server, once its host has it in hand. */
export function takenByHost({ store }: Pick<TestRemnant, 'store'>, id: string): Promise<CommandRow> {
  return waitFor(`the host to take what is wanted of ${id}`, async () => {
    const newest = (await commandsOf(store.read, asId(id))).at(-1);
    return newest?.state === 'granted' && newest;
  });
}

/** The event of an action that the request itself began, or the one called `name`. */
export function eventOf(action: Body, name?: string): Body {
  const event = eventIn(action, name);
  if (event === undefined) throw new Error('the action has no such event');
  return event;
}

function eventIn(action: Body | undefined, name: string | undefined): Body | undefined {
  const events: readonly Body[] | undefined = action?.['events'];
  // The newest is told first; what the request itself asked for was begun before all that came of it.
  return name === undefined ? events?.at(-1) : events?.find(({ event }) => event === name);
}

/** The newest dump of a server, once it has its verdict. */
export function endedDump(remnant: Pick<TestRemnant, 'ask'>, id: string): Promise<Body> {
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
