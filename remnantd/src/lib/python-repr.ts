// JSON values as Python prints them, for texts that Nova's clients compare: `None`, `True`, `'x'`, `{'a': [1, 2.5]}`.
// Keys that are whole numbers come first in their object, as JavaScript keeps them.

import type { JsonValue } from './json.ts';
import { isDict, type PythonDict, type PythonValue, WholeFloat } from './python-json.ts';

/** What Python's `str()` gives: a string as it is, anything else as `repr()` does. */
export function str(value: PythonValue): string {
  return typeof value === 'string' ? value : repr(value);
}

/** What Python's `repr()` gives for the same value read from JSON. An absent member of an object is left out. */
export function repr(value: PythonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value).toString() : floatRepr(value);
  if (value instanceof WholeFloat) return floatRepr(value.value);
  return isDict(value) ? `{${members(value).join(', ')}}` : `[${value.map(repr).join(', ')}]`;
}

/** The same value with the text of each number that JavaScript would change, so that nothing of it is lost. */
export function plain(value: PythonValue): JsonValue {
  if (typeof value === 'bigint' || value instanceof WholeFloat) return repr(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : repr(value);
  if (Array.isArray(value)) return (value as readonly PythonValue[]).map(plain);
  if (!isDict(value)) return value as JsonValue;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member ?? null)]));
}

/** What Python's `repr()` gives for a float: `2.0`, `1e-05`, `1e+16`, `nan`, `-inf`. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  // Python writes an exponent, of two digits at least, where JavaScript still spells out the zeros.
  if (power < -4 || power >= 16) {
    return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function members(value: PythonDict): string[] {
  return Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : [`${quote(key)}: ${repr(member)}`],
  );
}

const NAMED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
/** What Python does not call printable: separators but the plain space, controls, unassigned and lone surrogates. */
const ESCAPED = /[\\\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(ESCAPED, escape);
  return `${mark}${mark === "'" ? body.replaceAll("'", "\\'") : body}${mark}`;
}

function escape(char: string): string {
  const named = NAMED[char];
  if (named !== undefined) return named;
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
