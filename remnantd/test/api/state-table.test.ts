// Every action in every state a server can be in, by everybody, locked or not, through the API: answered, recorded and left alone
// as Nova's own table says (test/harness/nova-actions.ts).

import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import type { NewServer } from '../../src/db/servers.ts';
import { insertServer } from '../../src/db/servers.ts';
import { asId } from '../../src/model/ids.ts';
import type { Server } from '../../src/model/server.ts';
import type { TaskState } from '../../src/model/server-states.ts';
import { VM_STATES } from '../../src/model/server-states.ts';
import type { Answer } from '../harness/http-client.ts';
import type { NovaAction } from '../harness/nova-actions.ts';
import { novaActions, OTHER_FLAVOR } from '../harness/nova-actions.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { ADMIN, MEMBER, STRANGER } from '../harness/records.ts';
import { serverRow } from '../harness/server-rows.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const remnant = useRemnant({
  hosts: ['host-1', 'host-2'],
  config: { flavors: [{ id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1 }, OTHER_FLAVOR] },
});

const CALLERS = { member: MEMBER, admin: ADMIN, reader: 'ann:a1a1a1a1:reader', stranger: STRANGER } as const;
type Role = keyof typeof CALLERS;
const LOCKS = [null, 'owner', 'admin'] as const;
/** One of each kind: none, what a hard reboot gets out of, and what it does not. */
const TASKS: readonly (TaskState | null)[] = [
  null,
  'rebooting_hard',
  'suspending',
  'powering-off',
  'rebuilding',
  'deleting',
];
/** Whom no state lets in: not all of its tasks need to be tried on them. */
const OUTSIDERS: readonly Role[] = ['reader', 'stranger'];
const AT_ONCE = 32;
/** For hundreds of commands on two hosts. */
const OVER_MS = 60_000;
const ACTIONS = novaActions(IMAGE);

/** What a server is like in one cell, and who comes. */
interface Cell {
  readonly role: Role;
  readonly row: Pick<NewServer, 'vmState' | 'taskState' | 'lockedBy' | 'launchedAt' | 'host'>;
}

beforeAll(async () => {
  const { body } = await remnant().ask({ path: '/v2.1/os-services?host=host-2', token: ADMIN, version: '2.53' });
  const path = `/v2.1/os-services/${String(body['services']?.[0]?.['id'])}`;
  const down = await remnant().ask({ method: 'PUT', path, token: ADMIN, version: '2.53', body: { forced_down: true } });
  expect(down.status).toBe(200);
});

/** Code and text of Nova's answer to who is let in or not; null where the state has no say and the action itself answers. */
function refused(action: NovaAction, { role, row }: Cell, id: string): readonly [number, string] | null {
  const state = (attribute: string, value: string) =>
    `Cannot '${action.word}' instance ${id} while it is in ${attribute} ${value}`;
  if (role === 'stranger') return [404, `Instance ${id} could not be found.`];
  if (role === 'reader' || (action.admin && role !== 'admin')) {
    return [403, `Policy doesn't allow ${action.rule} to be performed.`];
  }
  if (action.word === 'unlock' && row.lockedBy === 'admin' && role !== 'admin') {
    return [403, "Policy doesn't allow os_compute_api:os-lock-server:unlock:unlock_override to be performed."];
  }
  if (action.lock && row.lockedBy !== null && role !== 'admin') return [409, `Instance ${id} is locked`];
  if (action.host && row.host === null) return [409, `Instance ${id} is not ready`];
  if (action.from !== null && !action.from.includes(row.vmState)) return [409, state('vm_state', row.vmState)];
  if (row.taskState !== null && action.despite?.includes(row.taskState) === false) {
    return [409, state('task_state', row.taskState)];
  }
  if (action.launched && row.launchedAt === null) {
    return [409, `Instance ${id} is in an invalid state for '${action.word}'`];
  }
  return null;
}

/** An owner who locks again and whoever deletes again are told that it is done, and nothing is. */
function isRecorded({ record }: NovaAction, { role, row }: Cell): boolean {
  if (record === 'lock' && role === 'member' && row.lockedBy !== null) return false;
  return record !== null && !(record === 'delete' && row.taskState === 'deleting');
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1);

