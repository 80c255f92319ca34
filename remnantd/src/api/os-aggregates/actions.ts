// POST /os-aggregates/{id}/action: hosts in and out of an aggregate, and its metadata.

import { Type } from 'typebox';
import { NOBODYS } from '../../access/authorise.ts';
import { addHost, removeHost } from '../../app/aggregates/change-hosts.ts';
import { updateAggregate } from '../../app/aggregates/update-aggregate.ts';
import type { HostName } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import type { CallerOperation } from '../operation.ts';
import { idNumber } from '../query.ts';
import { objectOf } from '../reply-schema.ts';
import { HOST, METADATA_WITH_NULL } from '../schemas.ts';
import * as rules from './rules.ts';
import { AGGREGATE_REPLY, aggregateReply } from './shape.ts';

const ACTION = { root: 'compute', method: 'POST', path: '/os-aggregates/{aggregate_id}/action', success: 200 } as const;
const REPLY = objectOf({ aggregate: AGGREGATE_REPLY });

const bodyWith = (name: string, schema: object) =>
  Type.Unsafe({ type: 'object', properties: { [name]: schema }, required: [name], additionalProperties: false });

export const aggregatesAddHost: CallerOperation = {
  ...ACTION,
  id: 'os-aggregates.add-host',
  action: 'add_host',
  summary: 'Add a host to an aggregate',
  description: 'Where the aggregate has a zone, the host and its servers are in it from then on.',
  errors: [400, 401, 403, 404, 409],
  rules: [rules.ADD_HOST],
  body: [{ schema: bodyWith('host', HOST) }],
  reply: REPLY,
  handle: async (request, deps) => {
    const { caller, params } = request;
    const { name } = rules.ADD_HOST;
    deps.access.authorise(caller, name, NOBODYS);
    const seq = idNumber(params['aggregate_id'] ?? '');
    const { host } = await deps.access.services.on(caller, name, (request.body as { host: string }).host);
    const aggregate = await deps.access.aggregates.one(caller, name, seq);
    return aggregateReply(request.version, await addHost(deps.aggregates, request, aggregate, host));
  },
};

export const aggregatesRemoveHost: CallerOperation = {
  ...ACTION,
  id: 'os-aggregates.remove-host',
  action: 'remove_host',
  summary: 'Remove a host from an aggregate',
  errors: [400, 401, 403, 404],
  rules: [rules.REMOVE_HOST],
  body: [{ schema: bodyWith('host', HOST) }],
  reply: REPLY,
  handle: async (request, deps) => {
    const { caller, params } = request;
    const { name } = rules.REMOVE_HOST;
    deps.access.authorise(caller, name, NOBODYS);
    const aggregate = await deps.access.aggregates.one(caller, name, idNumber(params['aggregate_id'] ?? ''));
    const host = asId<HostName>((request.body as { host: string }).host);
    return aggregateReply(request.version, await removeHost(deps.aggregates, request, aggregate, host));
  },
};

export const aggregatesSetMetadata: CallerOperation = {
  ...ACTION,
  id: 'os-aggregates.set-metadata',
  action: 'set_metadata',
  summary: "Set an aggregate's metadata",
  description: 'Keys that are not named stay; one with null goes. The key availability_zone is its zone.',
  errors: [400, 401, 403, 404],
  rules: [rules.SET_METADATA],
  body: [{ schema: bodyWith('metadata', METADATA_WITH_NULL) }],
  reply: REPLY,
  handle: async (request, deps) => {
    const { caller, params } = request;
    const { name } = rules.SET_METADATA;
    deps.access.authorise(caller, name, NOBODYS);
    const aggregate = await deps.access.aggregates.one(caller, name, idNumber(params['aggregate_id'] ?? ''));
    const given = (request.body as { metadata: Record<string, string | null> }).metadata;
    const { availability_zone: zone, ...metadata } = given;
    const change = { metadata, ...(zone === undefined ? {} : { zone }) };
    const now = await updateAggregate(
      deps.aggregates,
      request,
      aggregate,
      change,
      'Cannot update metadata of aggregate',
    );
    return aggregateReply(request.version, now);
  },
};
