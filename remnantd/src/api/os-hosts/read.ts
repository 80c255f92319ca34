// GET /os-hosts and /os-hosts/{name}, until 2.42: hosts by their services, and what is taken of one.

import { NO_ROOM, type Taken, UNUSED } from '../../model/hypervisor.ts';
import type { CallerOperation } from '../operation.ts';
import { last, querySchema, TEXT } from '../query.ts';
import { INTEGER, listOf, objectOf, STRING, titled } from '../reply-schema.ts';
import * as rules from './rules.ts';

const READ = { root: 'compute', method: 'GET', until: '2.42', success: 200 } as const;

export const osHostsList: CallerOperation = {
  ...READ,
  id: 'os-hosts.list',
  path: '/os-hosts',
  summary: 'List hosts',
  description: 'Those with an enabled service, once for each.',
  errors: [401, 403],
  rules: [rules.LIST],
  query: [{ schema: querySchema({ zone: TEXT }) }],
  reply: objectOf({
    hosts: listOf(titled('HostService', objectOf({ host_name: STRING, service: STRING, zone: STRING }))),
  }),
  handle: async ({ caller, query }, deps) => {
    const zone = last(query, 'zone') || null;
    const services = await deps.access.services.list(caller, rules.LIST.name, { host: null, binary: null });
    const hosts = services
      .filter((service) => !service.disabled && (zone === null || service.zone === zone))
      .map((service) => ({
        host_name: service.host,
        service: service.binary.replace(/^nova-/, ''),
        zone: service.zone,
      }));
    return { body: { hosts } };
  },
};

const RESOURCE = titled(
  'HostResource',
  objectOf({ host: STRING, project: STRING, cpu: INTEGER, memory_mb: INTEGER, disk_gb: INTEGER }),
);

export const osHostsShow: CallerOperation = {
  ...READ,
  id: 'os-hosts.show',
  path: '/os-hosts/{host_name}',
  summary: 'Show what a host has, and what is taken of it',
  errors: [401, 403, 404],
  rules: [rules.SHOW],
  reply: objectOf({ host: listOf(objectOf({ resource: RESOURCE })) }),
  handle: async ({ caller, params }, deps) => {
    const { name } = rules.SHOW;
    const { host } = await deps.access.services.on(caller, name, params['host_name'] ?? '');
    const use = (await deps.access.hosts.use(caller, name)).get(host) ?? UNUSED;
    const projects = await deps.access.hosts.projects(caller, name, host);
    const line = (project: string, { vcpus, memoryMb, diskGb }: Taken) => ({
      resource: { host, project, cpu: vcpus, memory_mb: memoryMb, disk_gb: diskGb },
    });
    const sum = (of: (taken: Taken) => number) => projects.reduce((total, one) => total + of(one), 0);
    const promised = { vcpus: sum((t) => t.vcpus), memoryMb: sum((t) => t.memoryMb), diskGb: sum((t) => t.diskGb) };
    return {
      body: {
        host: [
          line('(total)', deps.hosts.find(host)?.offered ?? NO_ROOM),
          line('(used_now)', use),
          line('(used_max)', promised),
          ...projects.map((one) => line(one.projectId, one)),
        ],
      },
    };
  },
};
