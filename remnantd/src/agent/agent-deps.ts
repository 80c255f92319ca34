// What an agent is made of, and what it does where nothing else is said.

import type { Driver } from '../drivers/driver.ts';
import type { CommandKind } from '../model/command.ts';
import type { CommandId, HostName } from '../model/ids.ts';
import type { Hello } from '../model/wire.ts';
import type { ArtefactLane } from '../ports/artefact-lane.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Images } from '../ports/images.ts';
import type { Caps } from './capture/artefact-store.ts';
import type { Disk } from './capture/disk.ts';
import type { OpenLog } from './durable-log.ts';
import type { TakeDmesg } from './extract/take-dmesg.ts';
import type { MemorySettings } from './memory/memory-dumper.ts';
import type { LookTimes } from './readiness/guest-looks.ts';
import type { WatchTimes } from './watch/watch-deps.ts';

/** What an agent needs. */
export interface AgentDeps {
  readonly host: HostName;
  readonly driver: Driver;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly images: Images;
  /** Where artefacts go when an API process asks for them. */
  readonly lane: Pick<ArtefactLane, 'send'>;
  /** Where the ledger and the journal live. */
  readonly stateDir: string;
  readonly openLog: OpenLog;
  /** The commands this agent's wire knows. */
  readonly calls: readonly CommandKind[];
  readonly beatMs: number;
  /** How often it repeats what was not heard, ms. */
  readonly pollMs: number;
  /** How often it asks for work by itself, ms; a ring makes it ask at once. `pollMs` without. */
  readonly claimMs?: number;
  /** How long it waits for an answer of dispatch, ms. */
  readonly requestMs: number;
  readonly onError: (what: string, error: unknown) => void;
  /** Told why a command failed, where that says more of the cloud than the server's owner may read. */
  readonly onFault?: (command: CommandId, why: string) => void;
  /** Told of each hello that dispatch answered. */
  readonly onMet?: (hello: Hello) => void;
  /** How much of dumps may be kept; `ARTEFACT_CAPS` without. */
  readonly caps?: Caps;
  /** When guests are asked how they are; `LOOK_TIMES` without. */
  readonly lookTimes?: LookTimes;
  /** How long the agent in a guest that came back from a crash has to answer, ms; 180,000 without. */
  readonly findMs?: number;
  /** How a guest's memory is written; `MEMORY_SETTINGS` without. */
  readonly memory?: MemorySettings;
  /** How long guests are watched; `WATCH_TIMES` without. */
  readonly watchTimes?: WatchTimes;
  /** Opens what takes dmesg out of dumps, with a folder of its own; without it nothing is taken out. */
  readonly openDmesg?: (dir: string) => Promise<TakeDmesg>;
  /** Where dumps are written; the host's own disk without. */
  readonly disk?: Disk;
}

/** What of dumps a host keeps if nothing else is said. */
export const ARTEFACT_CAPS: Caps = { perDump: 64 * 2 ** 30, perHost: 256 * 2 ** 30, keepFree: 2 ** 30 };
