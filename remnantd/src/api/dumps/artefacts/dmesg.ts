// GET /remnant/v1/servers/{id}/dumps/{dump_id}/artefacts/{artefact_id}/dmesg: the kernel's log out of a dump. It is the guest's
// memory, and its owner's alone: an admin of the cloud is refused too.

import { readDmesg } from '../../../app/artefacts/read-dmesg.ts';
import { PROJECT_MEMBER } from '../../../policy/base-rules.ts';
import type { CallerOperation } from '../../operation.ts';
import { FLAG, INTEGER, objectOf, STRING } from '../../reply-schema.ts';
import { rule } from '../../rule.ts';
import { PANIC_OR_NULL } from '../panic.ts';

const PATH = '/servers/{server_id}/dumps/{dump_id}/artefacts/{artefact_id}/dmesg';

const DMESG = rule(
  'remnant:dumps:dmesg',
  PROJECT_MEMBER,
  "Read the kernel's log out of a crash dump: it is part of the guest's memory",
  `GET ${PATH}`,
);

export const artefactsDmesg: CallerOperation = {
  id: 'artefacts.dmesg',
  root: 'remnant',
  method: 'GET',
  path: PATH,
  summary: "Read the kernel's log out of a crash dump",
  description:
    'The end of it, at most 256 KiB, `truncated` when there was more. Nothing in it acts on a terminal. The file has it all. Every reading is in the audit. A file whose log was not taken out is 404 with the reason.',
  success: 200,
  errors: [400, 401, 403, 404, 410, 502, 503],
  rules: [DMESG],
  guarded: true,
  reply: objectOf({ dmesg: objectOf({ text: STRING, bytes: INTEGER, truncated: FLAG, panic: PANIC_OR_NULL }) }),
  handle: async (request, deps) => {
    const { caller, params } = request;
    const server = await deps.access.servers.oneEvenDeleted(caller, params['server_id'] ?? '', DMESG.name);
    const artefact = await deps.access.records.artefact(server, params['dump_id'] ?? '', params['artefact_id'] ?? '');
    const { text, bytes, truncated } = await readDmesg(deps.artefacts, request, artefact);
    return {
      body: { dmesg: { text, bytes, truncated, panic: artefact.panic } },
      headers: { 'cache-control': 'private, no-store' },
    };
  },
};
