// A flavor's fields, one row each (nova/api/openstack/compute/views/flavors.py).

import type { Flavor } from '../../model/flavor.ts';
import type { LinkBase } from '../links.ts';
import { resourceLinks } from '../links.ts';
import { FLAG, INTEGER, LINKS, STRING, STRING_OR_NULL, STRINGS_BY_NAME, shownAs } from '../reply-schema.ts';
import type { Field } from '../shape.ts';
import { shape } from '../shape.ts';

/** What a flavor's fields need beside its row. */
export interface FlavorContext {
  readonly links: LinkBase;
}

type View = 'brief' | 'full';
const FULL: readonly View[] = ['full'];

const fields: readonly Field<Flavor, FlavorContext, View, 'specs'>[] = [
  { name: 'id', type: STRING, doc: 'Its id', from: (f) => f.id },
  { name: 'name', type: STRING, doc: 'Its name', from: (f) => f.name },
  { name: 'ram', in: FULL, type: INTEGER, doc: 'MiB', from: (f) => f.ram },
  { name: 'disk', in: FULL, type: INTEGER, doc: 'GiB', from: (f) => f.disk },
  {
    name: 'swap',
    in: FULL,
    until: '2.74',
    type: { type: ['integer', 'string'] },
    doc: 'MiB; empty for none',
    from: (f) => (f.swap === 0 ? '' : f.swap),
  },
  { name: 'swap', in: FULL, since: '2.75', type: INTEGER, doc: 'MiB', from: (f) => f.swap },
  { name: 'OS-FLV-EXT-DATA:ephemeral', in: FULL, type: INTEGER, doc: 'GiB', from: (f) => f.ephemeral },
  {
    name: 'OS-FLV-DISABLED:disabled',
    in: FULL,
    type: FLAG,
    doc: 'True when it cannot be used',
    from: (f) => f.disabled,
  },
  { name: 'vcpus', in: FULL, type: INTEGER, doc: 'CPUs', from: (f) => f.vcpus },
  {
    name: 'os-flavor-access:is_public',
    in: FULL,
    type: FLAG,
    doc: 'True when everybody may use it',
    from: (f) => f.isPublic,
  },
  { name: 'rxtx_factor', in: FULL, type: { type: 'number' }, doc: 'Unused', from: (f) => f.rxtxFactor },
  { name: 'links', type: LINKS, doc: 'self and bookmark', from: (f, c) => resourceLinks(c.links, `flavors/${f.id}`) },
  { name: 'description', since: '2.55', type: STRING_OR_NULL, doc: 'Free text', from: (f) => f.description },
  {
    name: 'extra_specs',
    in: FULL,
    since: '2.61',
    gate: 'specs',
    type: STRINGS_BY_NAME,
    doc: 'Key and value pairs',
    from: (f) => f.extraSpecs,
  },
];

/** A flavor's shape. */
export const FLAVOR_SHAPE = shape<Flavor, FlavorContext, View, 'specs'>(fields);

/** The views of a flavor, for the OpenAPI document. */
export const FLAVOR_REPLY = {
  brief: shownAs('FlavorBrief', FLAVOR_SHAPE, 'brief'),
  full: shownAs('Flavor', FLAVOR_SHAPE, 'full'),
};
