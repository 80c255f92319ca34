// os-migrations: how servers moved, by microversion, with its filters and pages; and a server's own list, which is always empty.

import { beforeAll, expect, test } from 'vitest';
import { insertMigration, patchMigration } from '../../src/db/server-migrations.ts';
import { asId } from '../../src/model/ids.ts';
import type { MigrationStatus } from '../../src/model/migration.ts';
import type { Body } from '../harness/http-client.ts';
import { ADMIN, MEMBER, STRANGER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();
const SERVER = 'aaaaaaaa-0000-4000-8000-000000000001';
const OTHER = 'aaaaaaaa-0000-4000-8000-000000000002';
const FLAVOR = { id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1, ephemeral: 0, swap: 0, extraSpecs: {} };
const uuid = (n: number) => `bbbbbbbb-0000-4000-8000-00000000000${n}`;
const AT = Date.parse('2024-03-01T10:00:00Z');

beforeAll(async () => {
  const rows: readonly [string, 'resize' | 'evacuation', MigrationStatus, string, string | null][] = [
    [SERVER, 'resize', 'confirmed', 'host-1', 'host-1'],
    [SERVER, 'evacuation', 'done', 'host-1', 'host-2'],
    [OTHER, 'evacuation', 'error', 'host-2', null],
  ];
  await remnant().addServer({ id: asId(SERVER) });
  await remnant().store.transaction(async (tx) => {
    for (const [i, [serverId, kind, status, source, dest]] of rows.entries()) {
      await insertMigration(tx, {
        id: uuid(i + 1),
        serverId: asId(serverId),
        projectId: asId('p'),
        userId: asId(`u${i}`),
        kind,
        status,
        sourceHost: asId(source),
        sourceNode: `node-${source}`,
        destHost: dest === null ? null : asId(dest),
        destNode: dest === null ? null : `node-${dest}`,
        oldFlavor: FLAVOR,
        newFlavor: { ...FLAVOR, id: 'deleted' },
        actionSeq: i,
        createdAt: AT + i * 1_000,
      });
    }
    await patchMigration(tx, 1, {}, AT + 60_000);
    await patchMigration(tx, 2, {}, AT + 120_000);
  });
});

const list = (query = '', version = '2.93', token = ADMIN) =>
  remnant().ask({ path: `/v2.1/os-migrations${query}`, token, version });
const ids = async (query: string, version?: string) =>
  ((await list(query, version)).body['migrations'] as unknown as readonly Body[]).map((one) => Number(one['id']));

test('by microversion', async () => {
  const OLDEST = [
    'id',
    'source_compute',
    'dest_compute',
    'source_node',
    'dest_node',
    'dest_host',
    'old_instance_type_id',
    'new_instance_type_id',
    'instance_uuid',
    'status',
    'created_at',
    'updated_at',
  ];
  const names = async (version: string) => {
    const { body } = await list('', version);
    return new Set(Object.keys(body['migrations']?.[0] ?? {}));
  };
  expect(await names('2.1')).toEqual(new Set(OLDEST));
  expect(await names('2.23')).toEqual(new Set([...OLDEST, 'migration_type']));
  expect(await names('2.59')).toEqual(new Set([...OLDEST, 'migration_type', 'uuid']));
  expect(await names('2.80')).toEqual(new Set([...OLDEST, 'migration_type', 'uuid', 'user_id', 'project_id']));
  const { body } = await list(`?instance_uuid=${OTHER}`, '2.80');
  expect(body['migrations']).toEqual([
    {
      id: 3,
      uuid: uuid(3),
      source_compute: 'host-2',
      dest_compute: null,
      source_node: 'node-host-2',
      dest_node: null,
      dest_host: null,
      old_instance_type_id: 1,
      new_instance_type_id: null,
      instance_uuid: OTHER,
      status: 'error',
      migration_type: 'evacuation',
      user_id: 'u2',
      project_id: 'p',
      created_at: '2024-03-01T10:00:02.000000',
      updated_at: null,
    },
  ]);
});

test.each([
  ['', '2.58', [1, 2, 3]],
  ['', '2.59', [3, 2, 1]],
  ['?host=host-2', '2.93', [3, 2]],
  ['?source_compute=host-1', '2.93', [2, 1]],
  ['?source_compute=host-1&host=host-2', '2.93', [3, 2]],
  ['?status=done', '2.93', [2]],
  ['?status=done&status=error', '2.93', [3]],
  ['?migration_type=resize', '2.93', [1]],
  [`?instance_uuid=${SERVER}`, '2.93', [2, 1]],
  ['?hidden=false', '2.93', [3, 2, 1]],
  ['?hidden=1', '2.93', []],
  ['?user_id=u1', '2.80', [2]],
  ['?project_id=other', '2.80', []],
  // What only later versions know is dropped, as what nobody knows.
  ['?node=node-host-2', '2.58', [1, 2, 3]],
  ['?user_id=u1', '2.58', [1, 2, 3]],
  ['?changes-since=2024-03-01T10:01:30Z', '2.59', [2]],
  ['?changes-since=2024-03-01T10:01:30Z', '2.58', [1, 2, 3]],
  ['?changes-before=2024-03-01T10:01:30Z', '2.66', [1]],
  ['?limit=0', '2.93', []],
])('%s at %s gives %j', async (query, version, expected) => {
  expect(await ids(query, version)).toEqual(expected);
});

test('pages link to the next one', async () => {
  const first = await list('?limit=2');
  expect(first.body['migrations']).toMatchObject([{ id: 3 }, { id: 2 }]);
  const [next] = first.body['migrations_links'] as unknown as readonly { href: string }[];
  expect(next?.href).toMatch(new RegExp(`/v2\\.1/os-migrations\\?limit=2&marker=${uuid(2)}$`));
  const second = await list(`?limit=2&marker=${uuid(2)}`);
  expect(second.body['migrations']).toMatchObject([{ id: 1 }]);
  expect(second.body).not.toHaveProperty('migrations_links');
});

test.each([
  [`?marker=${uuid(9)}`, '2.59', `Marker ${uuid(9)} could not be found.`],
  ['?limit=-1', '2.59', "Invalid input for query parameters limit. Value: -1. '-1' does not match '^[0-9]*$'"],
  [
    '?changes-before=2024-03-01T10:00:00Z',
    '2.65',
    "Additional properties are not allowed ('changes-before' was unexpected)",
  ],
  ['?user_id=u1', '2.79', "Additional properties are not allowed ('user_id' was unexpected)"],
  [
    '?changes-since=2024-03-02T10:00:00Z&changes-before=2024-03-01T10:00:00Z',
    '2.66',
    'The value of changes-since must be less than or equal to changes-before.',
  ],
  ['?hidden=perhaps', '2.93', "Not a boolean value: 'perhaps'"],
])('%s at %s is refused', async (query, version, message) => {
  const answer = await list(query, version);
  expect([answer.status, answer.message]).toEqual([400, expect.stringContaining(message)]);
});

test("they are an admin's to see; a server has no live ones", async () => {
  expect((await list('', '2.93', MEMBER)).status).toBe(403);
  const own = (token: string, version = '2.93') =>
    remnant().ask({ path: `/v2.1/servers/${SERVER}/migrations`, token, version });
  expect([(await own(ADMIN)).status, (await own(ADMIN)).body]).toEqual([200, { migrations: [] }]);
  expect((await own(ADMIN, '2.22')).status).toBe(404);
  expect((await own(MEMBER)).status).toBe(403);
  expect((await own(STRANGER)).status).toBe(404);
});
