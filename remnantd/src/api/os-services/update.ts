// PUT /os-services/{id}: enables, disables or forces down. Until 2.52 the last path segment is the verb and the body names
// host and binary; from 2.53 it is the service's UUID.

import { Type } from 'typebox';
import { NOBODYS } from '../../access/authorise.ts';
import type { ServiceChange } from '../../app/services/update-service.ts';
import { requireCompute, updateService } from '../../app/services/update-service.ts';
import type { JsonObject } from '../../lib/json.ts';
import { fault } from '../../model/faults.ts';
import { isUuidLike } from '../../model/ids.ts';
import { behaves } from '../behaviours.ts';
import type { ApiDeps } from '../deps.ts';
import type { CallerOperation, CallerRequest, Reply } from '../operation.ts';
import { objectOf } from '../reply-schema.ts';
import { BOOLEAN, booleanOf, HOST, WORDS } from '../schemas.ts';
import * as rules from './rules.ts';
import { SERVICE_REPLY, SERVICE_SHAPE } from './shape.ts';

const byVerb = (more: object) =>
  Type.Unsafe({
    type: 'object',
    properties: {
      host: HOST,
      binary: WORDS,
      disabled_reason: WORDS,
      ...more,
    },
    required: ['host', 'binary'],
    additionalProperties: false,
  });
const BY_UUID = Type.Unsafe({
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['enabled', 'disabled'] },
    disabled_reason: WORDS,
    forced_down: BOOLEAN,
  },
  additionalProperties: false,
});

export const osServicesUpdate: CallerOperation = {
  id: 'os-services.update',
  root: 'compute',
  method: 'PUT',
  path: '/os-services/{service_id}',
  summary: 'Enable, disable or force down a compute service',
  success: 200,
  errors: [400, 401, 403, 404],
  rules: [rules.UPDATE],
  body: [
    { until: '2.10', schema: byVerb({}) },
    { since: '2.11', until: '2.52', schema: byVerb({ forced_down: BOOLEAN }) },
    { since: '2.53', schema: BY_UUID },
  ],
  reply: objectOf({ service: SERVICE_REPLY }),
  handle: (request, deps) =>
    behaves(request.version, 'service-uuid') ? changeByUuid(request, deps) : changeByVerb(request, deps),
};

async function changeByVerb(request: CallerRequest, deps: ApiDeps): Promise<Reply> {
  const verb = request.params['service_id'] ?? '';
  const body = request.body as { host: string; binary: string; disabled_reason?: string; forced_down?: unknown };
  deps.access.authorise(request.caller, rules.UPDATE.name, NOBODYS);
  const change = changeOf(verb, body, request.version);
  requireCompute(body.binary);
  const service = await deps.access.services.on(request.caller, rules.UPDATE.name, body.host);
  const now = await updateService(deps.services, request, service, change);
  const shown: JsonObject =
    change.forcedDown === undefined
      ? { status: now.disabled ? 'disabled' : 'enabled' }
      : { forced_down: now.forcedDown };
  const reason = verb === 'disable-log-reason' ? { disabled_reason: now.disabledReason } : {};
  return { body: { service: { host: now.host, binary: now.binary, ...shown, ...reason } } };
}

function changeOf(
  verb: string,
  body: { disabled_reason?: string; forced_down?: unknown },
  version: number,
): ServiceChange {
  switch (verb) {
    case 'enable':
      return { disabled: false };
    case 'disable':
      return { disabled: true };
    case 'disable-log-reason':
      if (body.disabled_reason === undefined) throw fault('bad-request', { message: 'Missing disabled reason field' });
      return { disabled: true, disabledReason: body.disabled_reason };
    case 'force-down':
      if (!behaves(version, 'force-down')) throw fault('unknown-action');
      if (body.forced_down === undefined) throw fault('bad-request', { message: 'Missing forced_down field' });
      return { forcedDown: booleanOf(body.forced_down) };
    default:
      throw fault('unknown-action');
  }
}

async function changeByUuid(request: CallerRequest, deps: ApiDeps): Promise<Reply> {
  const id = request.params['service_id'] ?? '';
  const body = request.body as { status?: string; disabled_reason?: string; forced_down?: unknown };
  if (!isUuidLike(id)) throw fault('bad-request', { message: `Invalid uuid ${id}` });
  const service = await deps.access.services.byId(request.caller, rules.UPDATE.name, id);
  requireCompute(service.binary);
  if (body.status === 'enabled' && body.disabled_reason !== undefined) {
    throw fault('bad-request', { message: "Specifying 'disabled_reason' with status 'enabled' is invalid." });
  }
  if (body.status === undefined && body.forced_down === undefined) {
    const message = "No updates were requested. Fields 'status' or 'forced_down' should be specified.";
    throw fault('bad-request', { message });
  }
  const now = await updateService(deps.services, request, service, {
    ...(body.status === undefined ? {} : { disabled: body.status === 'disabled' }),
    ...(body.disabled_reason === undefined ? {} : { disabledReason: body.disabled_reason }),
    ...(body.forced_down === undefined ? {} : { forcedDown: booleanOf(body.forced_down) }),
  });
  const render = SERVICE_SHAPE.render(request.version, 'full', []);
  return { body: { service: render(now, { hosts: deps.hosts }) } };
}
