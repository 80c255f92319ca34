// GET /os-availability-zone and /detail: the zones hosts are in. A zone is available while one of its services is enabled,
// dead or not, as for Nova.

import { INTERNAL_ZONE, type Service } from '../../model/service.ts';
import type { ApiDeps } from '../deps.ts';
import type { CallerOperation } from '../operation.ts';
import { heardAt, stateOf } from '../os-services/shape.ts';
import { FLAG, listOf, MOMENT, objectOf, STRING, titled } from '../reply-schema.ts';
import { microTime } from '../times.ts';
import * as rules from './rules.ts';

const EVERY = { host: null, binary: null };

const STATE = objectOf({ available: FLAG });
const SERVICES = titled('ZoneServices', {
  type: 'object',
  additionalProperties: objectOf({ available: FLAG, active: FLAG, updated_at: MOMENT }),
});
const zones = (title: string, hosts: object) =>
  objectOf({
    availabilityZoneInfo: listOf(titled(title, objectOf({ zoneName: STRING, zoneState: STATE, hosts: { ...hosts } }))),
  });

export const availabilityZonesList: CallerOperation = {
  id: 'os-availability-zone.list',
  root: 'compute',
  method: 'GET',
  path: '/os-availability-zone',
  summary: 'List availability zones',
  success: 200,
  errors: [401, 403],
  rules: [rules.LIST],
  reply: zones('Zone', { type: 'null' }),
  handle: async (request, deps) => {
    const services = await deps.access.services.list(request.caller, rules.LIST.name, EVERY);
    const shown = zonesOf(services)
      .filter(({ zone }) => zone !== INTERNAL_ZONE)
      .map(({ zone, available }) => ({ zoneName: zone, zoneState: { available }, hosts: null }));
    return { body: { availabilityZoneInfo: shown } };
  },
};

export const availabilityZonesDetail: CallerOperation = {
  id: 'os-availability-zone.detail',
  root: 'compute',
  method: 'GET',
  path: '/os-availability-zone/detail',
  summary: 'List availability zones with their hosts',
  success: 200,
  errors: [401, 403],
  rules: [rules.DETAIL],
  reply: zones('ZoneWithHosts', { type: ['object', 'null'], additionalProperties: SERVICES }),
  handle: async (request, deps) => {
    const services = await deps.access.services.list(request.caller, rules.DETAIL.name, EVERY);
    const shown = zonesOf(services).map(({ zone, available, enabled }) => ({
      zoneName: zone,
      zoneState: { available },
      hosts: available ? hostsOf(enabled, deps) : null,
    }));
    return { body: { availabilityZoneInfo: shown } };
  },
};

interface Zone {
  readonly zone: string;
  readonly available: boolean;
  readonly enabled: readonly Service[];
}

/** The zones by name, the available ones first. */
function zonesOf(services: readonly Service[]): readonly Zone[] {
  const all = [...Map.groupBy(services, ({ zone }) => zone)]
    .map(([zone, some]) => ({ zone, enabled: some.filter(({ disabled }) => !disabled) }))
    .map((zone) => ({ ...zone, available: zone.enabled.length > 0 }))
    .toSorted((a, b) => (a.zone < b.zone ? -1 : 1));
  return [...all.filter(({ available }) => available), ...all.filter(({ available }) => !available)];
}

function hostsOf(services: readonly Service[], { hosts }: Pick<ApiDeps, 'hosts'>): object {
  const shown = (service: Service) => ({
    available: stateOf(service, hosts) === 'up',
    active: true,
    updated_at: microTime(heardAt(service, hosts)),
  });
  return Object.fromEntries(
    [...Map.groupBy(services, ({ host }) => host)].map(([host, some]) => [
      host,
      Object.fromEntries(some.map((service) => [service.binary, shown(service)])),
    ]),
  );
}
