// What the answer to a change of a server shows: until 2.74 less than a show, from 2.75 the same (Nova's uniform replies).
// Made of the rows of `show`, so that no field is said twice.

import type { MicroversionText } from '../../model/microversion.ts';
import { minor } from '../../model/microversion.ts';
import { BEHAVIOURS } from '../behaviours.ts';
import { STRING_OR_NULL } from '../reply-schema.ts';
import { plainAddresses } from './addresses.ts';
import type { ServerField, ServerView } from './shape.ts';

/** A view of the answer to a change: to one of its names and addresses, or to a rebuild. */
export type ChangeView = Extract<ServerView, 'update' | 'rebuild'>;

const UNIFORM = BEHAVIOURS['uniform-replies'].since;
/** The last microversion of the short replies. */
const BEFORE = '2.74';
/** Since when a rebuild shows the key pair that it may have changed. */
const REBUILD_KEY = '2.54';
/** Fields that only a show had until then. */
const LATER: ReadonlySet<string> = new Set([
  'OS-EXT-AZ:availability_zone',
  'config_drive',
  'key_name',
  'OS-SRV-USG:launched_at',
  'OS-SRV-USG:terminated_at',
  'OS-EXT-STS:task_state',
  'OS-EXT-STS:vm_state',
  'OS-EXT-STS:power_state',
  'os-extended-volumes:volumes_attached',
  'security_groups',
  'host_status',
]);
/** A rebuild shows the user data under a name of its own, to everyone who may rebuild. */
const REBUILD_ROWS: readonly ServerField[] = [
  {
    name: 'user_data',
    in: ['rebuild'],
    since: '2.57',
    type: STRING_OR_NULL,
    doc: 'Base64, as given',
    from: (s) => s.userData,
  },
];

/** The rows of `view` that are not in every view, of the rows of `show`. */
export function changedFields(rows: readonly ServerField[], view: ChangeView): ServerField[] {
  const shown = rows
    .filter((row) => row.in?.includes('show') === true)
    .filter((row) => view === 'update' || row.name !== 'OS-EXT-SRV-ATTR:user_data')
    .flatMap((row): ServerField[] => {
      const since = view === 'rebuild' && row.name === 'key_name' ? REBUILD_KEY : UNIFORM;
      const later: ServerField = { ...row, in: [view], since: latest(row.since, since) };
      if (row.name === 'addresses' && row.from !== undefined)
        return [{ ...row, in: [view], until: BEFORE, from: plainAddresses }, later];
      return LATER.has(row.name) || row.name.startsWith('OS-EXT-SRV-ATTR:') ? [later] : [{ ...row, in: [view] }];
    });
  return view === 'rebuild' ? [...shown, ...REBUILD_ROWS] : shown;
}

function latest(a: MicroversionText | undefined, b: MicroversionText): MicroversionText {
  return a !== undefined && minor(a) > minor(b) ? a : b;
}
