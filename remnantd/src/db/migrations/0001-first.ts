// The first schema. A migration, once landed, is never edited: a change is a new file beside it.

import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { SchemaWords } from '../dialects/schema-words.ts';

/** Creates every table of the first version. */
export async function up(db: Kysely<unknown>, words: SchemaWords): Promise<void> {
  const table = (name: string) => db.schema.createTable(name);
  const numbered = (name: string) => words.countingKey(table(name), 'seq');
  const big = words.bigint;

  await numbered('servers')
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('project_id', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('description', 'text')
    .addColumn('hostname', 'text', (c) => c.notNull())
    .addColumn('host', 'text')
    .addColumn('node', 'text')
    .addColumn('vm_state', 'text', (c) => c.notNull())
    .addColumn('task_state', 'text')
    .addColumn('power_state', 'integer', (c) => c.notNull())
    .addColumn('progress', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('locked_by', 'text')
    .addColumn('locked_reason', 'text')
    .addColumn('image_id', 'text')
    .addColumn('flavor_id', 'text', (c) => c.notNull())
    .addColumn('flavor', 'text', (c) => c.notNull())
    .addColumn('metadata', 'text', (c) => c.notNull())
    .addColumn('addresses', 'text', (c) => c.notNull())
    .addColumn('access_ip_v4', 'text', (c) => c.notNull())
    .addColumn('access_ip_v6', 'text', (c) => c.notNull())
    .addColumn('availability_zone', 'text')
    .addColumn('config_drive', 'integer', (c) => c.notNull())
    .addColumn('disk_config', 'text', (c) => c.notNull())
    .addColumn('key_name', 'text')
    .addColumn('user_data', 'text')
    .addColumn('security_groups', 'text', (c) => c.notNull())
    .addColumn('reservation_id', 'text', (c) => c.notNull())
    .addColumn('launch_index', 'integer', (c) => c.notNull())
    .addColumn('kernel_id', 'text', (c) => c.notNull())
    .addColumn('ramdisk_id', 'text', (c) => c.notNull())
    .addColumn('root_device_name', 'text')
    .addColumn('instance_name', 'text', (c) => c.notNull())
    .addColumn('fault', 'text')
    .addColumn('origin', 'text', (c) => c.notNull())
    .addColumn('created_at', big, (c) => c.notNull())
    .addColumn('updated_at', big, (c) => c.notNull())
    .addColumn('launched_at', big)
    .addColumn('terminated_at', big)
    .addColumn('deleted_at', big)
    .execute();
  await db.schema
    .createIndex('servers_by_project')
    .on('servers')
    .columns(['project_id', 'created_at', 'seq'])
    .where(sql.ref('deleted_at'), 'is', null)
    .execute();
  await db.schema.createIndex('servers_by_age').on('servers').columns(['created_at', 'seq']).execute();
  await db.schema.createIndex('servers_by_host').on('servers').columns(['host']).execute();

  await numbered('services')
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('host', 'text', (c) => c.notNull())
    .addColumn('binary', 'text', (c) => c.notNull())
    .addColumn('zone', 'text', (c) => c.notNull())
    .addColumn('disabled', 'integer', (c) => c.notNull())
    .addColumn('disabled_reason', 'text')
    .addColumn('forced_down', 'integer', (c) => c.notNull())
    .addColumn('created_at', big, (c) => c.notNull())
    .addColumn('updated_at', big, (c) => c.notNull())
    .addUniqueConstraint('services_host_binary', ['host', 'binary'])
    .execute();

  await numbered('instance_actions')
    .addColumn('server_id', 'text', (c) => c.notNull())
    .addColumn('request_id', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('project_id', 'text', (c) => c.notNull())
    .addColumn('start_time', big, (c) => c.notNull())
    .addColumn('updated_at', big, (c) => c.notNull())
    .addColumn('message', 'text')
    .execute();
  await db.schema
    .createIndex('instance_actions_by_request')
    .unique()
    .on('instance_actions')
    .columns(['server_id', 'request_id'])
    .execute();

  await numbered('action_events')
    .addColumn('action_seq', big, (c) => c.notNull())
    .addColumn('event', 'text', (c) => c.notNull())
    .addColumn('host', 'text')
    .addColumn('start_time', big, (c) => c.notNull())
    .addColumn('finish_time', big)
    .addColumn('result', 'text')
    .addColumn('details', 'text')
    .addColumn('traceback', 'text')
    .addUniqueConstraint('action_events_once', ['action_seq', 'event'])
    .execute();

  await numbered('commands')
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('server_id', 'text', (c) => c.notNull())
    .addColumn('host', 'text', (c) => c.notNull())
    .addColumn('action_seq', big, (c) => c.notNull())
    .addColumn('event', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('payload', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('created_at', big, (c) => c.notNull())
    .addColumn('epoch', 'text', (c) => c.notNull())
    .addColumn('deadline', big, (c) => c.notNull())
    .addColumn('allowed_ms', big, (c) => c.notNull())
    .addColumn('answer_by', big, (c) => c.notNull())
    .addColumn('granted_at', big)
    .addColumn('granted_to', 'text')
    .addColumn('done_at', big)
    .addColumn('outcome', 'text')
    .addColumn('late_report', 'text')
    .execute();
  for (const [index, columns] of [
    ['commands_open', ['seq']],
    ['commands_open_by_host', ['host', 'seq']],
  ] as const) {
    await db.schema
      .createIndex(index)
      .on('commands')
      .columns([...columns])
      .where(sql.ref('state'), '!=', sql.lit('done'))
      .execute();
  }
  await db.schema.createIndex('commands_by_server').on('commands').columns(['server_id', 'seq']).execute();

  await numbered('dumps')
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('server_id', 'text', (c) => c.notNull())
    .addColumn('project_id', 'text', (c) => c.notNull())
    .addColumn('request_id', 'text', (c) => c.notNull())
    .addColumn('command_id', 'text', (c) => c.notNull().unique())
    .addColumn('host', 'text', (c) => c.notNull())
    .addColumn('phase', 'text', (c) => c.notNull())
    .addColumn('verdict', 'text')
    .addColumn('reason', 'text')
    .addColumn('meaning', 'text')
    .addColumn('requested_at', big, (c) => c.notNull())
    .addColumn('sent_at', big)
    .addColumn('ended_at', big)
    .addColumn('epoch', 'text')
    .addColumn('react_by', big)
    .execute();
  // R2 in the schema itself: one running dump a server.
  await db.schema
    .createIndex('dumps_one_running')
    .unique()
    .on('dumps')
    .columns(['server_id'])
    .where(sql.ref('ended_at'), 'is', null)
    .execute();
  await db.schema.createIndex('dumps_by_server').on('dumps').columns(['server_id', 'seq']).execute();

  await numbered('dump_evidence')
    .addColumn('dump_id', 'text', (c) => c.notNull())
    .addColumn('host', 'text', (c) => c.notNull())
    .addColumn('journal', 'text', (c) => c.notNull())
    .addColumn('position', big, (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .addColumn('at', big, (c) => c.notNull())
    .addColumn('received_at', big, (c) => c.notNull())
    .addUniqueConstraint('dump_evidence_once', ['dump_id', 'journal', 'position'])
    .execute();

  await table('host_journals')
    .addColumn('host', 'text', (c) => c.notNull())
    .addColumn('journal', 'text', (c) => c.notNull())
    .addColumn('up_to', big, (c) => c.notNull())
    .addPrimaryKeyConstraint('host_journals_key', ['host', 'journal'])
    .execute();

  await numbered('flavors')
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('vcpus', 'integer', (c) => c.notNull())
    .addColumn('ram', 'integer', (c) => c.notNull())
    .addColumn('disk', 'integer', (c) => c.notNull())
    .addColumn('ephemeral', 'integer', (c) => c.notNull())
    .addColumn('swap', 'integer', (c) => c.notNull())
    .addColumn('rxtx_factor', 'real', (c) => c.notNull())
    .addColumn('is_public', 'integer', (c) => c.notNull())
    .addColumn('disabled', 'integer', (c) => c.notNull())
    .addColumn('description', 'text')
    .addColumn('extra_specs', 'text', (c) => c.notNull())
    .execute();

  await table('projects')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .execute();
  await table('users')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('password_hash', 'text', (c) => c.notNull())
    .addColumn('default_project_id', 'text')
    .execute();
  await table('role_assignments')
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('scope', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('role_assignments_key', ['user_id', 'scope', 'role'])
    .execute();
  await table('tokens')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('scope', 'text')
    .addColumn('methods', 'text', (c) => c.notNull())
    .addColumn('audit_id', 'text', (c) => c.notNull())
    .addColumn('issued_at', big, (c) => c.notNull())
    .addColumn('expires_at', big, (c) => c.notNull())
    .execute();
}
