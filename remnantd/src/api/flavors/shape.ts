// A flavor's fields, one row each (nova/api/openstack/compute/views/flavors.py).

import type { Flavor } from '../../model/flavor.ts';
import type { LinkBase } from '../links.ts';
import { resourceLinks } from '../links.ts';
import type { Field } from '../shape.ts';
import { shape } from '../shape.ts';

/** What a flavor's fields need beside its row. */
export interface FlavorContext {
  readonly links: LinkBase;
}

type View = 'brief' | 'full';
const FULL: readonly View[] = ['full'];

const fields: readonly Field<Flavor, FlavorContext, View, 'specs'>[] = [
  { name: 'id', doc: 'Its id', from: (f) => f.id },
  { name: 'name', doc: 'Its name', from: (f) => f.name },
  { name: 'ram', in: FULL, doc: 'MiB', from: (f) => f.ram },
  { name: 'disk', in: FULL, doc: 'GiB', from: (f) => f.disk },
  { name: 'swap', in: FULL, until: '2.74', doc: 'MiB; empty for none', from: (f) => (f.swap === 0 ? '' : f.swap) },
  { name: 'swap', in: FULL, since: '2.75', doc: 'MiB', from: (f) => f.swap },
  { name: 'OS-FLV-EXT-DATA:ephemeral', in: FULL, doc: 'GiB', from: (f) => f.ephemeral },
  { name: 'OS-FLV-DISABLED:disabled', in: FULL, doc: 'True when it cannot be used', from: (f) => f.disabled },
  { name: 'vcpus', in: FULL, doc: 'CPUs', from: (f) => f.vcpus },
  { name: 'os-flavor-access:is_public', in: FULL, doc: 'True when everybody may use it', from: (f) => f.isPublic },
  { name: 'rxtx_factor', in: FULL, doc: 'Unused', from: (f) => f.rxtxFactor },
  { name: 'links', doc: 'self and bookmark', from: (f, c) => resourceLinks(c.links, `flavors/${f.id}`) },
  { name: 'description', since: '2.55', doc: 'Free text', from: (f) => f.description },
  {
    name: 'extra_specs',
    in: FULL,
    since: '2.61',
    gate: 'specs',
    doc: 'Key and value pairs',
    from: (f) => f.extraSpecs,
  },
];

/** A flavor's shape. */
export const FLAVOR_SHAPE = shape<Flavor, FlavorContext, View, 'specs'>(fields);
