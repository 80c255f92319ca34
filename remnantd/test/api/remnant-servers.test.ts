// Servers by the status of their hosts, and the hosts themselves: what is found, who may ask for what, that it costs no query
// more, and that pages come whole.

import { beforeAll, expect, test } from 'vitest';
import { asId } from '../../src/model/ids.ts';
import type { Answer } from '../harness/http-client.ts';
import type { OpenOptions, TestRemnant } from '../harness/open-remnant.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { ADMIN, MEMBER } from '../harness/records.ts';
import { addService } from '../harness/service-rows.ts';
import { standStill } from '../harness/stand-still.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const RULE = 'os_compute_api:servers:show:host_status';
const ONLY_UNKNOWN = `${RULE}:unknown-only`;
const HOSTS = ['up', 'down', 'disabled'];

async function mark(of: TestRemnant, host: string, body: object): Promise<void> {
  const id = of.hosts.find(asId(host))?.service?.id ?? '';
  const answer = await of.ask({ method: 'PUT', path: `/v2.1/os-services/${id}`, token: ADMIN, version: '2.53', body });
  expect(answer.status).toBe(200);
}

/** Hosts of three kinds, a fourth that was never heard, and servers on each, and on none. */
async function fill(of: TestRemnant): Promise<void> {
  await addService(of.store, { id: 'aaaaaaaa-0000-4000-8000-0000000000aa', host: 'silent' });
  // An operator's change makes the service known before the next look at all of them.
  await of.ask({
    method: 'PUT',
    path: '/v2.1/os-services/aaaaaaaa-0000-4000-8000-0000000000aa',
    token: ADMIN,
    version: '2.53',
    body: { status: 'enabled' },
  });
  await mark(of, 'down', { forced_down: true });
  await mark(of, 'disabled', { status: 'disabled', disabled_reason: 'new disks' });
  for (const host of [...HOSTS, 'silent', 'unheard-of', null]) {
    for (const n of [1, 2]) {
      await of.addServer({ host: host === null ? null : asId(host), name: `${host ?? 'none'}-${n}` });
    }
  }
  await of.addServer({ host: asId('down'), name: 'elsewhere', projectId: asId('b2b2b2b2') });
  await of.addServer({ host: asId('down'), name: 'deleted', deletedAt: 5, vmState: 'deleted' });
}

const remnant = useRemnant({ hosts: HOSTS });
beforeAll(() => fill(remnant()));

function list(query: string): Promise<Answer> {
  return remnant().ask({ path: `/remnant/v1/servers?${query}`, token: ADMIN });
}

const names = (answer: Answer) => (answer.body['servers'] ?? []).map((server) => String(server['name'])).toSorted();
const both = (...hosts: string[]) => hosts.flatMap((host) => [`${host}-1`, `${host}-2`]).toSorted();

test.each([
  ['host_status=DOWN', [...both('down'), 'elsewhere']],
  ['host_status=UP', both('up')],
  ['host_status=MAINTENANCE', both('disabled')],
  ['host_status=UNKNOWN', both('silent')],
  ['host_status=DOWN&host_status=UNKNOWN', ['elsewhere', ...both('down', 'silent')].toSorted()],
  ['host_status=DOWN&name=-1$', ['down-1']],
  ['host_status=DOWN&project_id=b2b2b2b2', ['elsewhere']],
  ['host_status=DOWN&host=up', []],
  ['host_status=DOWN&status=DELETED', []],
  ['', ['elsewhere', ...both('disabled', 'down', 'none', 'silent', 'unheard-of', 'up')].toSorted()],
])('all projects, %s', async (query, found) => {
  const answer = await list(`all_tenants=1&${query}`);
  expect(answer.status).toBe(200);
  expect(names(answer)).toEqual(found);
});

test('a server looks as in GET /servers/detail at the highest microversion', async () => {
  const [server] = (await list('host_status=DOWN&all_tenants=1&limit=1')).body['servers'] ?? [];
  const path = `/v2.1/servers/detail?all_tenants=1&uuid=${server?.['id'] ?? ''}`;
  const detail = await remnant().ask({ path, token: ADMIN, version: 'latest' });
  expect(detail.body['servers']?.[0]).toEqual(server);
  expect(server?.['host_status']).toBe('DOWN');
});

test('pages lead through all, with every status that was asked for', async () => {
  const seen: unknown[] = [];
  let query: string | undefined = 'host_status=DOWN&host_status=UNKNOWN&all_tenants=1&limit=2&sort_key=display_name';
  while (query !== undefined) {
    const { body }: Answer = await list(query);
    seen.push(...(body['servers'] ?? []).map((server) => server['name']));
    const href: string | undefined = body['servers_links']?.[0]?.['href'];
    if (href !== undefined) expect(new URL(href).pathname).toBe('/remnant/v1/servers');
    query = href === undefined ? undefined : new URL(href).search.slice(1);
  }
  expect(seen).toEqual(['silent-2', 'silent-1', 'elsewhere', 'down-2', 'down-1']);
});

