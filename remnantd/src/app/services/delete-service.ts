// Deletes a service: what is left of a host that is gone. One that hosts servers stays; one whose agent is alive comes back
// with the agent's next hello.

import type { Authorised } from '../../access/authorised.ts';
import { forgetAggregateHost } from '../../db/aggregates.ts';
import { hasMigrationUnderWay } from '../../db/server-migrations.ts';
import { countServersOn } from '../../db/servers.ts';
import { removeService } from '../../db/services.ts';
import { fault } from '../../model/faults.ts';
import type { Service } from '../../model/service.ts';
import { COMPUTE } from '../../model/service.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { UpdateServiceDeps } from './update-service.ts';

/** Deletes it; from then on its host has no service. Faults service-in-use, service-migrating. */
export async function deleteService(
  deps: Pick<UpdateServiceDeps, 'store' | 'clock' | 'book'>,
  context: RequestContext,
  service: Authorised<Service>,
): Promise<void> {
  const changed = await deps.store.transaction(async (tx) => {
    const inUse = service.binary === COMPUTE && (await countServersOn(tx, service.host)) > 0;
    if (inUse) throw fault('service-in-use');
    if (service.binary === COMPUTE && (await hasMigrationUnderWay(tx, service.host))) {
      throw fault('service-migrating');
    }
    await recordChange(tx, deps.clock, context, {
      target: `service ${service.id}`,
      detail: { host: service.host, binary: service.binary },
    });
    // What stays is of a host that is gone: one of that name that comes back begins anew.
    if (service.binary === COMPUTE) await forgetAggregateHost(tx, service.host);
    return removeService(tx, service.id);
  });
  if (service.binary === COMPUTE) deps.book.removed(service.host, changed);
}
