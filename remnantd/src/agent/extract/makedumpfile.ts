// Takes dmesg out of a dump with the host's makedumpfile, in the sandbox. The dump's plaintext lies in memory while that
// runs; one that is too large for it lies in a file for its owner only, which is gone when it ends, and swept away at our
// next start if we were killed.

import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import type { Disk } from '../capture/disk.ts';
import { findProgram } from './find-program.ts';
import { runSandboxed, type SandboxRun } from './sandbox.ts';
import type { DumpToRead, TakeDmesg } from './take-dmesg.ts';

/** What it needs. */
export interface MakedumpfileDeps {
  readonly clock: Clock;
  readonly disk: Pick<Disk, 'free'>;
  /** A folder of its own. */
  readonly dir: string;
  /** The program: a path, or a name to look for in `path`. */
  readonly program: string;
  readonly path: string;
  /** A dump larger than this lies in a file while it is read, bytes. */
  readonly inMemory: number;
  /** How long it may take on the processor, ms; a minute without. Dumps that do not fit into memory have more, by their size. */
  readonly cpuMs?: number;
  /** What must stay free on the disk, bytes. */
  readonly keepFree: number;
}

/** Time on the processor for a dump, and for each mebibyte of a large one, ms. */
const TIME = 60_000;
const TIME_PER_MIB = 60;
/** On a busy host it may take so many times as long by the clock: it runs when others do not want to. */
const BUSY = 5;
const MIB = 2 ** 20;
/** Memory for makedumpfile itself: what it needs grows with its buffers, not with the dump. */
const MEMORY = 1024 * MIB;
/** A rearranged dump is no larger than the records it was made of; its rounding may be. */
const MARGIN = 16 * MIB;

/** Takes dmesg with makedumpfile; first sweeps away what an earlier life of the agent left. */
export async function sandboxedMakedumpfile(deps: MakedumpfileDeps): Promise<TakeDmesg> {
  const { dir } = deps;
  await rm(dir, { recursive: true, force: true });
  await mkdir(join(dir, 'root'), { recursive: true, mode: 0o700 });
  return async (dump, stop) => {
    const program = await findProgram(deps.program, deps.path);
    if (program === null) {
      const reason = `${deps.program} is not on the host: install the package makedumpfile`;
      return { ok: false, fault: 'host', reason };
    }
    try {
      return await withFile(deps, dump, (file) => runSandboxed(deps.clock, plan(deps, program, dump, file, stop)));
    } catch (error) {
      const { code = 'an unknown fault' } = error as NodeJS.ErrnoException;
      return { ok: false, fault: 'host', reason: `the dump cannot be laid out to be read: ${code}` };
    }
  };
}

function plan(
  { dir, inMemory, cpuMs = TIME }: MakedumpfileDeps,
  program: string,
  { format, size, open: plain }: DumpToRead,
  file: string | null,
  stop: AbortSignal,
): SandboxRun {
  const mostMs = cpuMs + (size > inMemory ? Math.round((size / MIB) * TIME_PER_MIB) : 0);
  return {
    mountOn: join(dir, 'root'),
    program,
    how: format === 'flattened' ? 'rearrange' : 'copy',
    open: plain,
    file,
    mostDump: size + MARGIN,
    memory: MEMORY,
    cpuMs: mostMs,
    timeMs: mostMs * BUSY,
    stop,
  };
}

/** Does something with a file for the plaintext, or with none where it fits into memory. */
async function withFile<T>(
  { dir, disk, inMemory, keepFree }: MakedumpfileDeps,
  { size }: DumpToRead,
  run: (file: string | null) => Promise<T>,
): Promise<T> {
  if (size <= inMemory) return run(null);
  if ((await disk.free(dir)) - keepFree < size + MARGIN) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
  const path = join(dir, 'dump');
  try {
    const file = await open(path, 'wx', 0o600);
    await file.close();
    return await run(path);
  } finally {
    await rm(path, { force: true });
  }
}
