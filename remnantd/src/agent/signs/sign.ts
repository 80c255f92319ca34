// What a guest that crashes gives away of itself in words: the sign, and the words it was read from, cut short. The words
// are the guest's own: they go into evidence, which its owner reads, and into no log.

/** Signs of a guest, by the kinds of evidence they become. */
export type SignKind = 'dazed' | 'panic-text' | 'crash-kernel' | 'saved' | 'save-failed';

/** A sign. */
export interface Sign {
  readonly kind: SignKind;
  /** At most 200 characters, printable. */
  readonly detail: string;
}

const LONGEST_DETAIL = 200;

/** A sign read from `words`. */
export function sign(kind: SignKind, words: string): Sign {
  return { kind, detail: words.slice(0, LONGEST_DETAIL).toWellFormed() };
}
