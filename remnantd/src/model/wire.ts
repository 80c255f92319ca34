// What dispatch and agents say to each other over the bus: the subjects, the messages, the version. Agents speak for their
// own host alone. A field is only ever added; a call that an agent lacks is simply not in its `calls`.

import type { CommandKind, Order, Outcome } from './command.ts';
import type { DriverConnectionState, HostFactsOffered } from './host.ts';
import type { ArtefactId, CommandId, HostName, ServerId } from './ids.ts';
import { asId } from './ids.ts';
import type { PanicFacts } from './panic-facts.ts';
import type { ServerAddress } from './server.ts';
import type { Vitals } from './vitals.ts';

/** The version of this wire; a higher one understands every lower one. */
export const WIRE_VERSION = 1;

/** What hosts say to dispatch. */
export type HostSays = 'hello' | 'claim' | 'report' | 'evidence' | 'beat';

/** Subjects by purpose. A host speaks under `host.NAME`, is spoken to under `agent.NAME`; API processes speak under `api`. */
export const SUBJECT = {
  from: (host: HostName, says: HostSays) => `host.${subjectWord(host)}.${says}`,
  fromAll: (says: HostSays) => `host.*.${says}`,
  ring: (host: HostName) => `agent.${subjectWord(host)}.ring`,
  query: (host: HostName) => `agent.${subjectWord(host)}.query`,
  /** Between API processes: a service was changed. */
  service: 'api.service',
  /** A command ended: `{ command }`. Its row says how. */
  settled: 'api.settled',
  /** "Is any API process at work?" Any one answers. */
  here: 'api.here',
} as const;

/** Said by who enrolled or revoked somebody: read the enrollments again. */
export const ENROLLMENTS_CHANGED = 'api.enrollments';

