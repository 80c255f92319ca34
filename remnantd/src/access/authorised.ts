// The mark of a row whose reading or changing a policy rule has allowed. Only access/ can put it on, so a use case that
// holds an Authorised row cannot have forgotten the check (R5).

declare const checked: unique symbol;

/** A row this caller may act on. */
export type Authorised<T> = T & { readonly [checked]: true };

/** Marks a row. For access/ alone. */
export function markAuthorised<T>(row: T): Authorised<T> {
  return row as Authorised<T>;
}
