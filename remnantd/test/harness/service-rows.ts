// Rows of services for tests: one that nobody runs, so that nothing but the test changes it.

import { moveHead } from '../../src/db/heads.ts';
import type { Store } from '../../src/db/store.ts';

/** Adds an enabled service of `host`, never heard; `nova-compute` in the zone `nova` unless said otherwise. */
export async function addService(
  store: Store,
  service: { readonly id: string; readonly host: string; readonly binary?: string; readonly zone?: string },
): Promise<void> {
  const state = { disabled: 0, disabled_reason: null, forced_down: 0, created_at: 0, updated_at: 0 } as const;
  const row = { binary: 'nova-compute', zone: 'nova', ...service, ...state };
  await store.transaction(async (tx) => {
    const changed = await moveHead(tx, 'services');
    await tx
      .insertInto('services')
      .values({ ...row, changed })
      .execute();
  });
}
