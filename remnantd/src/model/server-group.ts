// A server group: a wish about the hosts of its members. A server's row says which group it is in; a group's members are
// those that are not deleted.

import type { ProjectId, ServerId, UserId } from './ids.ts';

/** What is wished for: never on one host, always on one host, or the same as far as it can be. */
export type GroupPolicy = 'anti-affinity' | 'affinity' | 'soft-anti-affinity' | 'soft-affinity';

/** A group. */
export interface ServerGroup {
  readonly id: string;
  readonly projectId: ProjectId;
  readonly userId: UserId;
  readonly name: string;
  readonly policy: GroupPolicy;
  /** How many of its servers may be on one host, for anti-affinity; null when nothing was said. */
  readonly maxServerPerHost: number | null;
  readonly createdAt: number;
}

/** A group with its servers, oldest first. */
export interface PeopledGroup extends ServerGroup {
  readonly members: readonly ServerId[];
}
