// A flavor with an extra spec, put into the database as nothing in the API or the configuration makes one.

import { ensureFlavor } from '../../src/db/flavors.ts';
import type { Store } from '../../src/db/store.ts';

/** Adds the flavor `spec`, whose one extra spec is `hw:cpu` = `shared`. */
export async function addSpecFlavor(store: Store): Promise<void> {
  const size = { vcpus: 1, ram: 512, disk: 1, ephemeral: 0, swap: 0, rxtxFactor: 1 };
  const open = { isPublic: true, disabled: false, description: null };
  await store.transaction((tx) =>
    ensureFlavor(tx, { id: 'spec', name: 'spec', ...size, ...open, extraSpecs: { 'hw:cpu': 'shared' } }),
  );
}
