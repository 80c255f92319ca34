// The tables as Kysely sees them. Both databases hold the same: text and integers only, booleans as 0 and 1, times as
// wall-clock milliseconds, JSON as text. Rows become the model's types in the file of their noun and nowhere else.

import type { Generated } from 'kysely';
import type { ArtefactsTable, DumpEvidenceTable, DumpsTable } from './dump-tables.ts';
import type {
  KeypairsTable,
  ProjectsTable,
  QuotaClassesTable,
  QuotasTable,
  RoleAssignmentsTable,
  ServerGroupsTable,
  TokensTable,
  UsersTable,
} from './owner-tables.ts';

type Flag = 0 | 1;

/** Servers, deleted ones too. */
export interface ServersTable {
  seq: Generated<number>;
  /** Counts the changes of the row: what was made of one version of it can be kept until the next. */
  version: Generated<number>;
  id: string;
  project_id: string;
  user_id: string;
  name: string;
  description: string | null;
  hostname: string;
  host: string | null;
  node: string | null;
  vm_state: string;
  task_state: string | null;
  power_state: number;
  progress: number;
  locked_by: string | null;
  locked_reason: string | null;
  image_id: string | null;
  flavor_id: string;
  flavor: string;
  metadata: string;
  tags: Generated<string>;
  addresses: string;
  access_ip_v4: string;
  access_ip_v6: string;
  availability_zone: string | null;
  config_drive: Flag;
  disk_config: string;
  key_name: string | null;
  user_data: string | null;
  security_groups: string;
  networks: Generated<string>;
  /** JSON. */
  hints: Generated<string>;
  group_id: string | null;
  pinned_zone: string | null;
  /** JSON. */
  old_flavor: string | null;
  old_vm_state: string | null;
  /** Of its flavor, to be added up; null in a row of an older program. */
  vcpus: number | null;
  memory_mb: number | null;
  /** Root disk and further ones. */
  disk_gb: number | null;
  reservation_id: string;
  launch_index: number;
  kernel_id: string;
  ramdisk_id: string;
  root_device_name: string | null;
  instance_name: string;
  fault: string | null;
  origin: string;
  created_at: number;
  updated_at: number;
  launched_at: number | null;
  terminated_at: number | null;
  deleted_at: number | null;
}

/** nova-compute on each host. */
export interface ServicesTable {
  seq: Generated<number>;
  id: string;
  host: string;
  binary: string;
  zone: string;
  disabled: Flag;
  disabled_reason: string | null;
  forced_down: Flag;
  created_at: number;
  updated_at: number;
  /** The number of its last change, of the head `services`; 0 for one made by a program without them. */
  changed: Generated<number>;
  /** Who forced it down, and when; null while nobody did. */
  forced_by: string | null;
  forced_at: number | null;
  /** `HostTold` as JSON: what its host's agent told of itself. */
  told: string | null;
}

/** Counters of changes. */
export interface HeadsTable {
  name: string;
  n: number;
}

/** What became of hosts, in order. */
export interface HostTransitionsTable {
  seq: number;
  host: string;
  n: number;
  from_status: string;
  to_status: string;
  cause: string;
  /** JSON. */
  evidence: string;
  at: number;
}

/** Which transition of each host is its last. */
export interface HostLastTable {
  host: string;
  seq: number;
}

/** What was asked of servers. */
export interface InstanceActionsTable {
  seq: Generated<number>;
  server_id: string;
  request_id: string;
  action: string;
  user_id: string;
  project_id: string;
  start_time: number;
  updated_at: number;
  message: string | null;
}

/** What hosts did for it. */
export interface ActionEventsTable {
  seq: Generated<number>;
  action_seq: number;
  event: string;
  host: string | null;
  start_time: number;
  finish_time: number | null;
  result: string | null;
  details: string | null;
  traceback: string | null;
}

/** What hosts must do, at most once. */
export interface CommandsTable {
  seq: Generated<number>;
  id: string;
  server_id: string;
  host: string;
  action_seq: number;
  event: string;
  kind: string;
  payload: string;
  state: string;
  created_at: number;
  /** Bounds on the monotonic clock of `epoch`: not granted after `deadline`, not waited for after `answer_by`. */
  epoch: string;
  deadline: number;
  /** How far the deadline was away, for people. */
  allowed_ms: number;
  answer_by: number;
  granted_at: number | null;
  /** The ledger that has the grant: it is given again to no other. */
  granted_to: string | null;
  done_at: number | null;
  outcome: string | null;
  late_report: string | null;
}

