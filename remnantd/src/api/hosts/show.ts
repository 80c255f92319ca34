// GET /remnant/v1/hosts/{name}: how one host is, why, since when, and how old what we know of it is.

import { NOBODYS } from '../../access/authorise.ts';
import { fault } from '../../model/faults.ts';
import type { HostName } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import type { CallerOperation } from '../operation.ts';
import { objectOf } from '../reply-schema.ts';
import { CAUSES_TOLD, DISKS_TOLD, HOST, hostBody } from './host-health.ts';
import { nodeBodies } from './node-health.ts';
import { SHOW } from './rules.ts';

export const hostsShow: CallerOperation = {
  id: 'hosts.show',
  root: 'remnant',
  method: 'GET',
  path: '/hosts/{name}',
  summary: 'Show how a host is, and why',
  description: `\`status\` is what host_status says, \`state\` what os-services says. Causes: ${CAUSES_TOLD}. \`evidence_age_ms\`: how long ago this process heard the host. ${DISKS_TOLD} \`nodes\`: the machines it drives, each a hypervisor of its own (Ironic), null for other hosts; one in maintenance changes no \`status\`.`,
  success: 200,
  errors: [400, 401, 403, 404],
  rules: [SHOW],
  reply: objectOf({ host: HOST }),
  handle: async ({ caller, params }, deps) => {
    const name = asId<HostName>(params['name'] ?? '');
    deps.access.authorise(caller, SHOW.name, NOBODYS);
    const entry = deps.hosts.find(name);
    if (entry === null) throw fault('host-not-found', { host: name });
    const { hosts } = deps.access;
    const body = hostBody(deps, name, entry, await hosts.serverCount(caller, SHOW.name, name));
    const told = entry.offered?.nodes;
    if (told === undefined) return { body: { host: { ...body, nodes: null } } };
    const servers = (await hosts.guests(caller, SHOW.name, [name])).get(name) ?? [];
    return { body: { host: { ...body, nodes: nodeBodies(told, servers) } } };
  },
};
