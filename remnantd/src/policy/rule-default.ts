// How a rule is declared beside what it guards: its name, the check that holds unless an operator says otherwise,
// and what the reference page tells about it.

/** What a token can be scoped to. */
export type Scope = 'project' | 'domain' | 'system';

/** A rule with its default. */
export interface RuleDefault {
  /** Such as `os_compute_api:servers:trigger_crash_dump`. */
  readonly name: string;
  /** In the rule language; the empty text allows. */
  readonly check: string;
  /** One or two sentences for the operator. */
  readonly description: string;
  /** The operations it guards, the path with the action's name in parentheses where it has one; none for a rule that others refer to. */
  readonly operations: readonly { readonly method: string; readonly path: string }[];
  /** The scopes a token may have; a token of another scope is denied. Empty: any. */
  readonly scopeTypes: readonly Scope[];
}
