// Deletes a service: what is left of a host that is gone. One that hosts servers stays; one whose agent is alive comes back
// with the agent's next hello.

import type { Authorised } from '../../access/authorised.ts';
import { countServersOn } from '../../db/servers.ts';
import { allServices, removeService } from '../../db/services.ts';
import { fault } from '../../model/faults.ts';
import type { Service } from '../../model/service.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { UpdateServiceDeps } from './update-service.ts';

/** Deletes it; from then on its host has no service. Fault service-in-use. */
export async function deleteService(
  deps: Pick<UpdateServiceDeps, 'store' | 'clock' | 'hosts'>,
  context: RequestContext,
  service: Authorised<Service>,
): Promise<void> {
  await deps.store.transaction(async (tx) => {
    const inUse = service.binary === 'nova-compute' && (await countServersOn(tx, service.host)) > 0;
    if (inUse) throw fault('service-in-use');
    await recordChange(tx, deps.clock, context, {
      target: `service ${service.id}`,
      detail: { host: service.host, binary: service.binary },
    });
    await removeService(tx, service.id);
  });
  deps.hosts.services(await allServices(deps.store.read));
}
