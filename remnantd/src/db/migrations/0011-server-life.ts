// What a server's life needs beside the server: where it goes back to, how it was moved, and what its owners keep for it: keys,
// groups, limits; and for operators: aggregates of hosts, and who may use a flavor. A program without these goes on working.
// (The indexes on servers are a step of their own: 0012.)

import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { SchemaWords } from '../dialects/schema-words.ts';

/** Adds the tables and columns. */
export async function up(db: Kysely<unknown>, words: SchemaWords): Promise<void> {
  await serverColumns(db);
  await migrations(db, words);
  await ownersThings(db, words);
  await operatorsThings(db, words);
}

async function serverColumns(db: Kysely<unknown>): Promise<void> {
  const servers = () => db.schema.alterTable('servers');
  await servers()
    .addColumn('networks', 'text', (c) => c.notNull().defaultTo('none'))
    .execute();
  await servers()
    .addColumn('hints', 'text', (c) => c.notNull().defaultTo('{}'))
    .execute();
  for (const column of ['group_id', 'pinned_zone', 'old_flavor', 'old_vm_state']) {
    await servers().addColumn(column, 'text').execute();
  }
  // What of its flavor is added up: null in rows of programs without these columns, until they are measured.
  for (const column of ['vcpus', 'memory_mb', 'disk_gb']) {
    await servers().addColumn(column, 'integer').execute();
  }
}

async function migrations(db: Kysely<unknown>, words: SchemaWords): Promise<void> {
  await words
    .countingKey(db.schema.createTable('migrations'), 'seq')
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('server_id', 'text', (c) => c.notNull())
    .addColumn('project_id', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('source_host', 'text', (c) => c.notNull())
    .addColumn('source_node', 'text')
    .addColumn('dest_host', 'text')
    .addColumn('dest_node', 'text')
    .addColumn('old_flavor', 'text', (c) => c.notNull())
    .addColumn('new_flavor', 'text', (c) => c.notNull())
    .addColumn('old_flavor_seq', words.bigint)
    .addColumn('new_flavor_seq', words.bigint)
    .addColumn('action_seq', words.bigint, (c) => c.notNull())
    .addColumn('leftover_on', 'text')
    .addColumn('created_at', words.bigint, (c) => c.notNull())
    .addColumn('updated_at', words.bigint)
    .execute();
  await db.schema.createIndex('migrations_of_server').on('migrations').columns(['server_id', 'seq']).execute();
  await db.schema.createIndex('migrations_from_host').on('migrations').columns(['source_host', 'status']).execute();
  await db.schema.createIndex('migrations_by_status').on('migrations').columns(['status', 'seq']).execute();
  await db.schema
    .createIndex('migrations_with_leftovers')
    .on('migrations')
    .columns(['leftover_on', 'seq'])
    .where(sql.ref('leftover_on'), 'is not', null)
    .execute();
}

async function ownersThings(db: Kysely<unknown>, words: SchemaWords): Promise<void> {
  await words
    .countingKey(db.schema.createTable('keypairs'), 'seq')
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('fingerprint', 'text', (c) => c.notNull())
    .addColumn('public_key', 'text', (c) => c.notNull())
    .addColumn('created_at', words.bigint, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('keypairs_by_name').unique().on('keypairs').columns(['user_id', 'name']).execute();
  await words
    .countingKey(db.schema.createTable('server_groups'), 'seq')
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('project_id', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('policy', 'text', (c) => c.notNull())
    .addColumn('max_server_per_host', 'integer')
    .addColumn('created_at', words.bigint, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('server_groups_of_project').on('server_groups').columns(['project_id', 'seq']).execute();
  await limits(db, 'quotas', ['project_id', 'user_id']);
  await limits(db, 'quota_classes', ['class']);
}

async function limits(db: Kysely<unknown>, table: string, whose: readonly string[]): Promise<void> {
  let made = db.schema.createTable(table);
  for (const column of whose) made = made.addColumn(column, 'text', (c) => c.notNull());
  await made
    .addColumn('resource', 'text', (c) => c.notNull())
    .addColumn('hard_limit', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint(`${table}_key`, [...whose, 'resource'] as never[])
    .execute();
}

async function operatorsThings(db: Kysely<unknown>, words: SchemaWords): Promise<void> {
  await words
    .countingKey(db.schema.createTable('aggregates'), 'seq')
    .addColumn('uuid', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('zone', 'text')
    .addColumn('metadata', 'text', (c) => c.notNull())
    .addColumn('created_at', words.bigint, (c) => c.notNull())
    .addColumn('updated_at', words.bigint)
    .execute();
  await words
    .countingKey(db.schema.createTable('aggregate_hosts'), 'seq')
    .addColumn('aggregate_seq', words.bigint, (c) => c.notNull())
    .addColumn('host', 'text', (c) => c.notNull())
    .addUniqueConstraint('aggregate_hosts_key', ['aggregate_seq', 'host'])
    .execute();
  await db.schema
    .createTable('flavor_access')
    .addColumn('flavor_id', 'text', (c) => c.notNull())
    .addColumn('project_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('flavor_access_key', ['flavor_id', 'project_id'])
    .execute();
  await db.schema
    .createTable('configured_flavors')
    .addColumn('flavor_id', 'text', (c) => c.primaryKey())
    .execute();
}
