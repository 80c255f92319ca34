// What the database says of hosts as such, for those who may see them. What is known of them now is in memory (liveness/).

import { busyByHost, guestsOfHosts, useByProject } from '../db/host-servers.ts';
import type { TransitionsAsked } from '../db/host-transitions.ts';
import { transitionsSince } from '../db/host-transitions.ts';
import { usageByHost } from '../db/server-usage.ts';
import { countServersByHost, countServersOn } from '../db/servers.ts';
import type { Store } from '../db/store.ts';
import type { Caller } from '../model/caller.ts';
import type { HostTransition } from '../model/host-transition.ts';
import type { GuestName, HostUse, ProjectUse } from '../model/hypervisor.ts';
import { UNUSED } from '../model/hypervisor.ts';
import type { HostName } from '../model/ids.ts';
import type { Policy } from '../policy/policy-engine.ts';
import { authorise, NOBODYS } from './authorise.ts';

/** Hosts, for those who may. */
export interface HostAccess {
  /** How many servers are on each host that has any. Fault policy-denied. */
  serverCounts(caller: Caller, rule: string): Promise<ReadonlyMap<string, number>>;
  /** How many servers are on one. Fault policy-denied. */
  serverCount(caller: Caller, rule: string, host: HostName): Promise<number>;
  /** What servers take of each host that has any, as placement counts it. Fault policy-denied. */
  use(caller: Caller, rule: string): Promise<ReadonlyMap<string, HostUse>>;
  /** What each project's servers on one host have been promised. Fault policy-denied. */
  projects(caller: Caller, rule: string, host: HostName): Promise<readonly ProjectUse[]>;
  /** The servers on each of `hosts`. Fault policy-denied. */
  guests(caller: Caller, rule: string, hosts: readonly HostName[]): Promise<ReadonlyMap<string, readonly GuestName[]>>;
  /** What became of one. Fault policy-denied. */
  transitions(
    caller: Caller,
    rule: string,
    asked: TransitionsAsked & { readonly host: string },
  ): Promise<readonly HostTransition[]>;
}

/** Opens the way to hosts. */
export function hostAccess(store: Store, policy: Policy): HostAccess {
  return {
    serverCounts: async (caller, rule) => {
      authorise(policy, caller, rule, NOBODYS);
      return countServersByHost(store.read);
    },
    serverCount: async (caller, rule, host) => {
      authorise(policy, caller, rule, NOBODYS);
      return countServersOn(store.read, host);
    },
    use: async (caller, rule) => {
      authorise(policy, caller, rule, NOBODYS);
      const busy = await busyByHost(store.read);
      const usage = await usageByHost(store.read);
      return new Map([...usage].map(([host, taken]) => [host, { ...taken, busy: busy.get(host) ?? UNUSED.busy }]));
    },
    projects: async (caller, rule, host) => {
      authorise(policy, caller, rule, NOBODYS);
      return useByProject(store.read, host);
    },
    guests: async (caller, rule, hosts) => {
      authorise(policy, caller, rule, NOBODYS);
      return guestsOfHosts(store.read, hosts);
    },
    transitions: async (caller, rule, asked) => {
      authorise(policy, caller, rule, NOBODYS);
      return transitionsSince(store.read, asked);
    },
  };
}
