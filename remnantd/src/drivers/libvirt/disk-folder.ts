// The folder that disks of guests are in: whether they can be made there now, and how much room it has. Its storage may be away, and
// whoever touches it then may hang for as long as it is: so a program looks, never this process, whose few threads keep its ledger too.
// Invariant: nobody waits longer than the bound, and while one look hangs there is no second one.

import { execFile } from 'node:child_process';
import type { HostDisks } from '../../model/host.ts';
import { DriverFault } from '../driver.ts';

/** What a look found: `problem` is for those who run the host, `forOwner` for the owners of its guests; null: disks can be made. */
export interface FolderLook {
  readonly problem: { readonly text: string; readonly forOwner: string } | null;
  /** GiB; 0 with a problem. */
  readonly totalGb: number;
  readonly freeGb: number;
}

/** How a folder is looked at, where it is not as usual. */
export interface DiskFolderOptions {
  /** The shell that looks. */
  readonly shell?: string;
  /** How long one look may take, ms. */
  readonly boundMs?: number;
  /** How long after one look the next one is, while it is watched, ms. */
  readonly everyMs?: number;
}

/** Answers as fast as its storage does: this is for storage that is away, on a host that is busy. */
const BOUND_MS = 10_000;
const EVERY_MS = 10_000;
/** What is free is told anew when it is by so much more or less: a part of all there is, and 1 GiB. */
const TOLD_PART = 1 / 20;
const GIB = 1024 ** 3;

const [MISSING, READ_ONLY] = [3, 4];
/** Prints blocks, those that are free, and their size. Root may write anywhere, but to what is read-only. */
const LOOK = `[ -d "$1" ] || exit ${MISSING}; [ -w "$1" ] && [ -x "$1" ] || exit ${READ_ONLY}; exec stat -f -c '%b %a %S' -- "$1"`;

/** A folder of disks. */
export class DiskFolder {
  readonly #path: string;
  readonly #shared: boolean;
  readonly #shell: string;
  readonly #boundMs: number;
  readonly #everyMs: number;
  /** The answer of the program that looks now; it may be there before the program has ended. */
  #looking: Promise<FolderLook> | null = null;
  /** What the last look found that is over. */
  #last: FolderLook | null = null;
  /** The one that was told outside last. */
  #told: FolderLook | null = null;

  /** `shared`: an operator named it, and other hosts may have it too. */
  constructor(path: string, shared: boolean, options: DiskFolderOptions = {}) {
    this.#path = path;
    this.#shared = shared;
    this.#shell = options.shell ?? '/bin/sh';
    this.#boundMs = options.boundMs ?? BOUND_MS;
    this.#everyMs = options.everyMs ?? EVERY_MS;
  }

  /** How it is now. Never rejects. */
  look(): Promise<FolderLook> {
    this.#looking ??= this.#ask();
    return this.#looking;
  }

  /** Throws DriverFault where no disk can be made there now. */
  async require(): Promise<void> {
    const { problem } = await this.look();
    if (problem !== null) throw new DriverFault('failed', problem.text, { forOwner: problem.forOwner });
  }

  /** How it was at the last look, as it is told outside: what `watch` compares with from now on. Only before the first one is over it waits. */
  async tell(): Promise<HostDisks & { readonly totalGb: number }> {
    // Whoever presents the host takes no orders meanwhile, and an NMI has no time to lose.
    const look = this.#last ?? (await this.look());
    this.#told = look;
    const { problem, totalGb, freeGb } = look;
    return { problem: problem?.text ?? null, totalGb, freeGb, shared: this.#shared };
  }

  /** Looks again and again until the result is called; `changed` hears when it is not as it was told any more. */
  watch(changed: () => void): () => void {
    let on = true;
    let timer: NodeJS.Timeout | undefined;
    const once = async (): Promise<void> => {
      const now = await this.look();
      if (!on) return;
      if (this.#told !== null && differs(this.#told, now)) changed();
      timer = setTimeout(() => void once(), this.#everyMs);
      timer.unref();
    };
    void once();
    return () => {
      on = false;
      clearTimeout(timer);
    };
  }

  #ask(): Promise<FolderLook> {
    return new Promise((resolve) => {
      const answer = (found: FolderLook) => {
        this.#last = found;
        resolve(found);
      };
      const silent = () => answer(this.#bad(`does not answer within ${this.#boundMs / 1000} s`));
      const options = { timeout: this.#boundMs, killSignal: 'SIGKILL', env: ENVIRONMENT } as const;
      execFile(this.#shell, ['-c', LOOK, 'look', this.#path], options, (error, stdout, stderr) => {
        // Only now: one that hangs in its storage cannot be ended, and is not to have company.
        this.#looking = null;
        clearTimeout(bound);
        if (error?.killed === true) return silent();
        answer(error === null ? this.#read(stdout) : this.#failed(error.code, stderr.trim() || error.message));
      });
      const bound = setTimeout(silent, this.#boundMs);
      bound.unref();
    });
  }

  #read(printed: string): FolderLook {
    const [blocks, free, size] = printed.trim().split(' ').map(Number);
    if (blocks === undefined || free === undefined || size === undefined || Number.isNaN(blocks * free * size)) {
      return this.#bad(`cannot be looked at: stat says ${printed.trim()}`, 'cannot be looked at');
    }
    const gib = (count: number) => Math.floor((count * size) / GIB);
    return { problem: null, totalGb: gib(blocks), freeGb: gib(free) };
  }

  #failed(code: unknown, said: string): FolderLook {
    if (code === MISSING) {
      return this.#bad(this.#shared ? 'is not there: is its storage mounted?' : 'is not there', 'is not there');
    }
    if (code === READ_ONLY) return this.#bad('cannot be written to');
    return this.#bad(`cannot be looked at: ${said}`, 'cannot be looked at');
  }

  #bad(what: string, forOwner = what): FolderLook {
    const text = `the folder of disks ${this.#path} ${what}`;
    return { problem: { text, forOwner: `the storage of disks ${forOwner}` }, totalGb: 0, freeGb: 0 };
  }
}

const ENVIRONMENT = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' };

function differs(told: FolderLook, now: FolderLook): boolean {
  if (told.problem?.text !== now.problem?.text || told.totalGb !== now.totalGb) return true;
  return Math.abs(told.freeGb - now.freeGb) > Math.max(1, now.totalGb * TOLD_PART);
}
