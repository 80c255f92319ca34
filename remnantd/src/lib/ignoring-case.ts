// A regular expression that ignores case, written as one that keeps it: the engine that runs strangers' patterns in linear time
// has no flag for that. Every letter becomes the set of its forms; nothing that matched before is lost.

/** What begins a group and has letters that are no text: names and switches. */
const GROUP = /\(\?(?:<[^>=!]*>|<?[=!]|[^:)]*:)/y;
/** A character by its number. */
const NUMBERED = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/y;
/** What stands for itself, whatever follows. */
const ESCAPED = /\\(?:c[\s\S]|[\s\S])/y;

/** `pattern`, where a letter also stands for its other form; without the `u` and `v` flags. What is no pattern stays none. */
export function ignoringCase(pattern: string): string {
  let out = '';
  let at = 0;
  let inSet = false;
  const take = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = at;
    return form.exec(pattern);
  };
  while (at < pattern.length) {
    const numbered = take(NUMBERED);
    const kept = numbered === null ? (take(ESCAPED) ?? (inSet ? null : take(GROUP))) : null;
    const text = numbered?.[0] ?? kept?.[0] ?? pattern.charAt(at);
    const code = numbered?.[1] ?? numbered?.[2];
    const letter = code === undefined ? text : String.fromCharCode(Number.parseInt(code, 16));
    at += text.length;
    if (inSet && text !== ']') {
      const end = kept === null && pattern.charAt(at) === '-' ? endOfRange(pattern, at + 1) : null;
      if (end === null) {
        out += kept === null ? text + otherForms(letter) : text;
      } else {
        out += `${text}-${end.text}${otherRanges(letter, end.letter)}`;
        at += 1 + end.text.length;
      }
      continue;
    }
    if (kept === null && code === undefined && (text === '[' || text === ']')) inSet = text === '[';
    const others = kept === null ? otherForms(letter) : '';
    out += others === '' ? text : `[${text}${others}]`;
    // A set may begin with a hat, and with a hyphen that is one.
    if (inSet && pattern.charAt(at) === '^') {
      out += '^';
      at += 1;
    }
  }
  return out;
}

/** The character a range ends with, as written and as meant; null where no range ends. */
function endOfRange(pattern: string, at: number): { text: string; letter: string } | null {
  NUMBERED.lastIndex = at;
  const numbered = NUMBERED.exec(pattern);
  const code = numbered?.[1] ?? numbered?.[2];
  if (numbered !== null && code !== undefined) {
    return { text: numbered[0], letter: String.fromCharCode(Number.parseInt(code, 16)) };
  }
  const letter = pattern.charAt(at);
  return letter === '' || letter === ']' || letter === '\\' ? null : { text: letter, letter };
}

/** The other forms of a letter that are one letter too; none of what has no case. */
function otherForms(letter: string): string {
  const forms = new Set([letter.toLowerCase(), letter.toUpperCase()].filter((form) => form.length === 1));
  forms.delete(letter);
  // A letter of ASCII has no form outside, nor the other way round.
  return [...forms].filter((form) => isAscii(form) === isAscii(letter)).join('');
}

/** The other forms of the letters of ASCII between two characters. */
function otherRanges(from: string, to: string): string {
  return (['AZ', 'az'] as const)
    .map(([first = '', end = '']) => {
      const low = from > first ? from : first;
      const high = to < end ? to : end;
      return low > high ? '' : `${otherForms(low)}-${otherForms(high)}`;
    })
    .join('');
}

function isAscii(letter: string): boolean {
  return letter < '\x80';
}
