// The formats that schemas name, as Nova checks them (nova/api/validation/validators.py); `plain-text` is ours.

import { isIPv4, isIPv6 } from 'node:net';
import { parseTime } from '../api/times.ts';
import { linearRegex } from '../lib/linear-regex.ts';
import { isUuid } from '../model/ids.ts';
import type { FormatCheck } from './json-schema.ts';

const PRINTABLE = /^(?:\p{Zs}|[^\p{C}\p{Z}])*$/u;
const NAME_TEXT =
  "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.";
const LEGACY_NAME_TEXT =
  "An invalid 'name' value was provided. The name must be: printable characters with at least one non space character";

const CONTROL = /[\p{Cc}\p{Cs}]/u;
const CONTROL_TEXT = 'A name must not have control characters or halves of surrogate pairs.';

const onText =
  (holds: (text: string) => boolean | string): FormatCheck =>
  (value) =>
    typeof value !== 'string' || holds(value);

/** By name. A format says nothing about values that are not text. */
export const FORMATS: Readonly<Record<string, FormatCheck>> = {
  name: onText((text) => (PRINTABLE.test(text) && text.trim() === text && text !== '') || NAME_TEXT),
  'plain-text': onText((text) => !CONTROL.test(text) || CONTROL_TEXT),
  uuid: onText(isUuid),
  'date-time': onText((text) => parseTime(text) !== null),
  // Nova takes no empty one.
  regex: onText((text) => text !== '' && linearRegex(text) !== null),
  ipv4: onText((text) => isIPv4(text)),
  ipv6: onText((text) => isIPv6(text)),
  base64: onText(isBase64),
};

/** The same for `/v2`, where a name may have spaces at its ends, which are then taken off. */
export const LEGACY_FORMATS: typeof FORMATS = {
  ...FORMATS,
  name: onText((text) => (PRINTABLE.test(text) && text.trim() !== '') || LEGACY_NAME_TEXT),
};

/** True if Python's `b64decode` takes it: what is not of the alphabet is passed over, and only a broken end is refused. */
function isBase64(text: string): boolean {
  let filled = 0;
  let pads = 0;
  for (const [mark] of text.matchAll(/[A-Za-z0-9+/=]/g)) {
    if (mark !== '=') {
      filled = (filled + 1) % 4;
      pads = 0;
    } else if (filled >= 2) {
      pads += 1;
      if (filled + pads >= 4) return true;
    }
  }
  return filled === 0;
}
