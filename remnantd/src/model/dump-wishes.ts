// What is wished for with a crash dump: the request says it, or the server's owner in its metadata, or the configuration.
// A value of the metadata that is not one of the words counts as not set.

/** When the hypervisor writes the guest's memory: never, when the guest itself gave no dump, or in any case. */
export const MEMORY_WORDS = ['never', 'fallback', 'always'] as const;
/** One of them. */
export type MemoryWish = (typeof MEMORY_WORDS)[number];

/** What becomes of a guest that panicked: it stays as it is, is reset, or is powered off. */
export const AFTER_PANIC_WORDS = ['keep', 'reboot', 'stop'] as const;
/** One of them. */
export type AfterPanic = (typeof AFTER_PANIC_WORDS)[number];

/** The owner's lasting wishes, in the metadata of a server. */
const WISH_KEYS = { memory: 'remnant:memory_dump', afterPanic: 'remnant:after_panic' } as const;

/** What holds where nobody wishes anything. */
export interface WishDefaults {
  readonly memory: MemoryWish;
  readonly afterPanic: AfterPanic;
}

/** What one dump was asked for with. */
export interface DumpWishes extends WishDefaults {
  /** False: no NMI is ever sent, the hypervisor writes the guest's memory. */
  readonly nmi: boolean;
  /** True: what can be seen of the guest is kept before the NMI goes out. */
  readonly evidence: boolean;
  /** Why an admin asked for it while another dump ran; null when none ran. */
  readonly forceReason: string | null;
}

/** The wishes of a request that says nothing of them, for a server with this metadata. */
export function standingWishes(metadata: Readonly<Record<string, string>>, defaults: WishDefaults): DumpWishes {
  return {
    nmi: true,
    memory: MEMORY_WORDS.find((word) => word === metadata[WISH_KEYS.memory]) ?? defaults.memory,
    afterPanic: AFTER_PANIC_WORDS.find((word) => word === metadata[WISH_KEYS.afterPanic]) ?? defaults.afterPanic,
    evidence: false,
    forceReason: null,
  };
}
