// Changes a service as an operator asks: enabled or disabled with a reason, forced down or not. The change is in memory
// before it is answered, on its way to the other processes, and a host forced down loses what it has not taken yet.

import type { Authorised } from '../../access/authorised.ts';
import { hasEvacuated } from '../../db/server-migrations.ts';
import { patchService } from '../../db/services.ts';
import type { Store } from '../../db/store.ts';
import type { Dispatcher } from '../../dispatch/dispatcher.ts';
import type { ServiceBook } from '../../liveness/service-book.ts';
import { fault } from '../../model/faults.ts';
import type { Service } from '../../model/service.ts';
import { COMPUTE } from '../../model/service.ts';
import type { Clock } from '../../ports/clock.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';

/** What changing a service needs. */
export interface UpdateServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly book: Pick<ServiceBook, 'changed' | 'removed'>;
  readonly dispatcher: Pick<Dispatcher, 'failQueued'>;
}

/** What may be changed. Enabling clears the reason; disabling without one does too. */
export interface ServiceChange {
  readonly disabled?: boolean;
  readonly disabledReason?: string | null;
  readonly forcedDown?: boolean;
}

/** Throws fault bad-request for a service that is not nova-compute: no other can be changed. */
export function requireCompute(binary: string): void {
  if (binary === COMPUTE) return;
  const message = `Updating a ${binary} service is not supported. Only nova-compute services can be updated.`;
  throw fault('bad-request', { message });
}

/** Changes it and gives it back as it is now. Faults bad-request for a service that is not nova-compute, evacuations-remain. */
export async function updateService(
  deps: UpdateServiceDeps,
  context: RequestContext,
  service: Authorised<Service>,
  change: ServiceChange,
): Promise<Service> {
  requireCompute(service.binary);
  const patch = {
    ...(change.disabled === undefined
      ? {}
      : { disabled: change.disabled, disabledReason: change.disabled ? (change.disabledReason ?? null) : null }),
    ...(change.forcedDown === undefined ? {} : { forcedDown: change.forcedDown }),
  };
  const now = await deps.store.transaction(async (tx) => {
    if (change.forcedDown === false && (await hasEvacuated(tx, service.host))) {
      throw fault('evacuations-remain', { host: service.host });
    }
    await recordChange(tx, deps.clock, context, {
      target: `service ${service.id}`,
      detail: { host: service.host, ...patch },
    });
    return patchService(tx, service.id, patch, deps.clock.wall(), context.caller.userId);
  });
  deps.book.changed(now);
  if (change.forcedDown === true) {
    await deps.dispatcher.failQueued(now.host, 'the host is down');
  }
  return now;
}
