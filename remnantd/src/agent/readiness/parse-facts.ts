// Makes facts of what a guest's agent answered. A guest may answer anything: what does not look exactly as the kernel or a
// known configuration writes it counts as not learnt, and no text is kept that is long or would steer a terminal.

import type { DumpTarget, GuestFacts, Sysctl } from '../../model/guest-facts.ts';
import { SYSCTLS } from '../../model/guest-facts.ts';

/** The files that are read, by what is in them. */
export const FACT_FILES = {
  kernel: '/proc/sys/kernel/osrelease',
  commandLine: '/proc/cmdline',
  crashLoaded: '/sys/kernel/kexec_crash_loaded',
  crashSize: '/sys/kernel/kexec_crash_size',
  /** What `remnant guest-setup` puts into the crash kernel when the dump is to go to the host. */
  ours: '/etc/initramfs-tools/scripts/init-top/remnant',
  debian: '/etc/default/kdump-tools',
  redHat: '/etc/kdump.conf',
} as const;

/** The file of a switch. */
export function sysctlFile(name: Sysctl): string {
  return `/proc/sys/kernel/${name}`;
}

/** What the guest answered; null for what it was not asked, or did not say. */
export interface Answers {
  readonly files: ReadonlyMap<string, string | null>;
  /** The names of its virtio-serial ports. */
  readonly ports: readonly (string | null)[] | null;
  /** What `df -Pk` printed. */
  readonly df: string | null;
  /** What `find` printed: size, time and path of each file. */
  readonly found: string | null;
}

/** Most dumps that are remembered. */
const MOST_DUMPS = 100;

/** The facts. */
export function parseFacts({ files, ports, df, found }: Answers): GuestFacts {
  const text = (path: string) => files.get(path)?.trim() ?? null;
  const words = (text(FACT_FILES.commandLine) ?? '').split(/\s+/);
  const loaded = numberOf(text(FACT_FILES.crashLoaded));
  const sysctls = SYSCTLS.map((name) => [name, numberOf(text(sysctlFile(name)))] as const);
  return {
    kernel: shortWord(text(FACT_FILES.kernel)),
    crashLoaded: loaded === null ? null : loaded === 1,
    crashBytes: numberOf(text(FACT_FILES.crashSize)),
    sysctls: Object.fromEntries(sysctls) as GuestFacts['sysctls'],
    crashkernel: shortWord(words.findLast((word) => word.startsWith('crashkernel='))?.slice('crashkernel='.length)),
    tellsFirst: words.some((word) => /^crash_kexec_post_notifiers(=(1|y|Y))?$/.test(word)),
    ports: ports?.flatMap((name) => shortWord(name?.trim()) ?? []) ?? null,
    target: targetOf(files),
    freeBytes: freeOf(df),
    dumps: found === null ? null : dumpsOf(found).map(({ line }) => line),
  };
}

/** Where a dump goes, by the configurations that are known; ours has the first word. */
export function targetOf(files: ReadonlyMap<string, string | null>): DumpTarget | null {
  const ours = files.get(FACT_FILES.ours);
  if (ours?.includes('remnant.dump') === true) return { kind: 'port', where: '' };
  const debian = files.get(FACT_FILES.debian);
  if (debian != null) return debianTarget(debian);
  const redHat = files.get(FACT_FILES.redHat);
  return redHat == null ? null : redHatTarget(redHat);
}

/** A file among those that may be dumps. */
export interface FoundFile {
  readonly path: string;
  readonly bytes: number;
  /** As it was printed: another dump under the same name differs in size or time. */
  readonly line: string;
}

/** The dumps in what `find` printed, the unfinished ones left out. */
export function dumpsOf(printed: string): FoundFile[] {
  const dumps: FoundFile[] = [];
  for (const line of printed.split('\n')) {
    const [, size = '', path = ''] = /^(\d{1,15}) \d{1,12} (\/[\w./@:+-]{1,250})$/.exec(line) ?? [];
    const name = path.split('/').at(-1) ?? '';
    // What a crash kernel has not finished is called vmcore-incomplete, dump-incomplete or the like until it is.
    if (!/^(dump\.|vmcore)/.test(name) || /incomplete|dmesg|\.(part|tmp|txt|log)$/.test(name)) continue;
    dumps.push({ path, bytes: Number(size), line });
    if (dumps.length === MOST_DUMPS) break;
  }
  return dumps;
}

function debianTarget(text: string): DumpTarget | null {
  const value = (key: string) =>
    new RegExp(`^\\s*(?:export\\s+)?${key}=(["']?)([^"'\\n]+?)\\1[ \\t]*(?:#.*)?$`, 'm').exec(text)?.[2];
  const [ssh, nfs, ftp] = [value('SSH'), value('NFS'), value('FTP')];
  if (ssh !== undefined) return elsewhere('ssh', ssh);
  if (nfs !== undefined) return elsewhere('nfs', nfs);
  if (ftp !== undefined) return elsewhere('ftp', ftp);
  return folder(value('KDUMP_COREDIR') ?? '/var/crash');
}

function redHatTarget(text: string): DumpTarget | null {
  const value = (key: string) => new RegExp(`^[ \\t]*${key}[ \\t]+(\\S+)[ \\t]*$`, 'm').exec(text)?.[1];
  const [ssh, nfs, raw] = [value('ssh'), value('nfs'), value('raw')];
  if (ssh !== undefined) return elsewhere('ssh', ssh);
  if (nfs !== undefined) return elsewhere('nfs', nfs);
  if (raw !== undefined) return elsewhere('raw', raw);
  return folder(value('path') ?? '/var/crash');
}

function elsewhere(kind: DumpTarget['kind'], text: string): DumpTarget | null {
  const where = shortWord(text);
  return where === null ? null : { kind, where };
}

function folder(path: string): DumpTarget | null {
  return /^\/[\w./@:+-]{0,200}$/.test(path) && !path.includes('..') ? { kind: 'local', where: path } : null;
}

/** The available KiB in the last line of `df -Pk`, as bytes. */
function freeOf(df: string | null): number | null {
  const free = /^\S.*?\s\d+\s+\d+\s+(\d{1,15})\s+\d+%\s/m.exec(df ?? '')?.[1];
  return free === undefined ? null : Number(free) * 1024;
}

function numberOf(text: string | null): number | null {
  return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : null;
}

/** A word that is short and plain; null for any other. */
function shortWord(text: string | null | undefined): string | null {
  return text != null && /^[\w.,:;@%+=~()[\]/-]{1,200}$/.test(text) ? text : null;
}
