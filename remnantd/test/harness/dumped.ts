// The server whose dumps come in, in tests of captures.

import type { ServerId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';

/** Its id. */
export const DUMPED = asId<ServerId>('22222222-2222-4222-8222-222222222222');
