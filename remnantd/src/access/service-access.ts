// Authorised services: the os-services rows, for those who may.

import { allServices, findService, findServiceBySeq, findServiceOn } from '../db/services.ts';
import type { Store } from '../db/store.ts';
import type { Caller } from '../model/caller.ts';
import { fault } from '../model/faults.ts';
import type { Service } from '../model/service.ts';
import { COMPUTE } from '../model/service.ts';
import type { Policy } from '../policy/policy-engine.ts';
import { authorise, NOBODYS } from './authorise.ts';
import type { Authorised } from './authorised.ts';
import { markAuthorised } from './authorised.ts';

/** The binary that makes a name a compute host's. */
/** A service's number, and how it was written, to speak of one that is not there. */
export interface ServiceNumber {
  readonly seq: number;
  readonly text: string;
}

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
  toDelete(caller: Caller, rule: string, id: string | ServiceNumber): Promise<Authorised<Service>>;
  /** The compute service on a host. Faults policy-denied, host-unmapped. */
  on(caller: Caller, rule: string, host: string): Promise<Authorised<Service>>;
}

/** Opens the way to services. */
export function serviceAccess(store: Store, policy: Policy): ServiceAccess {
  return {
    list: async (caller, rule, filter) => {
      authorise(policy, caller, rule, NOBODYS);
      return (await allServices(store.read))
        .filter((service) => filter.host === null || service.host === filter.host)
        .filter((service) => filter.binary === null || service.binary === filter.binary)
        .map(markAuthorised);
    },
    byId: async (caller, rule, id) => {
      authorise(policy, caller, rule, NOBODYS);
      const service = await findService(store.read, id);
      if (service === null) throw fault('service-not-found', { id });
      return markAuthorised(service);
    },
    toDelete: async (caller, rule, id) => {
      authorise(policy, caller, rule, NOBODYS);
      const byNumber = typeof id !== 'string';
      const service = byNumber ? await numbered(store, id.seq) : await findService(store.read, id);
      if (service === null) throw fault('no-such-service', { id: byNumber ? id.text : id });
      return markAuthorised(service);
    },
    on: async (caller, rule, host) => {
      authorise(policy, caller, rule, NOBODYS);
      const service = await findServiceOn(store.read, host, COMPUTE);
      // A host is mapped to its cell by its compute service, whatever else runs there.
      if (service === null) throw fault('host-unmapped', { host });
      return markAuthorised(service);
    },
  };
}

/** The service of that number; none has one that a column cannot hold. */
async function numbered(store: Store, seq: number): Promise<Service | null> {
  return Number.isSafeInteger(seq) ? findServiceBySeq(store.read, seq) : null;
}
