// The tables of crash dumps, as Kysely sees them: what was asked for, what was seen, the files that came of it. In the words of
// tables.ts.

import type { Generated } from 'kysely';

type Flag = 0 | 1;

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
  /** What it waits for; null until the NMI went out. */
  wait: string | null;
  /** Bound of that wait, on the monotonic clock of `epoch`; null where there is none. */
  epoch: string | null;
  due: number | null;
  /** Bound of all of it, on the monotonic clock of `whole_epoch`; of `epoch` where that is null. */
  whole_by: number | null;
  whole_epoch: string | null;
  reaction: string | null;
  reacted_at: number | null;
  capturing_at: number | null;
  saved_at: number | null;
  rebooted_at: number | null;
  verdict_at: number | null;
  /** Bytes of the guest's dump that its host has. */
  bytes: Generated<number>;
  /** What it was asked for with. */
  nmi: Generated<Flag>;
  memory: Generated<string>;
  after_panic: Generated<string>;
  evidence: Generated<Flag>;
  force_reason: string | null;
  /** What became of the guest's memory; all null while the hypervisor was not to write it. */
  memory_state: string | null;
  memory_command: string | null;
  memory_bytes: number | null;
  memory_total: number | null;
  memory_reason: string | null;
  memory_started_at: number | null;
  memory_ended_at: number | null;
  /** JSON. */
  panic: string | null;
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
  /** JSON. */
  facts: string | null;
  at: number;
  received_at: number;
}

/** Files that came of dumps; they are on their hosts. */
export interface ArtefactsTable {
  seq: Generated<number>;
  id: string;
  /** Null: of no dump; it is only there to be erased. */
  dump_id: string | null;
  server_id: string;
  project_id: string | null;
  host: string;
  source: string;
  format: string;
  bytes: number;
  sha256: string;
  created_at: number;
  /** 1: its project had more than it may have when it came. */
  over_quota: Generated<Flag>;
  expires_at: number | null;
  /** Its bytes are not given any more; the host is asked until it has erased them. */
  deleted_at: number | null;
  /** Null: it ran out. */
  deleted_by: string | null;
  erased_at: number | null;
  /** `PanicFacts` as JSON: out of the guest's memory. */
  panic: string | null;
  dmesg_bytes: number | null;
  extract_error: string | null;
}
