// Who else must know when a command ends or a host tells something: they are told inside the transaction that records it,
// so that either everything is recorded or nothing.

import type { CommandRow } from '../db/commands.ts';
import type { Db } from '../db/store.ts';
import type { Outcome } from '../model/command.ts';
import type { HostName } from '../model/ids.ts';
import type { Evidence } from '../model/wire.ts';

/** Where an entry of a host's journal stands. */
export interface EvidenceOrigin {
  readonly host: HostName;
  readonly journal: string;
}

/** Told of every outcome. */
export type OutcomeSink = (tx: Db, command: CommandRow, outcome: Outcome) => Promise<void>;

/** Told of every entry of a host's journal, once and in order. */
export type EvidenceSink = (tx: Db, origin: EvidenceOrigin, entry: Evidence) => Promise<void>;
