// A server as the rest of the daemon sees it. Times are wall-clock milliseconds; null means "not yet" or "not set".

import type { EmbeddedFlavor } from './flavor.ts';
import type { HostName, ImageId, ProjectId, ServerId, UserId } from './ids.ts';
import type { PowerState } from './power-state.ts';
import type { TaskState, VmState } from './server-states.ts';

/** Why a server last failed, as Nova's fault object. */
export interface ServerFault {
  readonly code: number;
  readonly message: string;
  readonly details: string | null;
  readonly created: number;
}

/** One address of a server on a network. */
export interface ServerAddress {
  readonly version: 4 | 6;
  readonly addr: string;
  readonly type: 'fixed' | 'floating';
  readonly mac: string;
}

/** A server. */
export interface Server {
  readonly id: ServerId;
  /** Counts up with each server made: the tie-break of every sort. */
  readonly seq: number;
  /** Counts the changes of this server: what was made of one version of it holds until the next. */
  readonly version: number;
  readonly projectId: ProjectId;
  readonly userId: UserId;
  readonly name: string;
  readonly description: string | null;
  readonly hostname: string;
  readonly host: HostName | null;
  readonly node: string | null;
  readonly vmState: VmState;
  readonly taskState: TaskState | null;
  readonly powerState: PowerState;
  readonly progress: number;
  readonly lockedBy: 'owner' | 'admin' | null;
  readonly lockedReason: string | null;
  readonly imageId: ImageId | null;
  readonly flavor: EmbeddedFlavor;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly addresses: Readonly<Record<string, readonly ServerAddress[]>>;
  readonly accessIpV4: string;
  readonly accessIpV6: string;
  readonly availabilityZone: string | null;
  readonly configDrive: boolean;
  readonly diskConfig: 'AUTO' | 'MANUAL';
  readonly keyName: string | null;
  readonly userData: string | null;
  readonly securityGroups: readonly string[];
  /** What it was made with: no network, or the one its host has. */
  readonly networks: 'none' | 'auto';
  /** The scheduler hints it was asked for with. */
  readonly hints: Readonly<Record<string, unknown>>;
  /** Its server group. */
  readonly groupId: string | null;
  /** The zone that was asked for; null when any would do. */
  readonly pinnedZone: string | null;
  /** The flavor it had before a resize that is not confirmed; null otherwise. */
  readonly oldFlavor: EmbeddedFlavor | null;
  /** Where it goes back to from suspended or resized. */
  readonly oldVmState: VmState | null;
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly kernelId: string;
  readonly ramdiskId: string;
  readonly rootDeviceName: string | null;
  readonly instanceName: string;
  readonly fault: ServerFault | null;
  /** `created` by Remnant, or `adopted`: it was on the host before. */
  readonly origin: 'created' | 'adopted';
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly launchedAt: number | null;
  readonly terminatedAt: number | null;
  readonly deletedAt: number | null;
}

/** What of a server says whether something made of it still holds, and where it is. */
export type ServerStamp = Pick<Server, 'id' | 'seq' | 'version' | 'host' | 'deletedAt'>;
