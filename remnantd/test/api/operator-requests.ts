// How the policy matrix asks for what operators look after: hypervisors, zones, hosts and aggregates. `{aggregate}` in a path
// is one made for that one request, with the host `host-1` in it where the request takes it out.

import { randomUUID } from 'node:crypto';
import { hypervisorId } from '../../src/api/os-hypervisors/hypervisor-id.ts';
import { addAggregateHost, insertAggregate } from '../../src/db/aggregates.ts';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Ask } from '../harness/http-client.ts';
import type { TestRemnant } from '../harness/open-remnant.ts';

type Request = Pick<Ask, 'method' | 'path' | 'body' | 'version'>;

const HOST_1 = asId<HostName>('host-1');
const HYPERVISORS = '/v2.1/os-hypervisors';
const AGGREGATE = '/v2.1/os-aggregates/{aggregate}';
const host = (path: string, more: Partial<Request> = {}): Request => ({
  path: `/v2.1/os-hosts${path}`,
  version: '2.42',
  ...more,
});
const action = (body: object): Request => ({ method: 'POST', path: `${AGGREGATE}/action`, body });

/** The requests, by operation. */
export const OPERATOR_REQUESTS: Readonly<Record<string, Request>> = {
  'os-hypervisors.list': { path: HYPERVISORS },
  'os-hypervisors.detail': { path: `${HYPERVISORS}/detail` },
  'os-hypervisors.statistics': { path: `${HYPERVISORS}/statistics`, version: '2.87' },
  'os-hypervisors.show': { path: `${HYPERVISORS}/{hypervisor}` },
  'os-hypervisors.uptime': { path: `${HYPERVISORS}/{hypervisor}/uptime`, version: '2.87' },
  'os-hypervisors.search': { path: `${HYPERVISORS}/host/search`, version: '2.52' },
  'os-hypervisors.servers': { path: `${HYPERVISORS}/host/servers`, version: '2.52' },
  'os-availability-zone.list': { path: '/v2.1/os-availability-zone' },
  'os-availability-zone.detail': { path: '/v2.1/os-availability-zone/detail' },
  'os-aggregates.list': { path: '/v2.1/os-aggregates' },
  'os-aggregates.show': { path: AGGREGATE },
  'os-aggregates.create': { method: 'POST', path: '/v2.1/os-aggregates', body: { aggregate: { name: 'new' } } },
  'os-aggregates.update': { method: 'PUT', path: AGGREGATE, body: { aggregate: { availability_zone: 'new' } } },
  'os-aggregates.delete': { method: 'DELETE', path: AGGREGATE },
  'os-aggregates.add-host': action({ add_host: { host: HOST_1 } }),
  'os-aggregates.remove-host': action({ remove_host: { host: HOST_1 } }),
  'os-aggregates.set-metadata': action({ set_metadata: { metadata: { key: 'value' } } }),
  'os-aggregates.cache-images': {
    method: 'POST',
    path: `${AGGREGATE}/images`,
    body: { cache: [{ id: 'aaaaaaaa-0000-4000-8000-00000000000a' }] },
  },
  'os-hosts.list': host(''),
  'os-hosts.show': host('/host-1'),
  // Who may, learns that no driver can.
  'os-hosts.update': host('/host-1', { method: 'PUT', body: { status: 'enable' } }),
  'os-hosts.startup': host('/host-1/startup'),
  'os-hosts.shutdown': host('/host-1/shutdown'),
  'os-hosts.reboot': host('/host-1/reboot'),
};

/** `path` with the ids of what it is about; an aggregate is made for it. */
export async function plantForOperators({ store, hosts }: TestRemnant, { path, body }: Request): Promise<string> {
  const service = hosts.find(HOST_1)?.service?.id;
  const found = service === undefined ? path : path.replace('{hypervisor}', hypervisorId(service));
  if (!path.includes('{aggregate}')) return found;
  const seq = await store.transaction(async (tx) => {
    const uuid = randomUUID();
    const aggregate = await insertAggregate(tx, { uuid, name: uuid, zone: null, createdAt: 0 });
    if (body !== undefined && Object.hasOwn(body as object, 'remove_host')) {
      await addAggregateHost(tx, aggregate.seq, HOST_1);
    }
    return aggregate.seq;
  });
  return found.replace('{aggregate}', String(seq));
}
