// What Ironic's error bodies say, as one line for people. Ironic has three shapes: JSON in a string of JSON with `faultstring`
// (what it thought about), the same with `title` and `description` (what its web server refused), and the 401 of http_basic,
// which is Keystone's too. Proxies in front of it have shapes of their own. Invariant: any text gives words, or none; never a throw.

import { isObject, type JsonValue } from '../../lib/json.ts';
import { plainWords } from './plain-words.ts';

/** Of a body that is no JSON, so much is looked at, characters. */
const LOOKED_AT = 4096;
/** JSON in a string of JSON is as deep as it gets; the rest is for what proxies wrap around it. */
const MOST_DEPTH = 4;

/** Whose words an error has: Ironic's on the matter, its web server's, or of something in front of it. Empty text: none. */
export interface IronicWords {
  readonly from: 'ironic' | 'web-server' | 'elsewhere';
  readonly text: string;
}

/** The words in the body of an error: bounded, one line, printable. */
export function ironicWords(body: string): IronicWords {
  const value = parsed(body);
  const found = value === undefined ? null : wordsIn(value, MOST_DEPTH);
  if (found !== null) return { from: found.from, text: plainWords(found.text) };
  return { from: 'elsewhere', text: value === undefined ? plainWords(withoutTags(body.slice(0, LOOKED_AT))) : '' };
}

function wordsIn(value: JsonValue, depth: number): IronicWords | null {
  if (depth === 0) return null;
  if (typeof value === 'string') {
    const inner = parsed(value);
    const found = isObject(inner) ? wordsIn(inner, depth - 1) : null;
    return found ?? (value.trim() === '' ? null : { from: 'elsewhere', text: value });
  }
  if (!isObject(value)) return null;
  const { error_message: wrapped, error, faultstring, message, description, title } = value;
  const inner = wrapped ?? error;
  if (inner !== undefined && inner !== null) return wordsIn(inner, depth - 1);
  if (isText(faultstring)) return { from: 'ironic', text: faultstring };
  if (isText(message)) return { from: 'web-server', text: message };
  // Ironic leaves the description empty where the title says it all.
  if (isText(description)) return { from: 'web-server', text: description };
  return isText(title) ? { from: 'web-server', text: title } : null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** What a page says: its title where it has one, else all of its text. */
function withoutTags(page: string): string {
  const [, title] = /<title>([^<]*)</i.exec(page) ?? [];
  return isText(title) ? title : page.replace(/<[^<>]*>/g, ' ');
}
