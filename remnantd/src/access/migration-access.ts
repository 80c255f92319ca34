// Migrations of servers, for those who may see them: there is no row of one's own among them.

import { findMigration, migrationsMatching } from '../db/server-migrations.ts';
import type { Store } from '../db/store.ts';
import type { Caller } from '../model/caller.ts';
import { fault } from '../model/faults.ts';
import type { Migration } from '../model/migration.ts';
import type { MigrationFilter } from '../model/migration-query.ts';
import type { Policy } from '../policy/policy-engine.ts';
import { authorise, NOBODYS } from './authorise.ts';

/** A page as it is asked for: behind the migration with the UUID `marker`. */
export interface MigrationPageQuery {
  readonly limit: number;
  readonly marker: string | null;
}

/** Migrations, for those who may. */
export interface MigrationAccess {
  /** Those that match: all, oldest first, or a page, newest first. Faults policy-denied, bad-request for a marker that is none. */
  matching(
    caller: Caller,
    rule: string,
    filter: MigrationFilter,
    page: MigrationPageQuery | null,
  ): Promise<readonly Migration[]>;
}

/** Opens the way to migrations. */
export function migrationAccess(store: Store, policy: Policy): MigrationAccess {
  return {
    matching: async (caller, rule, filter, page) => {
      authorise(policy, caller, rule, NOBODYS);
      if (page === null) return migrationsMatching(store.read, filter, null);
      if (page.limit === 0) return [];
      const marker = page.marker === null ? null : await findMigration(store.read, page.marker);
      if (page.marker !== null && marker === null) {
        throw fault('bad-request', { message: `Marker ${page.marker} could not be found.` });
      }
      return migrationsMatching(store.read, filter, { limit: page.limit, before: marker?.seq ?? null });
    },
  };
}
