// A migration: a server on its way to another size or another host, as Nova records it. Its statuses are Nova's words; which
// one may follow which is held by the use cases that move servers.

import type { EmbeddedFlavor } from './flavor.ts';
import type { HostName, ProjectId, ServerId, UserId } from './ids.ts';

/** Why a server moves. Nova knows `migration` and `live-migration` too; there are none here. */
export type MigrationKind = 'resize' | 'evacuation';

/**
 * How far it is. A resize: `migrating`, `finished` until its owner decides, then `confirmed`, or `reverting` and `reverted`.
 * An evacuation: `pre-migrating`, `done` when the server is on its new host, `completed` when nothing of it is left on the
 * old one; `failed` when the new host could not make it. Either: `error` when it came to nothing.
 */
export type MigrationStatus =
  | 'migrating'
  | 'finished'
  | 'confirmed'
  | 'reverting'
  | 'reverted'
  | 'pre-migrating'
  | 'done'
  | 'completed'
  | 'failed'
  | 'error';

/** Those that are not over: a host that is part of one must stay. */
export const UNDER_WAY = [
  'migrating',
  'finished',
  'reverting',
  'pre-migrating',
] as const satisfies readonly MigrationStatus[];

/** A migration. */
export interface Migration {
  /** Nova's number of it. */
  readonly seq: number;
  readonly id: string;
  readonly serverId: ServerId;
  /** Of who asked for it. */
  readonly projectId: ProjectId;
  readonly userId: UserId;
  readonly kind: MigrationKind;
  readonly status: MigrationStatus;
  readonly sourceHost: HostName;
  readonly sourceNode: string | null;
  /** Null where no host was found. */
  readonly destHost: HostName | null;
  readonly destNode: string | null;
  readonly oldFlavor: EmbeddedFlavor;
  readonly newFlavor: EmbeddedFlavor;
  /** The numbers of those flavors; null for one that is no row. */
  readonly oldFlavorSeq: number | null;
  readonly newFlavorSeq: number | null;
  /** The instance action it is part of. */
  readonly actionSeq: number;
  /** The host that has a guest of the server which is none any more; null when there is none, or it was removed. */
  readonly leftoverOn: HostName | null;
  readonly createdAt: number;
  readonly updatedAt: number | null;
}
