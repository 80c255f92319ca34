// Regular expressions that strangers may write: run by V8's linear engine, in time proportional to the text, whatever the
// pattern. What that engine cannot do (look-around, back-references) is no pattern here, nor what it would copy out more than
// 16 times, nested repetitions multiplied: so a pattern costs no more than 16 of its length a letter.

import { setFlagsFromString } from 'node:v8';

/** The flag that asks for that engine; V8's own, known to no standard. */
const LINEAR = 'l';
setFlagsFromString('--enable-experimental-regexp-engine');

/** `pattern` compiled, case kept; null for what is no regular expression, or none that runs in linear time. */
export function linearRegex(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern, LINEAR);
  } catch {
    return null;
  }
}
