// What a list of servers can be filtered by, by microversion and by who asks: one table, a row a sentence of Nova's rules.

import { beforeAll, expect, test } from 'vitest';
import type { NewServer } from '../../src/db/servers.ts';
import { asId } from '../../src/model/ids.ts';
import type { Answer } from '../harness/http-client.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();
const PROJECT = 'f1';
const MEMBER = `ann:${PROJECT}`;
const ADMIN = `admin:${PROJECT}`;
const AT = Date.parse('2024-03-01T10:00:00Z');
const fixed = (addr: string, version: 4 | 6 = 4) => ({
  version,
  addr,
  type: 'fixed' as const,
  mac: 'fa:16:3e:00:00:01',
});

/** Newest last, a minute apart. */
const ROWS: readonly (Partial<NewServer> & { readonly name: string })[] = [
  { name: 'web-1', host: asId('h1'), addresses: { net: [fixed('10.0.0.3'), fixed('fe80::3', 6)] }, tags: ['a'] },
  {
    name: 'web-2',
    host: asId('h2'),
    lockedBy: 'owner',
    taskState: 'rebooting',
    addresses: { one: [], two: [fixed('10.0.1.4')], three: [{ ...fixed('192.0.2.1'), type: 'floating' }] },
  },
  {
    name: 'db',
    vmState: 'stopped',
    powerState: 4,
    launchedAt: null,
    configDrive: true,
    keyName: 'k',
    hostname: 'db-host',
  },
  {
    name: 'bad',
    vmState: 'error',
    host: null,
    lockedBy: 'admin',
    progress: 50,
    flavor: { id: '9', name: 'f', vcpus: 1, ram: 1, disk: 1, ephemeral: 0, swap: 0, extraSpecs: {} },
  },
  { name: 'soft', vmState: 'soft-delete' },
  { name: 'gone', vmState: 'deleted', host: null, deletedAt: AT + 9_000_000, updatedAt: AT + 9_000_000 },
];
const ids = new Map<string, string>();

beforeAll(async () => {
  for (const [i, row] of ROWS.entries()) {
    const at = AT + i * 60_000;
    const server = await remnant().addServer({ projectId: asId(PROJECT), createdAt: at, updatedAt: at, ...row });
    ids.set(row.name, server.id);
  }
});

function list(query: string, version: string, token: string, path = 'servers'): Promise<Answer> {
  const text = query.replaceAll(/\{([\w-]+)\}/g, (_, name: string) => ids.get(name) ?? '');
  return remnant().ask({ path: `/v2.1/${path}?${text}`, token, version });
}

/** Names, newest first, as lists come; `live`: those that a plain list has. */
const live = ['bad', 'db', 'web-2', 'web-1'];
const everyone = ['gone', 'soft', ...live];