/** Adds the servers of the cells. */
async function plant(name: string, cells: readonly Cell[]): Promise<Server[]> {
  return remnant().store.transaction(async (tx) => {
    const servers: Server[] = [];
    for (const { row } of cells) {
      // What is evacuated is on a host that is down.
      const host = row.host !== null && name === 'evacuate' ? asId<NonNullable<Server['host']>>('host-2') : row.host;
      const resized = row.vmState === 'resized';
      const more = { ...row, host, oldFlavor: resized ? { ...serverRow().flavor, id: '0' } : null };
      const server = await insertServer(tx, serverRow(more));
      servers.push(server);
      if (!resized) continue;
      const at = { created_at: server.createdAt, updated_at: server.createdAt };
      const from = { source_host: 'host-1', source_node: 'host-1', old_flavor: JSON.stringify(server.oldFlavor) };
      const to = { dest_host: 'host-1', dest_node: 'host-1', new_flavor: JSON.stringify(server.flavor) };
      const of = { server_id: server.id, project_id: server.projectId, user_id: server.userId };
      const migration = {
        id: randomUUID(),
        kind: 'resize',
        status: 'finished',
        action_seq: 0,
        ...of,
        ...from,
        ...to,
        ...at,
      };
      await tx.insertInto('migrations').values(migration).execute();
    }
    return servers;
  });
}

function send(action: NovaAction, server: Server, role: Role): Promise<Answer> {
  const more = { token: CALLERS[role], version: '2.96' };
  const path = `/v2.1/servers/${server.id}`;
  if (action.body === 'DELETE') return remnant().ask({ method: 'DELETE', path, ...more });
  return remnant().ask({ method: 'POST', path: `${path}/action`, body: action.body, ...more });
}

/** Walks cells of one action; what differs from Nova, in words. */
async function walk(name: string, action: NovaAction, cells: readonly Cell[]): Promise<string[]> {
  const { store } = remnant();
  const servers = await plant(name, cells);
  const answers: Answer[] = [];
  for (let at = 0; at < cells.length; at += AT_ONCE) {
    const some = servers.slice(at, at + AT_ONCE);
    answers.push(...(await Promise.all(some.map((one, i) => send(action, one, cells[at + i]?.role ?? 'stranger')))));
  }
  const ids = servers.map((server) => server.id);
  const records = await store.read
    .selectFrom('instance_actions')
    .where('server_id', 'in', ids)
    .select(['server_id', 'action'])
    .execute();
  const recorded = new Map<string, string>(records.map((row) => [row.server_id, row.action]));
  const versions = await store.read.selectFrom('servers').select(['id', 'version']).where('id', 'in', ids).execute();
  const version = new Map<string, number>(versions.map((row) => [row.id, row.version]));

  const differences: string[] = [];
  for (const [i, cell] of cells.entries()) {
    const [server, answer] = [servers[i], answers[i]];
    if (server === undefined || answer === undefined) throw new Error('a cell was not walked');
    const no = refused(action, cell, server.id);
    const wanted =
      no === null
        ? { code: action.code, record: isRecorded(action, cell) ? action.record : null }
        : { code: no[0], text: no[1], record: null, version: server.version };
    const got = {
      code: answer.status,
      record: recorded.get(server.id) ?? null,
      ...(no === null ? {} : { text: answer.message, version: version.get(server.id) }),
    };
    const [want, came] = [wanted, got].map((one) => JSON.stringify(Object.entries(one).toSorted(byName)));
    if (want !== came) {
      differences.push(`${cell.role} ${JSON.stringify(cell.row)}: ${want} but ${came} ${answer.message}`);
    }
  }
  await waitFor(
    'what was ordered to be over',
    async () => {
      const open = await store.read.selectFrom('commands').where('state', '!=', 'done').select('id').executeTakeFirst();
      return open === undefined;
    },
    OVER_MS,
  );
  return differences;
}

const LAUNCHED = serverRow().launchedAt;

test.each(Object.entries(ACTIONS))('%s', async (name, action) => {
  const cells = (Object.keys(CALLERS) as Role[]).flatMap((role) =>
    (OUTSIDERS.includes(role) ? [null, 'rebooting' as const] : TASKS).flatMap((taskState) =>
      VM_STATES.flatMap((vmState) =>
        LOCKS.map((lockedBy) => ({
          role,
          row: { vmState, taskState, lockedBy, launchedAt: LAUNCHED, host: serverRow().host },
        })),
      ),
    ),
  );
  expect(await walk(name, action, cells)).toEqual([]);
});

/** Servers that are not ready in several ways, as far as `action` is refused on them: the rest is each action's own matter. */
function unready(action: NovaAction): Cell[] {
  const cells = (['member', 'admin'] as const).flatMap((role) =>
    VM_STATES.flatMap((vmState) =>
      ([null, 'deleting'] as const).flatMap((taskState) =>
        [
          { host: null, launchedAt: null },
          { host: null, launchedAt: LAUNCHED },
          { host: serverRow().host, launchedAt: null },
        ].map((more) => ({ role, row: { vmState, taskState, lockedBy: null, ...more } })),
      ),
    ),
  );
  return cells.filter((cell) => refused(action, cell, '') !== null);
}

test.each(Object.entries(ACTIONS).filter(([, action]) => unready(action).length > 0))(
  '%s: the first of several reasons is the one Nova gives',
  async (name, action) => {
    expect(await walk(name, action, unready(action))).toEqual([]);
  },
);
