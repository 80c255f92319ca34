// One operation, one declaration: path, versions, schemas, policy, words for people, and a short handler. Routing,
// validation, the OpenAPI document and the reference pages all come from it.

import type { Readable } from 'node:stream';
import type { TSchema } from 'typebox';
import type { JsonValue } from '../lib/json.ts';
import type { Caller } from '../model/caller.ts';
import type { RequestId } from '../model/ids.ts';
import type { VersionSpan } from '../model/microversion.ts';
import type { OnceKey } from '../model/once-key.ts';
import type { RuleDefault } from '../policy/rule-default.ts';
import type { ApiDeps } from './deps.ts';
import type { LinkBase } from './links.ts';
import type { ReplySchema } from './reply-schema.ts';

/** The API roots, each with its own faults and headers. */
export type ApiRoot = 'compute' | 'identity' | 'image' | 'remnant' | 'versions';

/** A schema that holds for a span of microversions. */
export interface VersionedSchema extends VersionSpan {
  readonly schema: TSchema;
}

/** A request that passed the front: authenticated, versioned, valid. */
export interface ApiRequest {
  /** Null only for operations that want no token. */
  readonly caller: Caller | null;
  readonly requestId: RequestId;
  /** Id of the operation asked for. */
  readonly operation: string;
  /** N of the microversion 2.N; the highest for roots without microversions. */
  readonly version: number;
  readonly params: Readonly<Record<string, string>>;
  /** Every query parameter with its values in order. */
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** The body, valid by the operation's schema; for an action, what stands under its key. */
  readonly body: JsonValue;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Where the request came from: the peer of the connection. */
  readonly remoteAddress: string;
  readonly links: LinkBase;
  /** The key under which it may be repeated; a write takes it along to its record. */
  readonly once?: OnceKey;
}

/** A request of somebody known. */
export interface CallerRequest extends ApiRequest {
  readonly caller: Caller;
}

/** An answer. Without a body it is empty. */
export interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  /** The bytes of a body that is JSON already, in the place of `body`. */
  readonly json?: Buffer;
  /** A body that comes bit by bit, of the type and the length that `headers` say. It is read or destroyed in any case. */
  readonly stream?: Readable;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Declared extends VersionSpan {
  /** Dotted noun and verb: also the file, the CLI's path and the SDK's method. */
  readonly id: string;
  readonly root: ApiRoot;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the root, with {parameters}. */
  readonly path: string;
  /** The body key that selects it, for actions on one path. */
  readonly action?: string;
  /** True for one that changes nothing though its method could: it leaves no entry in the audit. */
  readonly readOnly?: true;
  /** True for a read whose refusals are in the audit too, for what it would have shown. */
  readonly guarded?: true;
  readonly summary: string;
  /** Further words for the reference page. */
  readonly description?: string;
  readonly success: number;
  /** Further statuses of success. */
  readonly otherSuccesses?: readonly number[];
  readonly errors: readonly number[];
  /** The rules it asks, declared here with their defaults. */
  readonly rules: readonly RuleDefault[];
  readonly query?: readonly VersionedSchema[];
  /** The query on Nova's /v2, where that is not the one of 2.1. */
  readonly legacyQuery?: TSchema;
  readonly body?: readonly VersionedSchema[];
  /** The body on Nova's /v2, where that is not the one of 2.1. */
  readonly legacyBody?: TSchema;
  /** True if a request without a body counts as one with an empty object. */
  readonly emptyBody?: true;
  /** What its answer looks like at the highest microversion, for the OpenAPI document; none for an answer without a body. */
  readonly reply?: ReplySchema;
  /** True for an answer that is plain bytes. */
  readonly bytes?: true;
}

/** An operation of somebody known. */
export interface CallerOperation extends Declared {
  readonly open?: false;
  readonly handle: (request: CallerRequest, deps: ApiDeps) => Promise<Reply>;
  /**
   * Answers a repeat of an earlier request with the same Idempotency-Key, out of what that request made, and changes nothing.
   * It asks the policy as `handle` does: who asks may have lost the role since. Every change of the root `remnant` has one.
   */
  readonly again?: (request: CallerRequest, deps: ApiDeps, first: RequestId) => Promise<Reply>;
}

/** An operation that wants no token. */
export interface OpenOperation extends Declared {
  readonly open: true;
  readonly handle: (request: ApiRequest, deps: ApiDeps) => Promise<Reply>;
}

/** An operation. */
export type Operation = CallerOperation | OpenOperation;