/** A host's name as one word of a subject: what cannot stand in one is written `=` and its code in hexadecimal. */
export function subjectWord(host: HostName): string {
  return host.replace(/[^A-Za-z0-9_-]/g, (letter) => `=${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The host that speaks on a subject of `SUBJECT.from`: what its message says of its name counts for nothing. */
export function hostOfSubject(subject: string): HostName {
  const word = subject.split('.')[1] ?? '';
  return asId(word.replace(/=([0-9a-f]{2})/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16))));
}

/** An agent presents itself: at its start, and whenever asked again. */
export interface Hello {
  readonly host: HostName;
  readonly wire: number;
  /** Drawn anew at each start of the agent. */
  readonly life: string;
  /** The commands this agent's wire version knows. */
  readonly calls: readonly CommandKind[];
  readonly offered: HostFactsOffered;
}

/** What dispatch answers a hello. */
export interface HelloReply {
  /** The highest command number there is: a new ledger begins above it. */
  readonly commandSeq: number;
}

/** "I am here", once a second; lost ones do not matter. */
export interface Beat {
  readonly host: HostName;
  readonly life: string;
  /** Null until the driver has told for the first time. */
  readonly connection: DriverConnectionState | null;
  /** The last one: the agent stops properly. */
  readonly leaving?: true;
}

/** "There may be something for you": ask. Lost ones do not matter. */
export interface Ring {
  /** Present yourself again, too: what is known of the host was told by an earlier life of its agent. */
  readonly greet?: true;
  /** There is an NMI for this server: it may be looked at while its command is asked for. */
  readonly nmi?: ServerId;
}

/** "Is there anything for me?" */
export interface Claim {
  readonly host: HostName;
  /** It was rung since it asked last: there most likely is. */
  readonly rung?: true;
  /** The name of the agent's ledger, drawn when it was made. */
  readonly ledger: string;
  /** Commands this agent already has in its ledger without an acknowledged report. */
  readonly holding: readonly CommandId[];
  /** Servers it is busy with: nothing more for them now. */
  readonly busy: readonly ServerId[];
  /** Asked only because it is time to: nobody rang, and nothing ended. The answer may be of a second ago. */
  readonly poll?: true;
}

/** A permission to act once. */
export interface Grant {
  readonly command: CommandId;
  readonly seq: number;
  readonly server: ServerId;
  readonly order: Order;
  /** False when this command was granted before and the answer may have been lost. */
  readonly first: boolean;
  /** Good for this long, counted from the moment the agent asked, on the agent's own monotonic clock. */
  readonly validMs: number;
  /** How far the deadline is away, counted so too: what was begun in time, and did nothing yet, may be tried again until then. */
  readonly leftMs?: number;
}

/** What dispatch answers a claim. */
export interface ClaimReply {
  readonly grant: Grant | null;
  /** Nothing else waits for this host: it need not ask again before it is rung. */
  readonly last?: true;
}

/** "This is how it ended." Repeated until answered. */
export interface Report {
  readonly host: HostName;
  readonly command: CommandId;
  readonly outcome: Outcome;
}

/** Something seen on a host. */
export interface Evidence {
  /** Position in the journal of the host's agent: 1, 2, 3... */
  readonly seq: number;
  /** Null when it is about the whole host. */
  readonly server: ServerId | null;
  readonly kind: EvidenceKind;
  readonly detail: string;
  /** The agent's wall clock, ms: shown to people, compared with nothing. */
  readonly at: number;
  /** The command it belongs to, where it belongs to one. */
  readonly command?: CommandId;
  /** What `detail` says, for machines; absent where there is nothing to say. */
  readonly facts?: EvidenceFacts;
}

/** What is told of something for machines to go on with. */
export interface EvidenceFacts {
  /** What was taken out of an artefact; with `extract`. */
  readonly extract?: ExtractFacts;
  /**
   * The file it is about: with `bytes`, one that grows; with `artefact`, a whole one; with `memory-dump`, one
   * that the hypervisor wrote; with `capture-broken`, one that is gone.
   */
  readonly artefact?: ArtefactFacts;
  /** With `nmi-asked`, where the driver's asking may send more than one. */
  readonly asking?: 'at-least-once';
  /** With `capture-broken`: the host lost the dump, or may have; it says nothing of the guest. */
  readonly hostFault?: true;
  /** With `panic-text`: what the guest's kernel said as it panicked. */
  readonly panic?: PanicFacts;
  /** With `memory-bytes`: how far the hypervisor is, in bytes of the guest's memory. */
  readonly memory?: { readonly done: number; readonly total: number };
  /** With `addresses`: the guest's, by the name of its network. */
  readonly addresses?: Readonly<Record<string, readonly ServerAddress[]>>;
  /** With `vitals`. */
  readonly vitals?: Vitals;
}

/** What came of taking dmesg out of a whole artefact. */
export interface ExtractFacts {
  readonly artefact: ArtefactId;
  /** Bytes of the dmesg, all of it; null when there is none. */
  readonly bytes: number | null;
  /** What the kernel said as it died; null when it said nothing, and when there is no dmesg. Out of the guest's memory. */
  readonly panic: PanicFacts | null;
  /** Why there is none; it may be there at another try, where the host lacked something. */
  readonly error: string | null;
}

/** A dump that its host takes in, or keeps. */
export interface ArtefactFacts {
  readonly id: ArtefactId;
  /** Bytes of the dump that the host has, or had. */
  readonly bytes: number;
  readonly format: ArtefactFormat;
  /** Absent from an agent that knew guests alone. */
  readonly source?: ArtefactSource;
  /** SHA-256 of the whole dump, hexadecimal; only of a whole one. */
  readonly sha256?: string;
}

/** Who wrote an artefact: the guest's own crash kernel, or the hypervisor. */
export type ArtefactSource = 'guest' | 'hypervisor';

/**
 * `flattened`: as makedumpfile writes it to a pipe (`makedumpfile -R` makes a normal dump of it). `kdump`: a normal compressed
 * dump. `elf`: an ELF core of all memory. `ppm`, `png`: a picture of the guest's screen.
 */
export type ArtefactFormat = 'flattened' | 'kdump' | 'elf' | 'ppm' | 'png';

/**
 * `nmi-asked`: the agent is about to ask its driver for an NMI. `state`: a guest was found in the power state that `detail`
 * names. `watch`: what of the guest can be seen at all, in words of `Sight`. `dazed`, `panic-text`: what its console said.
 * `crash-kernel`: its crash kernel spoke. `bytes`: so much of its dump is here. `saved`, `save-failed`: what it says of its
 * dump itself. `artefact`: a whole dump is kept; `extract`: what was taken out of one, be its dump over; `capture-broken`:
 * none is. `found`, `found-none`: what a look into the guest after its reboot gave. `memory-asked`: the agent is about to ask its driver for the guest's memory. `memory-bytes`: so much
 * of it is written, of so much (`detail` has both numbers). `memory-dump`: all of it is kept; `memory-failed`: nothing is.
 * `vitals`: what was seen of it before its NMI; `picture`: its screen then is kept.
 * `task`: how far the host is with a command, as a task_state. `addresses`: where the guest can be reached.
 * `trouble`: what drives the guest's machine says that something is wrong with it. `silent`, `answers`: the machine does not
 * answer on the network any more, and does again.
 * `blind`: nothing could be seen until now, and what happened meanwhile is lost. The rest is what a guest did.
 */
export type EvidenceKind =
  | 'nmi-asked'
  | 'defined'
  | 'undefined'
  | 'started'
  | 'stopped'
  | 'paused'
  | 'resumed'
  | 'rebooted'
  | 'panicked'
  | 'crashloaded'
  | 'port-opened'
  | 'port-closed'
  | 'trouble'
  | 'silent'
  | 'answers'
  | 'watch'
  | 'dazed'
  | 'panic-text'
  | 'crash-kernel'
  | 'bytes'
  | 'saved'
  | 'save-failed'
  | 'artefact'
  | 'extract'
  | 'capture-broken'
  | 'found'
  | 'found-none'
  | 'memory-asked'
  | 'memory-bytes'
  | 'memory-dump'
  | 'memory-failed'
  | 'vitals'
  | 'picture'
  | 'state'
  | 'task'
  | 'addresses'
  | 'blind';

/** Entries of one journal, in order. */
export interface EvidenceBatch {
  readonly host: HostName;
  /** Drawn when the journal was made: a lost journal begins again at 1 under another name. */
  readonly journal: string;
  readonly entries: readonly Evidence[];
}

/** What dispatch answers a batch of evidence. */
export interface EvidenceReply {
  /** Everything up to and including this position is safe. */
  readonly upTo: number;
}

/** What a host is asked, and answers at once: asking again does no harm. */
export type HostQuery =
  | { readonly ask: 'console'; readonly server: ServerId; readonly lines: number | null }
  /** Answered with a GuestReadiness as JSON; `refresh` looks at the guest now, as far as it answers. */
  | { readonly ask: 'readiness'; readonly server: ServerId; readonly refresh: boolean }
  /** "How long is your host up?" */
  | { readonly ask: 'uptime' }
  | DmesgQuery
  | SendArtefactQuery
  | EraseArtefactQuery;

/** "What is the end of the dmesg of this artefact?" The answer's text is a `DmesgAnswer` as JSON. */
export type DmesgQuery = { readonly ask: 'dmesg'; readonly artefact: ArtefactId };

/** The end of a dmesg. */
export interface DmesgAnswer {
  /** Bytes of all of it. */
  readonly bytes: number;
  /** At most 256 KiB from its end, as the guest wrote it: not fit for a terminal. */
  readonly text: string;
}

/** "Send the bytes from `start` up to, and without, `end` under this ticket of the lane." */
export type SendArtefactQuery = {
  readonly ask: 'send-artefact';
  readonly artefact: ArtefactId;
  readonly range: { readonly start: number; readonly end: number };
  readonly ticket: string;
};

/** "Erase this artefact"; one that is not there is erased. */
export type EraseArtefactQuery = {
  readonly ask: 'erase-artefact';
  readonly artefact: ArtefactId;
};

/** An answer to a query. */
export type HostAnswer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: 'not-implemented' | 'not-found' | 'failed'; readonly reason: string };
