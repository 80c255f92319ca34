// Whom a use case acts for: the caller, the request, and the operation that was asked for. It goes into every record.

import type { Caller } from '../model/caller.ts';
import type { RequestId } from '../model/ids.ts';
import type { OnceKey } from '../model/once-key.ts';

/** Who asks, under which request, for what. */
export interface RequestContext {
  readonly caller: Caller;
  readonly requestId: RequestId;
  /** The operation's id, e.g. `servers.delete`. */
  readonly operation: string;
  /** The key under which it may be repeated; written down with the change. */
  readonly once?: OnceKey;
}
