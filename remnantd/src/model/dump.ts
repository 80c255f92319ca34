// A crash dump: followed from the request to the verdict.

import type { CommandId, DumpId, HostName, ProjectId, RequestId, ServerId } from './ids.ts';
import type { DumpPhase, NmiMeaning, Verdict } from './verdict.ts';

/** A dump. Times are wall-clock milliseconds; `reactBy` is on the monotonic clock named by `epoch`. */
export interface Dump {
  readonly seq: number;
  readonly id: DumpId;
  readonly serverId: ServerId;
  readonly projectId: ProjectId;
  readonly requestId: RequestId;
  readonly commandId: CommandId;
  readonly host: HostName;
  readonly phase: DumpPhase;
  readonly verdict: Verdict | null;
  /** Why this verdict, in words for people: what was seen and what was not. */
  readonly reason: string | null;
  readonly meaning: NmiMeaning | null;
  readonly requestedAt: number;
  readonly sentAt: number | null;
  readonly endedAt: number | null;
  readonly epoch: string | null;
  readonly reactBy: number | null;
}

/** Something seen while a dump ran. */
export interface DumpEvidence {
  readonly kind: string;
  readonly detail: string;
  /** The host's wall clock, ms. */
  readonly at: number;
  readonly receivedAt: number;
}
