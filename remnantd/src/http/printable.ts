// What Nova calls printable (nova/api/validation/parameter_types.py): what is no control, no format and no unassigned character,
// and of the spaces only those within a line. Of the letters, only those of Unicode's first plane: no emoji.

/** Texts of nothing else. */
export const PRINTABLE = /^(?:(?![\u{10000}-\u{10ffff}])(?:\p{Zs}|[^\p{C}\p{Z}]))*$/u;

/** The last character that Nova looks at. */
const LAST = 0xfffe;
/** What Python's `re.escape` puts a backslash before, of what is printable. */
const ESCAPED = /[()[\]{}?*+\-|^$\\.&~# ]/;

let pattern: string | null = null;

/** The pattern that Nova tells for such a text: every range of printable characters, as this Unicode has them. */
export function printablePattern(): string {
  pattern ??= `^[${ranges()}]*$`;
  return pattern;
}

function ranges(): string {
  let found = '';
  for (let first = 0; first <= LAST; first += 1) {
    if (!isPrintable(first)) continue;
    let last = first;
    while (last < LAST && isPrintable(last + 1)) last += 1;
    found += last === first ? escaped(first) : `${escaped(first)}-${escaped(last)}`;
    first = last;
  }
  return found;
}

function isPrintable(code: number): boolean {
  return PRINTABLE.test(String.fromCodePoint(code));
}

function escaped(code: number): string {
  const char = String.fromCodePoint(code);
  return ESCAPED.test(char) ? `\\${char}` : char;
}
