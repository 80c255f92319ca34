// Whose key pairs a request is about: the caller's own, or from 2.10 those of the user it names.

import type { UserId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import { behaves } from '../behaviours.ts';
import type { CallerRequest, VersionedSchema } from '../operation.ts';
import { querySchema, TEXT } from '../query.ts';

/** The user of a query; the first, where it is named more than once, as Nova takes it. */
export function whose({ caller, query, version }: CallerRequest): UserId {
  const asked = behaves(version, 'keys-of-others') ? query['user_id']?.[0] : undefined;
  return asked === undefined || asked === '' ? caller.userId : asId<UserId>(asked);
}

/** The query of what asks for one key. */
export const OF_USER: readonly VersionedSchema[] = [
  { until: '2.9', schema: querySchema({}) },
  { since: '2.10', until: '2.74', schema: querySchema({ user_id: TEXT }) },
  { since: '2.75', schema: querySchema({ user_id: TEXT }, { additionalProperties: false }) },
];
