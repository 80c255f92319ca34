// What dispatch and agents say to each other over the bus: the subjects, the messages, the version. Agents speak for their
// own host alone. A field is only ever added; a call that an agent lacks is simply not in its `calls`.

import type { CommandKind, Order, Outcome } from './command.ts';
import type { DriverConnectionState, HostFactsOffered } from './host.ts';
import type { CommandId, HostName, ServerId } from './ids.ts';

/** The version of this wire; a higher one understands every lower one. */
export const WIRE_VERSION = 1;

/** Subjects by purpose. */
export const SUBJECT = {
  hello: 'dispatch.hello',
  claim: 'dispatch.claim',
  report: 'dispatch.report',
  evidence: 'dispatch.evidence',
  beat: 'dispatch.beat',
  ring: (host: HostName) => `agent.${host}.ring`,
  query: (host: HostName) => `agent.${host}.query`,
} as const;

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
}

/** "Is there anything for me?" */
export interface Claim {
  readonly host: HostName;
  /** The name of the agent's ledger, drawn when it was made. */
  readonly ledger: string;
  /** Commands this agent already has in its ledger without an acknowledged report. */
  readonly holding: readonly CommandId[];
  /** Servers it is busy with: nothing more for them now. */
  readonly busy: readonly ServerId[];
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
}

/** What dispatch answers a claim. */
export interface ClaimReply {
  readonly grant: Grant | null;
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
}

/**
 * `nmi-asked`: the agent is about to ask its driver for an NMI. `state`: a guest was found in the power state that `detail`
 * names. `blind`: nothing could be seen until now, and what happened meanwhile is lost. The rest is what a guest did.
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
  | 'state'
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

/** Questions a host answers without changing anything. */
export type HostQuery = { readonly ask: 'console'; readonly server: ServerId; readonly lines: number | null };

/** An answer to a query. */
export type HostAnswer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: 'not-implemented' | 'not-found' | 'failed'; readonly reason: string };
