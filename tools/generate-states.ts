// docs/reference/states.md: which action a server allows in which state, and where it leads, from SERVER_ACTIONS.

import type { ServerActionName } from '../remnantd/src/model/server-states.ts';
import { endsIn, SERVER_ACTIONS, VM_STATES } from '../remnantd/src/model/server-states.ts';
import { serverStatus } from '../remnantd/src/model/server-status.ts';
import { code, page, table } from './generate-markdown.ts';

const ACTIONS = Object.keys(SERVER_ACTIONS) as ServerActionName[];

/** The page. */
export function statesPage(): string {
  return page(
    'States of a server',
    'What a server should be is its `vm_state`; what is being done with it right now is its `task_state`. Where an action is not allowed the answer is 409, and the reasons are tried in this order: lock, host, `vm_state`, `task_state`, never launched.',
    '## Actions',
    table(
      [
        'action',
        'allowed in',
        'no other task',
        'launched once',
        'lock stops it',
        'on a host',
        '`task_state`',
        'leads to',
      ],
      ACTIONS.map((name) => {
        const row = SERVER_ACTIONS[name];
        const from = row.from === 'any' ? 'any' : row.from.map(code).join(', ');
        const flags = [row.idle !== false, row.launched, row.honoursLock, row.needsHost].map((on) => (on ? 'yes' : ''));
        return [code(name), from, ...flags, code(row.during ?? ''), leadsTo(name)];
      }),
    ),
    'A lock stops everybody but an admin.',
    '## Diagram',
    `\`\`\`mermaid\n${diagram()}\n\`\`\``,
    'Allowed in every state, and so not drawn: ' +
      `${ACTIONS.filter((name) => SERVER_ACTIONS[name].from === 'any')
        .map(code)
        .join(', ')}.`,
    '## Status',
    'The `status` of the Compute API, when no task changes it:',
    table(
      ['`vm_state`', '`status`'],
      VM_STATES.map((vmState) => [code(vmState), code(serverStatus({ vmState, taskState: null, deletedAt: null }))]),
    ),
  );
}

/** Where it ends, in a cell. */
function leadsTo(name: ServerActionName): string {
  const { leadsTo: leads } = SERVER_ACTIONS[name];
  if (leads === null) return '';
  if (typeof leads === 'string') return code(leads);
  return Object.entries(leads)
    .map(([from, to]: [string, readonly string[]]) =>
      to.length === 1 && to[0] === from ? `stays ${code(from)}` : `${to.map(code).join(' or ')} from ${code(from)}`,
    )
    .join('; ');
}

function diagram(): string {
  const arrows = new Map<string, string[]>();
  for (const name of ACTIONS) {
    const { from, needsHost, leadsTo: leads } = SERVER_ACTIONS[name];
    // What moves nothing and asks no host is no arrow.
    if (from === 'any' || (leads === null && !needsHost)) continue;
    for (const state of from) {
      for (const end of endsIn(name, state)) {
        const arrow = `${state} --> ${end}`;
        arrows.set(arrow, [...(arrows.get(arrow) ?? []), name]);
      }
    }
  }
  const lines = [...arrows].map(([arrow, names]) => `  ${arrow}: ${names.join(', ')}`);
  return ['stateDiagram-v2', '  [*] --> building', '  building --> active', '  building --> error', ...lines].join(
    '\n',
  );
}
