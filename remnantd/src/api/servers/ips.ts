// GET /servers/{id}/ips and those on one network.

import { fault } from '../../model/faults.ts';
import type { CallerOperation } from '../operation.ts';
import { INTEGER, listOf, objectOf, STRING } from '../reply-schema.ts';
import { plainAddresses } from './addresses.ts';
import * as rules from './sub-rules.ts';

const BY_NETWORK = {
  type: 'object',
  additionalProperties: listOf(objectOf({ version: INTEGER, addr: STRING })),
} as const;

export const ipsList: CallerOperation = {
  id: 'server-ips.list',
  root: 'compute',
  method: 'GET',
  path: '/servers/{server_id}/ips',
  summary: "List a server's addresses",
  success: 200,
  errors: [401, 403, 404],
  rules: [rules.IPS_INDEX],
  reply: objectOf({ addresses: BY_NETWORK }),
  handle: async ({ caller, params }, deps) => {
    const server = await deps.access.servers.one(caller, params['server_id'] ?? '', rules.IPS_INDEX.name);
    return { body: { addresses: plainAddresses(server) } };
  },
};

export const ipsShow: CallerOperation = {
  id: 'server-ips.show',
  root: 'compute',
  method: 'GET',
  path: '/servers/{server_id}/ips/{network}',
  summary: "List a server's addresses on one network",
  success: 200,
  errors: [401, 403, 404],
  rules: [rules.IPS_SHOW],
  reply: BY_NETWORK,
  handle: async ({ caller, params }, deps) => {
    const server = await deps.access.servers.one(caller, params['server_id'] ?? '', rules.IPS_SHOW.name);
    const network = params['network'] ?? '';
    const addresses = plainAddresses(server);
    if (!Object.hasOwn(addresses, network)) throw fault('not-on-network');
    return { body: { [network]: addresses[network] } };
  },
};
