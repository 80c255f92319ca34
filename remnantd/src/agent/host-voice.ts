// How a host's agent speaks to dispatch: under its own name, in the words of the wire.

import type { JsonValue } from '../lib/json.ts';
import type { HostName } from '../model/ids.ts';
import type {
  Beat,
  Claim,
  ClaimReply,
  EvidenceBatch,
  EvidenceReply,
  Hello,
  HelloReply,
  HostSays,
  Report,
} from '../model/wire.ts';
import { SUBJECT } from '../model/wire.ts';
import type { Bus } from '../ports/bus.ts';
import type { LedgerEntry } from './ledger.ts';

/** The voice of one host; every question throws BusFault when it is not answered. */
export interface HostVoice {
  hello(message: Hello): Promise<HelloReply>;
  claim(message: Claim): Promise<ClaimReply>;
  report(message: Report): Promise<void>;
  evidence(message: EvidenceBatch): Promise<EvidenceReply>;
  /** Says it and waits for nothing. */
  beat(message: Beat): void;
}

/** A beat of the agent of `host`; `known` is null until its driver has told for the first time. */
export function beatOf(
  host: HostName,
  life: string,
  known: { readonly up: boolean; readonly reason?: string; readonly unknown?: true } | null,
  last?: 'leaving',
): Beat {
  const unknown = known?.unknown === true ? ({ unknown: true } as const) : {};
  const connection = known === null ? null : { up: known.up, reason: known.up ? '' : (known.reason ?? ''), ...unknown };
  return { host, life, connection, ...(last === undefined ? {} : { leaving: true }) };
}

/** The voice of `host` on `bus`; an answer is waited for at most `requestMs`. `onMet` is told of each hello that was answered. */
export function hostVoice(bus: Bus, host: HostName, requestMs: number, onMet?: (hello: Hello) => void): HostVoice {
  const ask = async <T>(says: HostSays, message: unknown) =>
    (await bus.request(SUBJECT.from(host, says), message as JsonValue, requestMs)) as unknown as T;
  return {
    hello: async (message) => {
      const reply = await ask<HelloReply>('hello', message);
      onMet?.(message);
      return reply;
    },
    claim: (message) => ask<ClaimReply>('claim', message),
    report: async (message) => {
      await ask<object>('report', message);
    },
    evidence: (message) => ask<EvidenceReply>('evidence', message),
    beat: (message) => bus.publish(SUBJECT.from(host, 'beat'), message as unknown as JsonValue),
  };
}

/** What a host asks for work with, which has these commands in its ledger without an acknowledged report. */
export function claimOf(
  host: HostName,
  ledger: string,
  open: readonly LedgerEntry[],
  { poll, rung }: { readonly poll: boolean; readonly rung: boolean },
): Claim {
  return {
    host,
    ledger,
    holding: open.map(({ command }) => command),
    // A guest whose memory is being written may be ended all the same: dispatch grants nothing else for it.
    busy: open.filter(({ outcome, kind }) => outcome === null && kind !== 'dump-memory').map(({ server }) => server),
    ...(poll ? { poll } : {}),
    ...(rung ? { rung } : {}),
  };
}