test.each([
  [
    'host_status=down',
    "Invalid input for query parameters host_status. Value: down. 'down' is not one of ['UP', 'DOWN', 'MAINTENANCE', 'UNKNOWN']",
  ],
  ['host_status=', "'' is not one of"],
  ['changes-since=2024-01-01', "('changes-since' was unexpected)"],
  ['deleted=true', "('deleted' was unexpected)"],
  ['host_status=DOWN&limit=-1', "'-1' does not match '^[0-9]*$'"],
  ['marker=nothing', 'marker [nothing] not found'],
])('%s is refused', async (query, text) => {
  const answer = await list(query);
  expect([answer.status, answer.message]).toEqual([400, expect.stringContaining(text)]);
});

const denied = (rule: string) => `Policy doesn't allow ${rule} to be performed.`;
const OPEN: readonly (readonly [
  string,
  NonNullable<OpenOptions['policy']>,
  Record<string, readonly string[] | string>,
])[] = [
  ['by default', {}, { DOWN: denied(RULE), UNKNOWN: denied(ONLY_UNKNOWN), '': both('down', 'silent', 'up') }],
  ['who may see all', { [RULE]: '@' }, { DOWN: both('down'), UNKNOWN: both('silent') }],
  [
    'who may see UNKNOWN alone',
    { [ONLY_UNKNOWN]: '@' },
    { DOWN: denied(RULE), UNKNOWN: both('silent'), 'UNKNOWN&host_status=DOWN': denied(RULE) },
  ],
];

test.each(OPEN)('a member, %s', async (_who, policy, answers) => {
  const own = await openRemnant({ hosts: HOSTS, policy });
  try {
    await fill(own);
    for (const [status, found] of Object.entries(answers)) {
      const query = status === '' ? 'name=^(up|down|silent)' : `host_status=${status}`;
      const answer = await own.ask({ path: `/remnant/v1/servers?${query}`, token: MEMBER });
      if (typeof found === 'string') expect([answer.status, answer.message]).toEqual([403, found]);
      else expect(names(answer)).toEqual(found);
    }
    const all = await own.ask({ path: '/remnant/v1/servers?all_tenants=1', token: MEMBER });
    expect([all.status, all.message]).toEqual([403, denied('os_compute_api:servers:detail:get_all_tenants')]);
  } finally {
    await own.close();
  }
});

test.each([1, 50])('over %i hosts it costs the queries of a list, no more', async (count) => {
  const hosts = Array.from({ length: count }, (_, i) => `host-${i}`);
  const own = await openRemnant({ hosts });
  try {
    for (const host of hosts) await own.addServer({ host: asId(host) });
    await standStill(own);
    const costs = async (path: string) => {
      const before = own.store.queries();
      const { body } = await own.ask({ path, token: ADMIN, version: '2.93' });
      expect(body['servers']).toHaveLength(count);
      return own.store.queries() - before;
    };
    const plain = '/v2.1/servers/detail?all_tenants=1';
    await costs(plain);
    const usual = await costs(plain);
    // The texts of the rows are kept from the first time on.
    await costs('/remnant/v1/servers?all_tenants=1&host_status=UP');
    expect(await costs('/remnant/v1/servers?all_tenants=1&host_status=UP')).toBe(usual);
  } finally {
    await own.close();
  }
});

test('the hosts say how they are, to admins alone', async () => {
  remnant().world.host('up').disconnect('cable');
  const lost = () => remnant().hosts.find(asId('up'))?.service?.disabled === true;
  await waitFor('the loss to be seen', lost);
  const { status, body } = await remnant().ask({ path: '/remnant/v1/hosts', token: ADMIN });
  expect(status).toBe(200);
  const common = { forced_down: false, disabled: false, disabled_reason: null, connection: { up: true, reason: '' } };
  const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string;
  const heard = { ...common, driver: 'sim', last_beat_at: moment };
  const disabled = { status: 'MAINTENANCE', cause: 'disabled', disabled: true, disabled_reason: 'new disks' };
  const never = { driver: null, last_beat_at: null, evidence_age_ms: null, connection: null };
  expect(body['hosts']).toMatchObject([
    { ...heard, ...disabled, name: 'disabled', servers: 2 },
    { ...heard, name: 'down', status: 'DOWN', cause: 'forced-down', forced_down: true, servers: 3 },
    { ...common, ...never, name: 'silent', status: 'UNKNOWN', servers: 2 },
    {
      ...heard,
      name: 'up',
      status: 'MAINTENANCE',
      cause: 'hypervisor-lost',
      disabled: true,
      disabled_reason: 'AUTO: cable',
      connection: { up: false, reason: 'cable' },
      servers: 2,
    },
  ]);
  const refused = await remnant().ask({ path: '/remnant/v1/hosts', token: MEMBER });
  expect([refused.status, refused.message]).toEqual([403, denied('remnant:hosts:list')]);
});
