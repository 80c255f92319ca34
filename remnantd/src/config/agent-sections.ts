// Every key of an agent's configuration. Sections and keys mean what they mean to `remnantd serve`; what is not the business of a
// host is not there.

import type { Static } from 'typebox';
import { Type } from 'typebox';
import { bus } from './bus.ts';
import { dumps } from './dumps.ts';
import { agentLane } from './lane.ts';
import { readiness } from './readiness.ts';
import { log, metrics, stop } from './running.ts';
import { host, images, liveness } from './sections.ts';

const closed = { additionalProperties: false } as const;

const hostDumps = Type.Object(
  pick(dumps.properties, [
    'stall',
    'find',
    'whole',
    'most_per_dump',
    'most_per_host',
    'memory_format',
    'memory_timeout',
    'extract',
    'makedumpfile',
    'extract_in_memory',
    'keep_free',
  ]),
  {
    ...closed,
    default: {},
    description: "A host's part of crash dumps. Times are the same as those of the API processes.",
  },
);

/** The whole configuration of an agent. */
export const AGENT_SCHEMA = Type.Object(
  {
    state_dir: Type.String({
      description:
        'Folder for everything the agent keeps, readable by its owner only: its ledger, and the files of dumps.',
      minLength: 1,
    }),
    hosts: Type.Array(host, { description: 'The hosts this agent speaks for; one, as a rule.', minItems: 1 }),
    bus,
    lane: agentLane,
    images,
    dumps: hostDumps,
    readiness,
    liveness: Type.Object(pick(liveness.properties, ['beat']), {
      ...closed,
      default: {},
      description: 'Being heard.',
    }),
    log,
    metrics,
    stop: Type.Object(pick(stop.properties, ['grace']), { ...closed, default: {}, description: 'What SIGTERM does.' }),
  },
  closed,
);

/** A valid configuration of an agent, defaults filled in. */
export type AgentConfig = Static<typeof AGENT_SCHEMA>;

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}
