// JSON as Python reads it: a whole number keeps all its digits, 2.0 stays a float, and NaN and Infinity are numbers. What Nova
// lets through and what it says of it depend on that, and JavaScript's numbers do not tell.

import { isObject, type JsonValue } from './json.ts';

/** A float whose value is whole, such as 2.0: JavaScript would take it for an integer. */
export class WholeFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** What Python makes of JSON: of its integers those beyond JavaScript's exact ones are bigints; other numbers that are not whole are floats. */
export type PythonValue = null | boolean | number | bigint | WholeFloat | string | readonly PythonValue[] | PythonDict;

/** An object of JSON. */
export interface PythonDict {
  readonly [key: string]: PythonValue | undefined;
}

/** True if `value` is an object of JSON. */
export function isDict(value: PythonValue | undefined): value is PythonDict {
  return isObject(value) && !(value instanceof WholeFloat);
}

/** A number where a value may begin, that JavaScript reads otherwise. In a text it is found in vain, which only costs time. */
const UNLIKE = /(?:^|[\s:,[])-?(?:\d+[.eE]|\d{16}|Infinity|NaN)/;

/** The value of a JSON text that is nested at most `deepest` deep. Throws a SyntaxError for any other. */
export function readPythonJson(text: string, deepest: number): PythonValue {
  const value = UNLIKE.test(text) ? new Reader(text, deepest).read() : (JSON.parse(text) as JsonValue);
  if (isDeeper(value, deepest)) throw new SyntaxError('JSON: nested too deep');
  return value;
}

function isList(value: PythonValue): value is readonly PythonValue[] {
  return Array.isArray(value);
}

function isDeeper(value: PythonValue, deepest: number): boolean {
  let level: PythonValue[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true;
    level = level.flatMap((one) => (isList(one) ? one : isDict(one) ? Object.values(one).map((it) => it ?? null) : []));
  }
  return false;
}

const TOKEN =
  /[ \t\n\r]*(?:(?<string>"[^"\\]*(?:\\.[^"\\]*)*")|(?<integer>-?(?:0|[1-9]\d*))(?<rest>(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<word>-?Infinity|NaN|null|true|false)|(?<mark>[[\]{},:]))/y;
const END = /[ \t\n\r]*$/y;
const WORDS: ReadonlyMap<string, PythonValue> = new Map<string, PythonValue>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);
/** Python makes no integer of more digits. */
const MOST_DIGITS = 4300;

/** What is next in the text: a value that is no list and no object, or a mark. */
type Token = { readonly value: PythonValue } | { readonly mark: string };

/** Reads one text. */
class Reader {
  readonly #text: string;
  readonly #deepest: number;
  #at = 0;

  constructor(text: string, deepest: number) {
    this.#text = text;
    this.#deepest = deepest;
  }

  read(): PythonValue {
    const value = this.#value(this.#next(), 0);
    END.lastIndex = this.#at;
    return END.test(this.#text) ? value : this.#wrong();
  }

  #value(token: Token, depth: number): PythonValue {
    if ('value' in token) return token.value;
    if (depth > this.#deepest) return this.#wrong();
    if (token.mark === '[') return this.#members(']', (first) => this.#value(first, depth + 1));
    if (token.mark !== '{') return this.#wrong();
    return Object.fromEntries(
      this.#members('}', (first): [string, PythonValue] => {
        const key = 'value' in first && typeof first.value === 'string' ? first.value : this.#wrong();
        return isMark(this.#next(), ':') ? [key, this.#value(this.#next(), depth + 1)] : this.#wrong();
      }),
    );
  }

  /** What stands before `end`, between commas; `read` gets the first token of each. */
  #members<T>(end: ']' | '}', read: (first: Token) => T): T[] {
    const found: T[] = [];
    for (let token = this.#next(); found.length > 0 || !isMark(token, end); token = this.#next()) {
      found.push(read(token));
      const after = this.#next();
      if (isMark(after, end)) return found;
      if (!isMark(after, ',')) return this.#wrong();
    }
    return found;
  }

  #next(): Token {
    TOKEN.lastIndex = this.#at;
    const found = TOKEN.exec(this.#text)?.groups ?? this.#wrong();
    this.#at = TOKEN.lastIndex;
    const { string, integer, rest = '', word = '', mark } = found;
    if (mark !== undefined) return { mark };
    // Escapes and bare controls are as in any JSON.
    if (string !== undefined) return { value: JSON.parse(string) as string };
    if (integer === undefined) return { value: WORDS.get(word) ?? null };
    return { value: rest === '' ? this.#integer(integer) : float(Number(integer + rest)) };
  }

  #integer(digits: string): number | bigint {
    if (digits.replace('-', '').length > MOST_DIGITS) return this.#wrong();
    const value = Number(digits);
    return Number.isSafeInteger(value) ? value : BigInt(digits);
  }

  #wrong(): never {
    throw new SyntaxError(`JSON: wrong at ${this.#at}`);
  }
}

function isMark(token: Token, mark: string): boolean {
  return 'mark' in token && token.mark === mark;
}

function float(value: number): number | WholeFloat {
  return Number.isInteger(value) ? new WholeFloat(value) : value;
}
