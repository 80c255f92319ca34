// An instance action and its events: Nova's record of what was asked of a server and how it ended.

import type { ProjectId, RequestId, ServerId, UserId } from './ids.ts';

/** One action. `seq` orders actions made in the same millisecond. */
export interface InstanceAction {
  readonly seq: number;
  readonly serverId: ServerId;
  readonly requestId: RequestId;
  readonly action: string;
  readonly userId: UserId;
  readonly projectId: ProjectId;
  readonly startTime: number;
  readonly updatedAt: number;
  /** `Error` once an event failed. */
  readonly message: string | null;
}

/** One event of an action: what a host did for it. */
export interface ActionEvent {
  readonly event: string;
  readonly host: string | null;
  readonly startTime: number;
  readonly finishTime: number | null;
  readonly result: 'Success' | 'Error' | null;
  readonly details: string | null;
  readonly traceback: string | null;
}
