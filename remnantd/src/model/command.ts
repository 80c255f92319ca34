// A command: one thing a host must do for one server, at most once, before a deadline, with exactly one outcome.
// Life: queued -> granted -> done, or queued -> done when its host never took it.

import type { BootProperties } from './boot.ts';
import type { ImageId, ServerId } from './ids.ts';
import type { NmiMeaning } from './verdict.ts';

/** What a command asks for. */
export type Order =
  | { readonly kind: 'create'; readonly spec: CreateSpec }
  | { readonly kind: 'destroy' }
  | { readonly kind: 'power-on' }
  | { readonly kind: 'power-off' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'unpause' }
  | { readonly kind: 'inject-nmi' };

/** The kind of an order. */
export type CommandKind = Order['kind'];

/** What a host needs to make a server; the image's files are looked up on the host. */
export interface CreateSpec {
  readonly id: ServerId;
  readonly name: string;
  readonly displayName: string;
  readonly projectId: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly image: ImageId;
  readonly boot: BootProperties;
  readonly metadata: Readonly<Record<string, string>>;
}

/** How far a command has come. */
export type CommandState = 'queued' | 'granted' | 'done';

/** How a command ended. `reason` is ours and for people; `details` is what Nova would write into the event. */
export type Outcome =
  | { readonly result: 'success'; readonly meaning?: NmiMeaning }
  | {
      readonly result: 'error';
      readonly reason: string;
      readonly details: string;
      /** The code of the server's fault; null when Nova records none. */
      readonly faultCode: 400 | 500 | null;
    }
  | { readonly result: 'unknown'; readonly reason: string };

/** The outcome of a command that never reached its host. */
export function notDelivered(reason: string): Outcome {
  return { result: 'error', reason, details: reason, faultCode: 500 };
}

/** The text of an outcome for Nova's event details: null on success; an unknown one begins `unknown:`. */
export function outcomeDetails(outcome: Outcome): string | null {
  if (outcome.result === 'success') return null;
  return (outcome.result === 'unknown' ? `unknown: ${outcome.reason}` : outcome.details).slice(0, 255);
}
