// What the database says of hosts as such, for those who may see them. What is known of them now is in memory (liveness/).

import { countServersByHost } from '../db/servers.ts';
import type { Store } from '../db/store.ts';
import type { Caller } from '../model/caller.ts';
import type { Policy } from '../policy/policy-engine.ts';
import { authorise } from './authorise.ts';

/** Hosts, for those who may. */
export interface HostAccess {
  /** How many servers are on each host that has any. Fault policy-denied. */
  serverCounts(caller: Caller, rule: string): Promise<ReadonlyMap<string, number>>;
}

/** Opens the way to hosts. */
export function hostAccess(store: Store, policy: Policy): HostAccess {
  return {
    serverCounts: async (caller, rule) => {
      authorise(policy, caller, rule, { project_id: null, user_id: null });
      return countServersByHost(store.read);
    },
  };
}
