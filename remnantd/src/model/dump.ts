// A crash dump: followed from the request to the verdict, and to the file.

import type { Reaction, Wait } from './dump-course.ts';
import type { DumpWishes } from './dump-wishes.ts';
import type { ArtefactId, CommandId, DumpId, HostName, ProjectId, RequestId, ServerId, UserId } from './ids.ts';
import type { MemoryRecord } from './memory-course.ts';
import type { PanicFacts } from './panic-facts.ts';
import type { DumpPhase, NmiMeaning, Verdict } from './verdict.ts';
import type { ArtefactFormat, ArtefactSource, EvidenceFacts } from './wire.ts';

/** A dump. Times are wall-clock milliseconds; `due` is on the monotonic clock named by `epoch`, `wholeBy` on that of `wholeEpoch`. */
export interface Dump extends DumpWishes {
  readonly seq: number;
  readonly id: DumpId;
  readonly serverId: ServerId;
  readonly projectId: ProjectId;
  readonly requestId: RequestId;
  readonly commandId: CommandId;
  readonly host: HostName;
  readonly phase: DumpPhase;
  readonly verdict: Verdict | null;
  /** Why this verdict, in words for people: what was seen and what was not. */
  readonly reason: string | null;
  readonly meaning: NmiMeaning | null;
  readonly reaction: Reaction | null;
  /** Bytes of the guest's dump that its host has. */
  readonly bytes: number;
  readonly requestedAt: number;
  readonly sentAt: number | null;
  readonly reactedAt: number | null;
  readonly capturingAt: number | null;
  readonly savedAt: number | null;
  readonly rebootedAt: number | null;
  /** When it had its verdict; it may go on after that, until the guest is back. */
  readonly verdictAt: number | null;
  readonly endedAt: number | null;
  /** What the guest's kernel said as it panicked; null while that is not known. Out of the guest: its owner's alone. */
  readonly panic: PanicFacts | null;
  /** What became of the guest's memory; null while the hypervisor was not to write it. */
  readonly memoryDump: MemoryRecord | null;
  /** Null until the NMI went out. */
  readonly wait: Wait | null;
  readonly epoch: string | null;
  readonly due: number | null;
  readonly wholeBy: number | null;
  readonly wholeEpoch: string | null;
}

/** Something seen while a dump ran. */
export interface DumpEvidence {
  readonly kind: string;
  readonly detail: string;
  /** The host's wall clock, ms. */
  readonly at: number;
  readonly receivedAt: number;
  /** What it says for machines. */
  readonly facts?: EvidenceFacts | undefined;
}

/** A file that came of a dump; its bytes are on its host. */
export interface Artefact {
  readonly id: ArtefactId;
  readonly dumpId: DumpId;
  readonly serverId: ServerId;
  readonly projectId: ProjectId;
  readonly host: HostName;
  readonly source: ArtefactSource;
  readonly format: ArtefactFormat;
  readonly bytes: number;
  /** SHA-256 of its plain bytes, hexadecimal. */
  readonly sha256: string;
  readonly createdAt: number;
  /** Its project had more than it may have when it came. */
  readonly overQuota: boolean;
  /** When it is deleted by itself. */
  readonly expiresAt: number | null;
  /** From then on its bytes are given to nobody. */
  readonly deletedAt: number | null;
  /** Who deleted it; null where nobody did, and where it ran out. */
  readonly deletedBy: UserId | null;
  /** What the kernel said as it died, out of the dmesg in it; null while that is not known. Out of the guest: its owner's alone. */
  readonly panic: PanicFacts | null;
  /** Bytes of the dmesg in it; null while none was taken out. */
  readonly dmesgBytes: number | null;
  /** Why none could be taken out of it; null where that was not tried, or went well. */
  readonly extractError: string | null;
  /** When its host said that the bytes are gone. */
  readonly erasedAt: number | null;
}
