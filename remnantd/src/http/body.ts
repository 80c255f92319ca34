// Reading a request's body: content type, JSON, and for actions the one key that selects them (nova wsgi.py).

import type { JsonValue } from '../lib/json.ts';
import { isObject } from '../lib/json.ts';
import { fault } from '../model/faults.ts';

const ACCEPTED = new Set(['', 'text/plain', 'application/json', 'application/vnd.openstack.compute+json']);
/** Nesting deeper than any request needs, and shallower than what a recursive reader could trip over. */
const DEEPEST = 100;

/** Throws fault unsupported-content-type unless a body of this type is read. Nova compares to the letter, case and all. */
export function requireContentType(header: string | undefined): void {
  const type = (header ?? '').split(';')[0]?.trim() ?? '';
  if (!ACCEPTED.has(type)) throw fault('unsupported-content-type');
}

/** The JSON of a body; null for an empty one. Fault malformed-body. */
export function parseBody(raw: Buffer | null): JsonValue {
  if (raw === null || raw.length === 0) return null;
  let value: JsonValue;
  try {
    value = JSON.parse(raw.toString('utf8')) as JsonValue;
  } catch {
    throw fault('malformed-body');
  }
  if (isTooDeep(value)) throw fault('malformed-body');
  return value;
}

/** The action an action body names, and what stands under it. Faults malformed-body, version-hidden (Nova's AttributeError path). */
export function actionOf(raw: Buffer | null): { action: string; argument: JsonValue } {
  if (raw === null || raw.length === 0) throw fault('malformed-body');
  const body = parseBody(raw);
  if (isObject(body)) {
    const [key, ...more] = Object.keys(body);
    if (key === undefined || more.length > 0) throw fault('malformed-body');
    return { action: key, argument: body[key] ?? null };
  }
  // Nova counts the length of whatever it got before it asks for its keys.
  const length = typeof body === 'string' || Array.isArray(body) ? body.length : null;
  throw length === null || length === 1 ? fault('version-hidden') : fault('malformed-body');
}

function isTooDeep(value: JsonValue): boolean {
  let level: JsonValue[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((one) =>
      Array.isArray(one) ? (one as JsonValue[]) : isObject(one) ? (Object.values(one) as JsonValue[]) : [],
    );
  }
  return false;
}
