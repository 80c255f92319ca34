// What watching a guest needs, and its times. Shared by the parts of this folder.

import type { FollowCrash } from '../../drivers/driver.ts';
import type { CommandId, ServerId } from '../../model/ids.ts';
import type { EvidenceFacts, EvidenceKind } from '../../model/wire.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ArtefactStore } from '../capture/artefact-store.ts';

/** Times, in ms. */
export interface WatchTimes {
  /**
   * A guest is watched for at most this long after its NMI, or since it was last found to run; one that is paused, for as long
   * as it is. To be longer than a dump may take in all: whoever follows it gives up first.
   */
  readonly whole: number;
  /** What can be seen of a guest, and the beginning of its console, may hold an NMI up for this long. */
  readonly sight: number;
  /** After the guest closed its port, or went, bytes that are still under way come within this. */
  readonly settle: number;
  /** A dump that a new life of the agent goes on with must bring a byte within this. */
  readonly stalled: number;
  /** The end of such a dump is believed when nothing came behind it for this long, or the port was closed. */
  readonly proof: number;
  /** What a guest said on its status port is through when nothing more came for this long. */
  readonly quiet: number;
  /** How often it is told how much of a dump is here. */
  readonly bytes: number;
}

/** Times that suit real guests. */
export const WATCH_TIMES: WatchTimes = {
  whole: 1_800_000,
  sight: 300,
  settle: 2_000,
  stalled: 60_000,
  proof: 10_000,
  quiet: 100,
  bytes: 1_000,
};

/** Tells what was seen of a guest, on behalf of a command if there is one; in order, and never throws. */
export type Tell = (
  server: ServerId,
  kind: EvidenceKind,
  detail: string,
  facts?: EvidenceFacts,
  command?: CommandId,
) => void;

/** What watching needs. */
export interface WatchDeps {
  readonly follow: FollowCrash;
  readonly store: ArtefactStore;
  readonly clock: Clock;
  readonly times: WatchTimes;
  readonly tell: Tell;
  /** Told what failed; never anything a guest said. */
  readonly onError: (what: string, error: unknown) => void;
}
