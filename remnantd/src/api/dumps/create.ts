// POST /remnant/v1/servers/{id}/dumps: asks for a crash dump as Nova's trigger_crash_dump does, with wishes.

import { Type } from 'typebox';
import type { Authorised } from '../../access/authorised.ts';
import type { AskedDump } from '../../app/servers/create-dump.ts';
import { createDump } from '../../app/servers/create-dump.ts';
import { AFTER_PANIC_WORDS, MEMORY_WORDS } from '../../model/dump-wishes.ts';
import { fault } from '../../model/faults.ts';
import type { Server } from '../../model/server.ts';
import { ADMIN, PROJECT_MEMBER_OR_ADMIN } from '../../policy/base-rules.ts';
import type { ApiDeps } from '../deps.ts';
import type { CallerOperation, CallerRequest, Reply } from '../operation.ts';
import { rule } from '../rule.ts';
import { DUMP_REPLY, dumpReply } from './read.ts';

const OPERATION = 'POST /servers/{server_id}/dumps';
const CREATE = rule('remnant:dumps:create', PROJECT_MEMBER_OR_ADMIN, 'Ask for a crash dump of a server', OPERATION);
const FORCE = rule(
  'remnant:dumps:force',
  ADMIN,
  'Ask for a crash dump while another one runs, which ends that one',
  `${OPERATION} (force)`,
);

const BODY = Type.Unsafe({
  type: 'object',
  properties: {
    dump: {
      type: 'object',
      properties: {
        nmi: { type: 'boolean', description: 'False: no NMI is ever sent, the hypervisor writes the memory.' },
        memory: {
          type: 'string',
          enum: [...MEMORY_WORDS],
          description: 'When the hypervisor writes the memory. fallback: when the guest itself gave no dump.',
        },
        after_panic: {
          type: 'string',
          enum: [...AFTER_PANIC_WORDS],
          description: 'What becomes of a guest that panicked without a crash kernel.',
        },
        evidence: {
          type: 'boolean',
          description: 'True: what can be seen of the guest is kept before the NMI goes out, within one second.',
        },
        force: {
          type: 'string',
          minLength: 1,
          maxLength: 255,
          pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$',
          description: 'Why a dump that runs is to be ended for this one. For admins.',
        },
      },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
});

interface Body {
  readonly dump?: Omit<AskedDump, 'afterPanic'> & { readonly after_panic?: NonNullable<AskedDump['afterPanic']> };
}

export const dumpsCreate: CallerOperation = {
  id: 'dumps.create',
  root: 'remnant',
  method: 'POST',
  path: '/servers/{server_id}/dumps',
  summary: 'Ask for a crash dump of a server: an NMI, and what comes of it',
  description:
    "As Nova's action trigger_crash_dump, with the same checks and in the same list of actions. What is not said is the owner's wish, in the server's metadata (remnant:memory_dump, remnant:after_panic), else the configuration's.",
  success: 202,
  errors: [400, 401, 403, 404, 409],
  rules: [CREATE, FORCE],
  body: [{ schema: BODY }],
  emptyBody: true,
  reply: DUMP_REPLY,
  handle: async (request, deps) => {
    const { after_panic: afterPanic, ...asked } = (request.body as Body).dump ?? {};
    const wishes = { ...asked, ...(afterPanic === undefined ? {} : { afterPanic }) };
    const rules = { create: CREATE.name, force: FORCE.name };
    const id = request.params['server_id'] ?? '';
    const dump = await createDump(deps.servers, request, id, wishes, rules);
    return accepted(request, deps, await deps.access.servers.oneEvenDeleted(request.caller, id, CREATE.name), dump);
  },
  again: async (request, deps, first) => {
    // What was asked for may be over, and its server gone.
    const server = await deps.access.servers.oneEvenDeleted(
      request.caller,
      request.params['server_id'] ?? '',
      CREATE.name,
    );
    const dump = await deps.access.records.dumpOfRequest(server, first);
    if (dump === null) throw fault('dump-not-found', { id: `of request ${first}` });
    return accepted(request, deps, server, dump.id);
  },
};

async function accepted(
  request: CallerRequest,
  deps: ApiDeps,
  server: Authorised<Server>,
  dump: string,
): Promise<Reply> {
  const location = `${request.links.origin}/remnant/v1/servers/${server.id}/dumps/${dump}`;
  return { body: await dumpReply(request.caller, deps, server, dump), headers: { location } };
}