type Row = readonly [query: string, version: string, who: 'member' | 'admin', names: readonly string[]];
const TABLE: readonly Row[] = [
  ['', '2.1', 'member', live],
  // Patterns, found anywhere; whole values for the rest.
  ['name=web', '2.1', 'member', ['web-2', 'web-1']],
  ['name=^web-[1]$', '2.1', 'member', ['web-1']],
  ['name=WEB', '2.1', 'member', ['web-2', 'web-1']],
  ['name=^W[A-F]B-2', '2.1', 'member', ['web-2']],
  ['flavor=9', '2.1', 'member', ['bad']],
  ['flavor=none', '2.1', 'member', []],
  ['image=70a599e0-31e7-49b7-b260-868f441e862b', '2.1', 'member', live],
  ['image=70a599e0', '2.1', 'member', []],
  ['reservation_id=r-test', '2.1', 'member', live],
  ['name=web&name=db', '2.1', 'member', ['db']],
  // Addresses: fixed ones, by version; of both filters one is enough.
  ['ip=10.0.0', '2.1', 'member', ['web-1']],
  ['ip=10\\.0\\.[01]\\.', '2.1', 'member', ['web-2', 'web-1']],
  ['ip=192.0.2.1', '2.1', 'member', []],
  ['ip=fe80', '2.1', 'member', []],
  ['ip6=fe80', '2.4', 'member', live],
  ['ip6=fe80', '2.4', 'admin', ['web-1']],
  ['ip6=fe80', '2.5', 'member', ['web-1']],
  ['ip6=FE80', '2.5', 'member', []],
  ['ip=10.0.1&ip6=fe80', '2.5', 'member', ['web-2', 'web-1']],
  // Status: any case, more than one, expanded to states.
  ['status=ACTIVE', '2.1', 'member', ['web-2', 'web-1']],
  ['status=active&status=shutoff', '2.1', 'member', ['db', 'web-2', 'web-1']],
  ['status=REBOOT', '2.1', 'member', ['web-2']],
  ['status=REBOOT&status=SHUTOFF', '2.1', 'member', ['db', 'web-2', 'web-1']],
  ['status=nope', '2.37', 'member', []],
  ['status=nope&status=ERROR', '2.38', 'member', ['bad']],
  ['status=ERROR&vm_state=active', '2.1', 'admin', ['bad']],
  // Deleted ones.
  ['status=DELETED', '2.1', 'admin', ['gone']],
  ['status=DELETED&status=ERROR', '2.1', 'member', ['bad']],
  ['deleted=true', '2.1', 'admin', ['gone', 'soft']],
  ['deleted=true', '2.1', 'member', live],
  ['deleted=true&soft_deleted=false', '2.1', 'admin', ['gone']],
  ['deleted=perhaps', '2.1', 'admin', live],
  ['soft_deleted=true', '2.1', 'admin', ['soft', ...live]],
  ['soft_deleted=true', '2.1', 'member', live],
  // Changes, deleted ones among them.
  ['changes-since=2024-03-01T10:03:00Z', '2.1', 'member', ['gone', 'soft', 'bad']],
  ['changes-since=2024-03-01T11:03:00%2B01:00', '2.1', 'member', ['gone', 'soft', 'bad']],
  ['changes-since=20240301T100300Z', '2.1', 'member', ['gone', 'soft', 'bad']],
  ['changes-since=20240301T110300%2B0100', '2.1', 'member', ['gone', 'soft', 'bad']],
  ['changes-since=2024-03-01T10:03:00Z&deleted=false', '2.1', 'admin', ['bad']],
  ['changes-before=2024-03-01T10:01:00Z', '2.65', 'member', live],
  ['changes-before=2024-03-01T10:01:00Z', '2.66', 'member', ['web-2', 'web-1']],
  ['changes-since=2024-03-01T10:01:00Z&changes-before=2024-03-01T10:02:00Z', '2.66', 'member', ['db', 'web-2']],
  ['changes-since=2000-01-01', '2.1', 'member', everyone],
  // Locks.
  ['locked=true', '2.72', 'member', live],
  ['locked=true', '2.73', 'member', ['bad', 'web-2']],
  ['locked=0', '2.73', 'member', ['db', 'web-1']],
  // Tags.
  ['tags=a', '2.25', 'member', live],
  ['tags=a', '2.26', 'member', ['web-1']],
  ['not-tags=a', '2.26', 'member', ['bad', 'db', 'web-2']],
  // More of them for everybody.
  ...(
    [
      ['power_state=4', ['db']],
      ['power_state=[34]', ['db']],
      ['task_state=rebooting', ['web-2']],
      ['task_state=REBOOTING', ['web-2']],
      ['vm_state=stopped', ['db']],
      ['vm_state=Stopped', ['db']],
      ['progress=50', ['bad']],
      ['user_id=ann', live],
      ['user_id=an', []],
      ['user_id=ANN', []],
      ['key_name=k', ['db']],
      ['key_name=K', ['db']],
      ['config_drive=True', ['db']],
      ['config_drive=true', ['db']],
      ['config_drive=^$', ['bad', 'web-2', 'web-1']],
      ['config_drive=x', []],
      ['availability_zone=nov', live],
      ['task_state=None', []],
      ['task_state=', []],
      // Times are patterns too, for the database's text of the time.
      ['created_at=2024-03-01', live],
      ['created_at=10:0[12]:00$', ['db', 'web-2']],
      ['created_at=2024-03-01 10:01:00', ['web-2']],
      ['created_at=2024-03-01T10:01:00Z', []],
      ['launched_at=2024', ['bad', 'web-2', 'web-1']],
      ['terminated_at=2024', []],
    ] as const
  ).flatMap(([query, names]): Row[] => [
    [query, '2.82', 'member', live],
    [query, '2.83', 'member', names],
    [query, '2.1', 'admin', names],
  ]),
  ['hostname=db-', '2.89', 'member', live],
  ['hostname=db-', '2.90', 'member', ['db']],
  // For administrators alone, ever.
  ['host=h1', '2.93', 'member', live],
  ['host=h1', '2.1', 'admin', ['web-1']],
  ['host=h', '2.1', 'admin', []],
  ['host=H1', '2.1', 'admin', []],
  ['host=', '2.1', 'admin', []],
  ['host=None', '2.1', 'admin', []],
  ['uuid=[', '2.1', 'admin', []],
  ['launch_index=[', '2.1', 'admin', []],
  ['node=^H[12]$', '2.1', 'admin', ['web-2', 'web-1']],
  ['node=^h[12]', '2.1', 'admin', ['web-2', 'web-1']],
  ['uuid={db}', '2.1', 'admin', ['db']],
  ['locked_by=own', '2.1', 'admin', ['web-2']],
  // Whether the disk is laid out by Nova, as a number.
  ['auto_disk_config=0', '2.1', 'admin', live],
  ['auto_disk_config=[1-9]', '2.1', 'admin', []],
  ['auto_disk_config=MANUAL', '2.1', 'admin', []],
  ['locked_by=own', '2.93', 'member', live],
  ['launch_index=0', '2.1', 'admin', live],
  // Another project is not asked for without all_tenants.
  ['project_id=another', '2.1', 'admin', live],
  ['tenant_id=another', '2.1', 'admin', live],
  [`all_tenants=1&tenant_id=${PROJECT}`, '2.1', 'admin', live],
  [`all_tenants&project_id=${PROJECT}`, '2.1', 'admin', live],
  ['all_tenants=1&tenant_id=another', '2.1', 'admin', []],
  ['all_tenants=false', '2.1', 'member', live],
  // Dropped in silence while the query is loose.
  ['zzz=1&host_status=UP', '2.74', 'member', live],
  ['_x=1&metadata=1', '2.93', 'member', live],
];

