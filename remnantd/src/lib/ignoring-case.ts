// A regular expression that ignores case, written as one that keeps it: the engine that runs strangers' patterns in linear time
// has no flag for that. Each letter becomes the set of its forms; what is no pattern stays none.

/** A piece of a pattern: as it is written, and the character it means; null for what means no single one. */
interface Piece {
  readonly text: string;
  /** How much of the pattern it is. */
  readonly length: number;
  readonly letter: string | null;
}

/** What begins a group and has letters that are no text: names and switches. */
const GROUP = /\(\?(?:<[^>=!]*>|<?[=!]|[^:)]*:)/y;
/** A character by its number, in two systems. */
const NUMBERED = /\\(?:x(?<byte>[0-9a-fA-F]{2})|u(?<unit>[0-9a-fA-F]{4}))/y;
const OCTAL = /\\([0-3]?[0-7]{1,2})/y;
const CONTROL = /\\c[A-Za-z]/y;
const CONTROL_IN_SET = /\\c[A-Za-z0-9_]/y;
const BLANKS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', v: '\v', f: '\f' };

/** `pattern` (of no flags), where a letter also stands for its other form. */
export function ignoringCase(pattern: string): string {
  let out = '';
  let at = 0;
  let inSet = false;
  while (at < pattern.length) {
    const group = inSet ? null : found(GROUP, pattern, at);
    const piece =
      group === null ? pieceAt(pattern, at, inSet) : { text: group[0], length: group[0].length, letter: null };
    at += piece.length;
    if (!inSet) {
      const others = piece.letter === null ? '' : otherForms(piece.letter);
      out += others === '' ? piece.text : `[${piece.text}${others}]`;
      if (piece.text !== '[') continue;
      inSet = true;
      if (pattern.charAt(at) === '^') {
        out += '^';
        at += 1;
      }
    } else if (piece.text === ']') {
      inSet = false;
      out += ']';
    } else {
      const end = piece.letter === null ? null : endOfRange(pattern, at);
      if (piece.letter === null) out += piece.text;
      else if (end === null) out += otherForms(piece.letter) + piece.text;
      else {
        out += `${piece.text}-${end.text}${otherRanges(piece.letter, end.letter)}`;
        at += 1 + end.length;
      }
    }
  }
  return out;
}

function found(form: RegExp, pattern: string, at: number): RegExpExecArray | null {
  form.lastIndex = at;
  return form.exec(pattern);
}

/** The piece that begins at `at`. */
function pieceAt(pattern: string, at: number, inSet: boolean): Piece {
  const first = pattern.charAt(at);
  if (first !== '\\') return { text: first, length: 1, letter: first };
  const numbered = found(NUMBERED, pattern, at);
  const number = numbered?.groups?.['byte'] ?? numbered?.groups?.['unit'];
  if (numbered !== null && number !== undefined) return whole(numbered[0], Number.parseInt(number, 16));
  const control = found(inSet ? CONTROL_IN_SET : CONTROL, pattern, at);
  if (control !== null) return whole(control[0], control[0].charCodeAt(2) % 32);
  const next = pattern.charAt(at + 1);
  // A `\c` that is none of these is a backslash and a c.
  if (next === 'c') return { text: '\\\\', length: 1, letter: '\\' };
  const octal = inSet ? found(OCTAL, pattern, at) : null;
  if (octal !== null) return whole(octal[0], Number.parseInt(octal[1] ?? '', 8));
  const text = `\\${next}`;
  if ((inSet ? /[dDsSwW]/ : /[dDsSwWbBk0-9]/).test(next)) return { text, length: 2, letter: null };
  return { text, length: 2, letter: next === 'b' ? '\b' : (BLANKS[next] ?? next) };
}

function whole(text: string, code: number): Piece {
  return { text, length: text.length, letter: String.fromCharCode(code) };
}

/** What a range in a set ends with, its hyphen being at `at`; null where there is no range. */
function endOfRange(pattern: string, at: number): { text: string; length: number; letter: string } | null {
  if (pattern.charAt(at) !== '-' || at + 1 >= pattern.length || pattern.charAt(at + 1) === ']') return null;
  const { text, length, letter } = pieceAt(pattern, at + 1, true);
  return letter === null ? null : { text, length, letter };
}

/** The other forms of a letter that are one letter too; a letter of ASCII has none outside, nor the other way round. */
function otherForms(letter: string): string {
  const forms = new Set([letter.toLowerCase(), letter.toUpperCase()]);
  return [...forms].filter((one) => one !== letter && one.length === 1 && isAscii(one) === isAscii(letter)).join('');
}

/** The other forms of the letters of ASCII from one character to another. */
function otherRanges(from: string, to: string): string {
  const ranges = [['A', 'Z'] as const, ['a', 'z'] as const].map(([first, last]) => {
    const low = from > first ? from : first;
    const high = to < last ? to : last;
    return low > high ? '' : `${otherForms(low)}-${otherForms(high)}`;
  });
  return ranges.join('');
}

function isAscii(letter: string): boolean {
  return letter < '\x80';
}
