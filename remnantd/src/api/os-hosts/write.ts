// PUT /os-hosts/{name} and its power actions, until 2.42: as in a Nova on libvirt, no host can be switched in this way. A
// service is disabled through os-services.

import { Type } from 'typebox';
import { NOBODYS } from '../../access/authorise.ts';
import { fault } from '../../model/faults.ts';
import type { RuleDefault } from '../../policy/rule-default.ts';
import type { CallerOperation } from '../operation.ts';
import { objectOf, STRING } from '../reply-schema.ts';
import * as rules from './rules.ts';

const SWITCH = { type: 'string', enum: ['enable', 'disable', 'Enable', 'Disable', 'ENABLE', 'DISABLE'] };

export const osHostsUpdate: CallerOperation = {
  id: 'os-hosts.update',
  until: '2.42',
  root: 'compute',
  method: 'PUT',
  path: '/os-hosts/{host_name}',
  readOnly: true,
  summary: 'Change a host',
  description: 'No driver can: 501, as from a Nova on libvirt. Disable the service instead (os-services).',
  success: 200,
  errors: [400, 401, 403, 404, 501],
  rules: [rules.UPDATE],
  body: [
    {
      schema: Type.Unsafe({
        type: 'object',
        properties: { status: SWITCH, maintenance_mode: SWITCH },
        additionalProperties: false,
      }),
    },
  ],
  reply: objectOf({ host: STRING }),
  handle: async ({ caller, params, body }, deps) => {
    const host = params['host_name'] ?? '';
    deps.access.authorise(caller, rules.UPDATE.name, NOBODYS);
    // Asked for nothing, Nova looks at nothing.
    if (Object.keys(body as object).length === 0) return { body: { host } };
    await deps.access.services.on(caller, rules.UPDATE.name, host);
    throw fault('not-supported');
  },
};

function powerAction(verb: 'startup' | 'shutdown' | 'reboot', summary: string, rule: RuleDefault): CallerOperation {
  return {
    id: `os-hosts.${verb}`,
    until: '2.42',
    root: 'compute',
    method: 'GET',
    path: `/os-hosts/{host_name}/${verb}`,
    summary,
    description: 'No driver can: 501, as from a Nova on libvirt.',
    success: 200,
    errors: [401, 403, 404, 501],
    rules: [rule],
    reply: objectOf({ host: STRING, power_action: STRING }),
    handle: async ({ caller, params }, deps) => {
      await deps.access.services.on(caller, rule.name, params['host_name'] ?? '');
      throw fault('not-supported');
    },
  };
}

/** Starts one. */
export const osHostsStartup = powerAction('startup', 'Start a host', rules.START);
/** Shuts one down. */
export const osHostsShutdown = powerAction('shutdown', 'Shut a host down', rules.SHUTDOWN);
/** Reboots one. */
export const osHostsReboot = powerAction('reboot', 'Reboot a host', rules.REBOOT);
