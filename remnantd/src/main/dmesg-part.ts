// What takes dmesg out of the dumps of a host: the host's makedumpfile in its sandbox. A simulated host's dumps hold none.

import type { AgentDeps } from '../agent/agent-deps.ts';
import { hostDisk } from '../agent/capture/disk.ts';
import { sandboxedMakedumpfile } from '../agent/extract/makedumpfile.ts';
import type { AgentConfig } from '../config/agent-sections.ts';
import type { Clock } from '../ports/clock.ts';
import { artefactCaps } from './dump-limits.ts';

/** The part of an agent; nothing where nothing is to be taken out. `instead` goes before the host's own. */
export function dmesgPart(
  config: Pick<AgentConfig, 'dumps'>,
  host: AgentConfig['hosts'][number],
  clock: Clock,
  instead: AgentDeps['openDmesg'],
): Pick<AgentDeps, 'openDmesg'> {
  const { extract, makedumpfile, extract_in_memory: inMemory } = config.dumps;
  if (!extract) return {};
  if (instead !== undefined) return { openDmesg: instead };
  if (host.driver === 'sim') return {};
  return {
    openDmesg: (dir) =>
      sandboxedMakedumpfile({
        clock,
        disk: hostDisk,
        dir,
        program: makedumpfile,
        path: process.env['PATH'] ?? '',
        inMemory: Math.round(inMemory * 2 ** 30),
        keepFree: artefactCaps(config).keepFree,
      }),
  };
}