/** How far each host's evidence was taken in. */
export interface HostJournalsTable {
  host: string;
  journal: string;
  up_to: number;
}

/** Sizes of servers. */
export interface FlavorsTable {
  seq: Generated<number>;
  id: string;
  name: string;
  vcpus: number;
  ram: number;
  disk: number;
  ephemeral: number;
  swap: number;
  rxtx_factor: number;
  is_public: Flag;
  disabled: Flag;
  description: string | null;
  extra_specs: string;
}

/** Who changed what, and what came of it: rows are only ever added. */
export interface AuditTable {
  seq: Generated<number>;
  at: number;
  request_id: string;
  /** Null: Remnant itself. */
  user_id: string | null;
  project_id: string | null;
  /** The operation's id, or the word of what Remnant did by itself. */
  operation: string;
  target: string | null;
  result: string;
  detail: string | null;
}

/** Keys of requests that may be repeated. */
export interface IdempotencyKeysTable {
  seq: Generated<number>;
  /** Empty for a caller without one. */
  project_id: string;
  method: string;
  path: string;
  idempotency_key: string;
  fingerprint: string;
  request_id: string;
  /** What programs before 0010-forget-answers answered; nobody reads it. */
  answer: string | null;
  created_at: number;
}

/** Keys with which hosts and API processes may speak on the bus. */
export interface EnrollmentsTable {
  seq: Generated<number>;
  kind: string;
  name: string;
  public_key: string;
  enrolled_at: number;
  /** Null while it is in force. */
  revoked_at: number | null;
  /** The number of its last change, of the head `enrollments`. */
  changed: number;
}

/** Moves of servers: resizes and evacuations. */
export interface MigrationsTable {
  seq: Generated<number>;
  id: string;
  server_id: string;
  project_id: string;
  user_id: string;
  kind: string;
  status: string;
  source_host: string;
  source_node: string | null;
  dest_host: string | null;
  dest_node: string | null;
  /** JSON: the flavors before and after. */
  old_flavor: string;
  new_flavor: string;
  /** Their numbers; null for one that is no row. */
  old_flavor_seq: number | null;
  new_flavor_seq: number | null;
  action_seq: number;
  /** The host that still has a guest of the server which is none any more. */
  leftover_on: string | null;
  created_at: number;
  updated_at: number | null;
}

/** Sets of hosts with metadata, a zone among it. */
export interface AggregatesTable {
  seq: Generated<number>;
  uuid: string;
  name: string;
  zone: string | null;
  /** JSON. */
  metadata: string;
  created_at: number;
  updated_at: number | null;
}

/** Which hosts are in them. */
export interface AggregateHostsTable {
  seq: Generated<number>;
  aggregate_seq: number;
  host: string;
}

/** Which projects may use a flavor that is not public. */
export interface FlavorAccessTable {
  flavor_id: string;
  project_id: string;
}

/** Flavors that the configuration has made, which it does once: one that was deleted since stays deleted. */
export interface ConfiguredFlavorsTable {
  flavor_id: string;
}

/** All tables. */
export interface Tables {
  servers: ServersTable;
  services: ServicesTable;
  heads: HeadsTable;
  host_transitions: HostTransitionsTable;
  host_last: HostLastTable;
  instance_actions: InstanceActionsTable;
  action_events: ActionEventsTable;
  commands: CommandsTable;
  dumps: DumpsTable;
  dump_evidence: DumpEvidenceTable;
  artefacts: ArtefactsTable;
  host_journals: HostJournalsTable;
  flavors: FlavorsTable;
  projects: ProjectsTable;
  users: UsersTable;
  role_assignments: RoleAssignmentsTable;
  tokens: TokensTable;
  audit: AuditTable;
  idempotency_keys: IdempotencyKeysTable;
  enrollments: EnrollmentsTable;
  migrations: MigrationsTable;
  keypairs: KeypairsTable;
  server_groups: ServerGroupsTable;
  aggregates: AggregatesTable;
  aggregate_hosts: AggregateHostsTable;
  quotas: QuotasTable;
  quota_classes: QuotaClassesTable;
  flavor_access: FlavorAccessTable;
  configured_flavors: ConfiguredFlavorsTable;
}
