// What an agent learnt of a guest while it was healthy, from the guest's own mouth: its word, not the truth. Whoever shows it
// escapes it; `agent/readiness/read-facts.ts` has made it short and plain before it gets here.

/** The switches of /proc/sys/kernel that matter for a crash dump. */
export const SYSCTLS = [
  'unknown_nmi_panic',
  'panic_on_unrecovered_nmi',
  'panic_on_io_nmi',
  'hardlockup_panic',
  'nmi_watchdog',
  'panic',
  'kexec_load_disabled',
] as const;
/** One of them. */
export type Sysctl = (typeof SYSCTLS)[number];

/** Where a guest's crash kernel would put a dump. `port`: through its port, to its host. */
export interface DumpTarget {
  readonly kind: 'port' | 'local' | 'nfs' | 'ssh' | 'raw' | 'ftp';
  /** The folder, server or device; '' for the port. */
  readonly where: string;
}

/** Facts of one guest. Null is what could not be learnt. */
export interface GuestFacts {
  /** The kernel's release. */
  readonly kernel: string | null;
  readonly crashLoaded: boolean | null;
  /** Memory that is reserved for a crash kernel. */
  readonly crashBytes: number | null;
  readonly sysctls: Readonly<Record<Sysctl, number | null>>;
  /** What the kernel's command line says in `crashkernel=`; null when it says nothing. */
  readonly crashkernel: string | null;
  /** True if the kernel tells its panic device before its crash kernel takes over. */
  readonly tellsFirst: boolean;
  /** Names of its virtio-serial ports. */
  readonly ports: readonly string[] | null;
  /** Null if no known configuration says it. */
  readonly target: DumpTarget | null;
  /** Room where a local dump would go. */
  readonly freeBytes: number | null;
  /** Files in the places where dumps are kept. */
  readonly dumps: readonly string[] | null;
}

/** Why nothing was learnt at the last try. */
export type LookTrouble = 'absent' | 'silent' | 'blocked' | 'not-running' | 'failed';

/** What a host knows of a guest, in the words of a HostAnswer. */
export interface GuestReadiness {
  /** What of the guest can be seen, in words of a driver's `Sight`; null when that could not be learnt now. */
  readonly sight: readonly string[] | null;
  /** False for a driver that cannot ask guests. */
  readonly asks: boolean;
  /** Null when nothing was learnt yet. */
  readonly learnt: {
    readonly facts: GuestFacts;
    readonly ageMs: number;
    /** True if the guest has booted since, as far as was seen. */
    readonly stale: boolean;
    /** True if nobody watched the guest for some time since: it may have booted unseen. */
    readonly unwatched: boolean;
  } | null;
  /** The newest try, when it gave nothing. */
  readonly trouble: { readonly what: LookTrouble; readonly ageMs: number } | null;
  /** True while a crash of it is followed: it is not asked then. */
  readonly busy: boolean;
}
