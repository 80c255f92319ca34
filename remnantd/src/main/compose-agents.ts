// Puts the agents of a process together: one for each of its hosts, on one bus, and no database.

import { join } from 'node:path';
import { Agent } from '../agent/agent.ts';
import type { AgentDeps } from '../agent/agent-deps.ts';
import { LOOK_TIMES } from '../agent/readiness/guest-looks.ts';
import { WATCH_TIMES } from '../agent/watch/watch-deps.ts';
import type { AgentConfig } from '../config/agent-sections.ts';
import type { Driver } from '../drivers/driver.ts';
import type { CommandId, HostName, ImageId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Images } from '../ports/images.ts';
import { CALLS } from './calls.ts';
import { dmesgPart } from './dmesg-part.ts';
import { artefactCaps, memorySettings } from './dump-limits.ts';
import { ms } from './ms.ts';

/** What agents stand on. */
export interface AgentParts extends Pick<AgentDeps, 'bus' | 'lane' | 'clock' | 'images' | 'openLog' | 'onError'> {
  /** Told of each host whose hello was answered. */
  readonly onMet?: NonNullable<AgentDeps['onMet']>;
  /** Told why a command of a host failed, where that is for those who run it. */
  readonly onFault?: (host: string, command: CommandId, why: string) => void;
  /** Told of each image that a server needs and its host has not. */
  readonly onMissingImage?: (host: string, image: ImageId) => void;
  /** Where they write dumps, in the place of the machine's own disk. */
  readonly disk?: NonNullable<AgentDeps['disk']>;
  /** What takes dmesg out of the dumps of every host, in the place of the host's makedumpfile. */
  readonly openDmesg?: AgentDeps['openDmesg'];
  /** The driver of a host of this process. */
  readonly driver: (host: AgentConfig['hosts'][number]) => Driver;
}

/** What of a configuration agents go by. */
export type AgentsConfig = Pick<AgentConfig, 'state_dir' | 'hosts' | 'liveness' | 'dumps' | 'readiness'>;

const POLL_MS = 1_000;
/** Seldom: who has a command for a host rings, again and again until it is taken. */
const CLAIM_MS = 10_000;
const REQUEST_MS = 5_000;
/** A host watches a guest for so much longer than its dump may take: whoever follows the dump is to give up first, ms. */
const LONGER_MS = 60_000;
/** So many start at a time: what else the process does, as answering requests, has its turn between them. */
const AT_ONCE = 4;

/** Makes the agents of every configured host; none runs yet. Throws StartError when a file that a host names cannot be used. */
export function makeAgents(config: AgentsConfig, parts: AgentParts): readonly Agent[] {
  const { bus, lane, clock, images, openLog, disk, onError } = parts;
  return config.hosts.map(
    (host) =>
      new Agent({
        host: asId<HostName>(host.name),
        driver: parts.driver(host),
        bus,
        clock,
        images: toldImages(images, (image) => parts.onMissingImage?.(host.name, image)),
        lane,
        stateDir: join(config.state_dir, 'hosts', host.name),
        openLog,
        ...(disk === undefined ? {} : { disk }),
        ...(parts.onMet === undefined ? {} : { onMet: parts.onMet }),
        onFault: (command, why) => parts.onFault?.(host.name, command, why),
        calls: CALLS,
        beatMs: ms(config.liveness.beat),
        pollMs: POLL_MS,
        claimMs: CLAIM_MS,
        requestMs: REQUEST_MS,
        caps: artefactCaps(config),
        memory: memorySettings(config),
        ...dmesgPart(config, host, clock, parts.openDmesg),
        lookTimes: { ...LOOK_TIMES, every: ms(config.readiness.every) },
        findMs: ms(config.dumps.find),
        watchTimes: { ...WATCH_TIMES, whole: ms(config.dumps.whole) + LONGER_MS, stalled: ms(config.dumps.stall) },
        onError,
      }),
  );
}

/** Starts them, or, once `wanted` says no, no more of them; gives back those that run. Throws when a state folder cannot be used. */
export async function startAgents(
  agents: readonly Agent[],
  wanted: () => boolean = () => true,
): Promise<readonly Agent[]> {
  const [waiting, running] = [agents.values(), [] as Agent[]];
  const startNext = async () => {
    for (const agent of waiting) {
      if (!wanted()) return;
      // oxlint-disable-next-line no-await-in-loop
      await agent.start();
      running.push(agent);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, startNext));
  return running;
}

/** The same images; `missing` is told of one whose files a host looked for in vain. */
function toldImages(images: Images, missing: (image: ImageId) => void): Images {
  return {
    ...images,
    files: async (image) => {
      const files = await images.files(image);
      if (files === null) missing(image);
      return files;
    },
  };
}
