// Authorised services: the os-services rows, for those who may.

import { allServices, findService, findServiceBySeq, findServiceOn } from '../db/services.ts';
import type { Store } from '../db/store.ts';
import type { Caller } from '../model/caller.ts';
import { fault } from '../model/faults.ts';
import type { Service } from '../model/service.ts';
import type { Policy } from '../policy/policy-engine.ts';
import { authorise } from './authorise.ts';
import type { Authorised } from './authorised.ts';
import { markAuthorised } from './authorised.ts';

/** Services act on nobody's project: their rules are asked about nothing. */
const NO_TARGET = { project_id: null, user_id: null };

/** Services, for those who may. */
export interface ServiceAccess {
  /** All that match. Fault policy-denied. */
  list(
    caller: Caller,
    rule: string,
    filter: { host: string | null; binary: string | null },
  ): Promise<readonly Authorised<Service>[]>;
  /** By UUID. Faults policy-denied, service-not-found, in that order. */
  byId(caller: Caller, rule: string, id: string): Promise<Authorised<Service>>;
  /** By UUID or number, to be deleted: Nova words a missing one in another way. Faults policy-denied, no-such-service. */
  toDelete(caller: Caller, rule: string, id: string | number): Promise<Authorised<Service>>;
  /** By host and binary. Faults policy-denied, host-unmapped, service-binary-not-found. */
  on(caller: Caller, rule: string, host: string, binary: string): Promise<Authorised<Service>>;
}

/** Opens the way to services. */
export function serviceAccess(store: Store, policy: Policy): ServiceAccess {
  return {
    list: async (caller, rule, filter) => {
      authorise(policy, caller, rule, NO_TARGET);
      return (await allServices(store.read))
        .filter((service) => filter.host === null || service.host === filter.host)
        .filter((service) => filter.binary === null || service.binary === filter.binary)
        .map(markAuthorised);
    },
    byId: async (caller, rule, id) => {
      authorise(policy, caller, rule, NO_TARGET);
      const service = await findService(store.read, id);
      if (service === null) throw fault('service-not-found', { id });
      return markAuthorised(service);
    },
    toDelete: async (caller, rule, id) => {
      authorise(policy, caller, rule, NO_TARGET);
      const service =
        typeof id === 'number' ? await findServiceBySeq(store.read, id) : await findService(store.read, id);
      if (service === null) throw fault('no-such-service', { id: String(id) });
      return markAuthorised(service);
    },
    on: async (caller, rule, host, binary) => {
      authorise(policy, caller, rule, NO_TARGET);
      const service = await findServiceOn(store.read, host, binary);
      if (service !== null) return markAuthorised(service);
      const known = (await allServices(store.read)).some((other) => other.host === host);
      throw known ? fault('service-binary-not-found', { binary, host }) : fault('host-unmapped', { host });
    },
  };
}
