// The tables as Kysely sees them. Both databases hold the same: text and integers only, booleans as 0 and 1, times as
// wall-clock milliseconds, JSON as text. Rows become the model's types in the file of their noun and nowhere else.

import type { Generated } from 'kysely';

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

/** Crash dumps, running and ended. */
export interface DumpsTable {
  seq: Generated<number>;
  id: string;
  server_id: string;
  project_id: string;
  request_id: string;
  command_id: string;
  host: string;
  phase: string;
  verdict: string | null;
  reason: string | null;
  meaning: string | null;
  requested_at: number;
  sent_at: number | null;
  ended_at: number | null;
  /** The reaction bound, on the monotonic clock of `epoch`; null until sent. */
  epoch: string | null;
  react_by: number | null;
}

/** What was seen while a dump ran. */
export interface DumpEvidenceTable {
  seq: Generated<number>;
  dump_id: string;
  host: string;
  journal: string;
  position: number;
  kind: string;
  detail: string;
  at: number;
  received_at: number;
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

/** Projects of the built-in identity. */
export interface ProjectsTable {
  id: string;
  name: string;
  description: Generated<string>;
  enabled: Generated<Flag>;
}

/** Its users. */
export interface UsersTable {
  id: string;
  name: string;
  password_hash: string;
  default_project_id: string | null;
  description: Generated<string>;
  email: string | null;
  enabled: Generated<Flag>;
}

/** Who has which role where. */
export interface RoleAssignmentsTable {
  user_id: string;
  /** A project's id, or `system`. */
  scope: string;
  role: string;
}

/** Tokens by their hashes. */
export interface TokensTable {
  hash: string;
  user_id: string;
  /** A project's id, `system`, or null for an unscoped token. */
  scope: string | null;
  methods: string;
  audit_id: string;
  issued_at: number;
  expires_at: number;
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

/** All tables. */
export interface Tables {
  servers: ServersTable;
  services: ServicesTable;
  instance_actions: InstanceActionsTable;
  action_events: ActionEventsTable;
  commands: CommandsTable;
  dumps: DumpsTable;
  dump_evidence: DumpEvidenceTable;
  host_journals: HostJournalsTable;
  flavors: FlavorsTable;
  projects: ProjectsTable;
  users: UsersTable;
  role_assignments: RoleAssignmentsTable;
  tokens: TokensTable;
  audit: AuditTable;
}