test.each(TABLE)('%s at %s, for a %s', async (query, version, who, names) => {
  for (const path of ['servers', 'servers/detail']) {
    const { status, body } = await list(query, version, who === 'admin' ? ADMIN : MEMBER, path);
    expect(status).toBe(200);
    expect(body['servers']?.map((server) => server['name'])).toEqual(names);
  }
});

const UNRECOGNIZED =
  "Unrecognized value 'zz', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'";

test.each([
  ['name=[a', '2.1', 'member', 400, "Invalid input for query parameters name. Value: [a. '[a' is not a 'regex'"],
  ...['name', 'flavor', 'power_state', 'config_drive', 'created_at', 'tags'].map(
    (name) =>
      [
        `${name}=`,
        '2.26',
        'member',
        400,
        `Invalid input for query parameters ${name}. Value: . '' is not a 'regex'`,
      ] as const,
  ),
  ['flavor=[', '2.1', 'member', 400, "Invalid input for query parameters flavor. Value: [. '[' is not a 'regex'"],
  // Of two that are wrong, the one that stands first in Nova's schema is told.
  [
    'access_ip_v4=[&auto_disk_config=[&name=[',
    '2.1',
    'admin',
    400,
    "Invalid input for query parameters name. Value: [. '[' is not a 'regex'",
  ],
  [
    'limit=x&auto_disk_config=[',
    '2.1',
    'admin',
    400,
    "Invalid input for query parameters auto_disk_config. Value: [. '[' is not a 'regex'",
  ],
  ['status=nope', '2.38', 'member', 400, 'Invalid status value'],
  ['status=deleted', '2.1', 'member', 403, 'Only administrators may list deleted instances'],
  [
    'changes-since=x',
    '2.1',
    'member',
    400,
    "Invalid input for query parameters changes-since. Value: x. 'x' is not a 'date-time'",
  ],
  [
    'changes-since=2024-03-02T00:00:00Z&changes-before=2024-03-01T00:00:00Z',
    '2.66',
    'member',
    400,
    'The value of changes-since must be less than or equal to changes-before.',
  ],
  ['all_tenants=zz', '2.1', 'admin', 400, UNRECOGNIZED],
  [
    'all_tenants=1',
    '2.1',
    'member',
    403,
    "Policy doesn't allow os_compute_api:servers:index:get_all_tenants to be performed.",
  ],
  ['locked=zz', '2.73', 'member', 400, UNRECOGNIZED],
  ['locked=', '2.73', 'member', 400, UNRECOGNIZED.replace('zz', '')],
  ['all_tenants=%20', '2.1', 'admin', 400, UNRECOGNIZED.replace('zz', ' ')],
  ['zzz=1', '2.75', 'member', 400, "'zzz' does not match any of the regexes: '^_'"],
  ['host_status=UP', '2.75', 'admin', 400, "'host_status' does not match any of the regexes: '^_'"],
  ['_x=1', '2.1', 'admin', 400, 'Invalid filter field: _x.'],
  ['_x=1', '2.93', 'admin', 400, 'Invalid filter field: _x.'],
  ['metadata=1', '2.1', 'admin', 400, 'Invalid filter field: metadata.'],
  ['pci_devices=1', '2.93', 'admin', 400, 'Invalid filter field: pci_devices.'],
] as const)('%s at %s, for a %s: %i', async (query, version, who, status, text) => {
  const answer = await list(query, version, who === 'admin' ? ADMIN : MEMBER);
  expect([answer.status, answer.message]).toEqual([status, text]);
});

test('who may not list is told so before anything else is looked at', async () => {
  const answer = await list('status=deleted&all_tenants=zz', '2.93', `ann:${PROJECT}:none`);
  expect([answer.status, answer.message]).toEqual([
    403,
    "Policy doesn't allow os_compute_api:servers:index to be performed.",
  ]);
});

test('the policy for all filters opens them to whom it names, with their refusals', async () => {
  const own = await openRemnant({ policy: { 'os_compute_api:servers:allow_all_filters': 'role:member' } });
  try {
    for (const host of ['h1', 'h2']) await own.addServer({ name: host, host: asId(host) });
    const ask = (token: string, query: string) => own.ask({ path: `/v2.1/servers?${query}`, token, version: '2.93' });
    const names = async (token: string) =>
      (await ask(token, 'host=h1&sort_key=display_name')).body['servers']?.map((server) => server['name']);
    expect(await names('ann:a1a1a1a1')).toEqual(['h1']);
    expect(await names('ann:a1a1a1a1:reader')).toEqual(['h2', 'h1']);
    expect((await ask('ann:a1a1a1a1', '_x=1')).message).toBe('Invalid filter field: _x.');
    expect((await ask('ann:a1a1a1a1:reader', '_x=1')).status).toBe(200);
  } finally {
    await own.close();
  }
});
