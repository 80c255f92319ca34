// Which bytes a request wants, and whether it wants any: Range, If-Range and If-None-Match as RFC 9110 has them. The tag of a
// file is its SHA-256, which never changes, so all tags are strong.

/** What is asked for: all, a part, nothing (the client has it), or a part that there is not. */
export type Wanted =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'not-satisfiable' };

/** Request headers, as far as they matter here. */
export interface RangeHeaders {
  readonly range?: string | undefined;
  readonly 'if-range'?: string | undefined;
  readonly 'if-none-match'?: string | undefined;
}

/** What a GET with these headers wants of a file of `size` bytes with this tag (in quotes). `end` is behind the last byte. */
export function wantedOf(headers: RangeHeaders, size: number, tag: string): Wanted {
  const known = headers['if-none-match'];
  if (known !== undefined && matchesAny(known, tag)) return { kind: 'not-modified' };
  const { range, 'if-range': ifRange } = headers;
  // A date matches nothing: there is no Last-Modified. A weak tag never does.
  if (range === undefined || (ifRange !== undefined && ifRange.trim() !== tag)) return { kind: 'whole' };
  return partOf(range, size);
}

function matchesAny(list: string, tag: string): boolean {
  if (list.trim() === '*') return true;
  return (list.match(/(?:W\/)?"[^"]*"/g) ?? []).some((one) => one.replace(/^W\//, '') === tag);
}

/** A range that is none, of another unit, or several at once, is as if it were not there. */
function partOf(range: string, size: number): Wanted {
  const [, first = '', last = ''] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(range.trim()) ?? [];
  if (first === '' && last === '') return { kind: 'whole' };
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? { kind: 'not-satisfiable' } : { kind: 'part', start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return { kind: 'whole' };
  if (start >= size) return { kind: 'not-satisfiable' };
  return { kind: 'part', start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}
