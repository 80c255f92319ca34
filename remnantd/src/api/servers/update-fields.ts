// What the answer to a change of a server shows: until 2.74 less than a show, from 2.75 the same (Nova's uniform replies).
// Made of the rows of `show`, so that no field is said twice.

import type { MicroversionText } from '../../model/microversion.ts';
import { minor } from '../../model/microversion.ts';
import { BEHAVIOURS } from '../behaviours.ts';
import { plainAddresses } from './addresses.ts';
import type { ServerField } from './shape.ts';

const UNIFORM = BEHAVIOURS['uniform-replies'].since;
/** The last microversion of the short replies. */
const BEFORE = '2.74';
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

/** The rows of the view `update` that are not in every view, of the rows of `show`. */
export function updateFields(rows: readonly ServerField[]): ServerField[] {
  return rows
    .filter((row) => row.in?.includes('show') === true)
    .flatMap((row): ServerField[] => {
      const uniform: ServerField = { ...row, in: ['update'], since: latest(row.since, UNIFORM) };
      if (row.name === 'addresses' && row.from !== undefined)
        return [{ ...row, in: ['update'], until: BEFORE, from: plainAddresses }, uniform];
      return LATER.has(row.name) || row.name.startsWith('OS-EXT-SRV-ATTR:') ? [uniform] : [{ ...row, in: ['update'] }];
    });
}

function latest(a: MicroversionText | undefined, b: MicroversionText): MicroversionText {
  return a !== undefined && minor(a) > minor(b) ? a : b;
}
