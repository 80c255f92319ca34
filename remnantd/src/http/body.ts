// Reading a request's body: content type, JSON as Python reads it, and for actions the one key that selects them (nova wsgi.py).

import { isUtf8 } from 'node:buffer';
import { isDict, type PythonValue, readPythonJson } from '../lib/python-json.ts';
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
export function parseBody(raw: Buffer | null): PythonValue {
  if (raw === null || raw.length === 0) return null;
  if (!isUtf8(raw)) throw fault('malformed-body');
  try {
    return readPythonJson(raw.toString('utf8'), DEEPEST);
  } catch (error) {
    throw error instanceof SyntaxError ? fault('malformed-body') : error;
  }
}

/** The action an action body names, and what stands under it. Faults malformed-body, version-hidden (Nova's AttributeError path). */
export function actionOf(raw: Buffer | null): { action: string; argument: PythonValue } {
  if (raw === null || raw.length === 0) throw fault('malformed-body');
  const body = parseBody(raw);
  if (isDict(body)) {
    const [key, ...more] = Object.keys(body);
    if (key === undefined || more.length > 0) throw fault('malformed-body');
    return { action: key, argument: body[key] ?? null };
  }
  // Nova counts the length of whatever it got before it asks for its keys.
  const length = typeof body === 'string' || Array.isArray(body) ? body.length : null;
  throw length === null || length === 1 ? fault('version-hidden') : fault('malformed-body');
}
