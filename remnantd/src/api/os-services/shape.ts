// A service's fields, one row each (nova/api/openstack/compute/services.py).

import type { HostTable } from '../../liveness/host-table.ts';
import type { Service } from '../../model/service.ts';
import { FLAG, INTEGER, MOMENT_OR_NULL, STRING, STRING_OR_NULL, shownAs } from '../reply-schema.ts';
import type { Field } from '../shape.ts';
import { shape } from '../shape.ts';
import { microTime } from '../times.ts';

/** What a service's fields need beside its row. */
export interface ServiceContext {
  readonly hosts: HostTable;
}

/** os-services' word for whether it is alive. */
export function stateOf(service: Service, hosts: HostTable): 'up' | 'down' {
  return hosts.isUp(service.host) && !service.forcedDown ? 'up' : 'down';
}

/** When it was last heard or changed, wall clock in ms. */
export function heardAt(service: Service, hosts: HostTable): number {
  return Math.max(service.updatedAt, hosts.find(service.host)?.lastBeatAt ?? 0);
}

const fields: readonly Field<Service, ServiceContext, 'full', never>[] = [
  { name: 'binary', type: STRING, doc: 'nova-compute', from: (s) => s.binary },
  { name: 'host', type: STRING, doc: 'Its host', from: (s) => s.host },
  { name: 'id', until: '2.52', type: INTEGER, doc: 'Its number', from: (s) => s.seq },
  { name: 'id', since: '2.53', type: STRING, doc: 'Its UUID', from: (s) => s.id },
  { name: 'zone', type: STRING, doc: 'Its availability zone', from: (s) => s.zone },
  {
    name: 'status',
    type: { type: 'string', enum: ['enabled', 'disabled'] },
    doc: 'enabled or disabled',
    from: (s) => (s.disabled ? 'disabled' : 'enabled'),
  },
  {
    name: 'state',
    type: { type: 'string', enum: ['up', 'down'] },
    doc: 'up when it was heard lately and is not forced down',
    from: (s, c) => stateOf(s, c.hosts),
  },
  {
    name: 'updated_at',
    type: MOMENT_OR_NULL,
    doc: 'When it was last heard or changed',
    from: (s, c) => microTime(heardAt(s, c.hosts)),
  },
  { name: 'disabled_reason', type: STRING_OR_NULL, doc: 'Why it is disabled', from: (s) => s.disabledReason },
  {
    name: 'forced_down',
    since: '2.11',
    type: FLAG,
    doc: 'True when an operator marked it down',
    from: (s) => s.forcedDown,
  },
];

/** A service's shape. */
export const SERVICE_SHAPE = shape<Service, ServiceContext, 'full', never>(fields);

/** A service, for the OpenAPI document. */
export const SERVICE_REPLY = shownAs('Service', SERVICE_SHAPE, 'full');
