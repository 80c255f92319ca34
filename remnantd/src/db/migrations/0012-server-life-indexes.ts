// The indexes of what a server's life needs, on a table that may be large: built beside its writers where a database can, and
// anew where a build was cut short.

import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { SchemaWords } from '../dialects/schema-words.ts';

const LIVING = 'where deleted_at is null';

/** What each of them is of. */
const INDEXES: Readonly<Record<string, string>> = {
  servers_of_group: '(group_id)',
  // Lists sorted by name read their page off these.
  servers_living_by_name: `(name, id) ${LIVING}`,
  servers_by_project_and_name: `(project_id, name, id) ${LIVING}`,
  servers_sizes_by_host: `(host, vcpus, memory_mb, disk_gb) ${LIVING}`,
  servers_sizes_by_project: `(project_id, user_id, vcpus, memory_mb) ${LIVING} and vm_state <> 'soft-delete'`,
  servers_not_measured: `(seq) ${LIVING} and vcpus is null`,
};

/** Builds them. */
export async function up(db: Kysely<unknown>, { beside }: SchemaWords): Promise<void> {
  for (const [name, of] of Object.entries(INDEXES)) {
    // One after the other: this is one connection.
    // oxlint-disable-next-line no-await-in-loop
    await sql.raw(`drop index ${beside} if exists ${name}`).execute(db);
    // oxlint-disable-next-line no-await-in-loop
    await sql.raw(`create index ${beside} if not exists ${name} on servers ${of}`).execute(db);
  }
}
