// What migrations are asked for: filters and pages. Null is no filter.

/** Which migrations. */
export interface MigrationFilter {
  readonly statuses: readonly string[] | null;
  /** From it or to it. */
  readonly host: string | null;
  readonly sourceHost: string | null;
  readonly kind: string | null;
  readonly serverId: string | null;
  readonly userId: string | null;
  readonly projectId: string | null;
  /** Wall clock, ms, inclusive; one that never changed is in neither. */
  readonly changedSince: number | null;
  readonly changedBefore: number | null;
}

/** A page, newest first: at most `limit`, those before the number `before`. */
export interface MigrationPage {
  readonly limit: number;
  readonly before: number | null;
}
