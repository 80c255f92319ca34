// The configured bounds of crash dumps in the units of `dumps/` and `agent/`.

import type { Caps } from '../agent/capture/artefact-store.ts';
import type { MemorySettings } from '../agent/memory/memory-dumper.ts';
import type { AgentConfig } from '../config/agent-sections.ts';
import type { Config } from '../config/sections.ts';
import type { KeepDeps } from '../dumps/artefact-sink.ts';
import type { DumpBounds } from '../dumps/follow-dump.ts';
import { ms } from './ms.ts';

const DAY_MS = 86_400_000;
const bytes = (gibibytes: number) => Math.round(gibibytes * 2 ** 30);

/** How long is waited for what, ms. */
export function dumpBounds({ dumps }: Pick<Config, 'dumps'>): DumpBounds {
  return {
    reaction: ms(dumps.react),
    'crash-kernel': ms(dumps.crash_kernel),
    bytes: ms(dumps.stall),
    finish: ms(dumps.finish),
    reboot: ms(dumps.reboot),
    find: ms(dumps.find),
    whole: ms(dumps.whole),
  };
}

/** How long the files of dumps are kept, and how many of a project's. */
export function keepLimits({ dumps }: Pick<Config, 'dumps'>): Pick<KeepDeps, 'keepMs' | 'mostPerProject' | 'lateMs'> {
  return {
    keepMs: Math.round(dumps.keep_days * DAY_MS),
    mostPerProject: bytes(dumps.most_per_project),
    lateMs: ms(dumps.whole),
  };
}

/** How a guest's memory is written. */
export function memorySettings({ dumps }: Pick<AgentConfig, 'dumps'>): MemorySettings {
  return { format: dumps.memory_format, withinMs: ms(dumps.memory_timeout) };
}

/** How much of dumps a host keeps, bytes. */
export function artefactCaps({ dumps }: Pick<AgentConfig, 'dumps'>): Caps {
  return {
    perDump: bytes(dumps.most_per_dump),
    perHost: bytes(dumps.most_per_host),
    keepFree: bytes(dumps.keep_free),
  };
}
