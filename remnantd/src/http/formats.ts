// The formats that schemas name, as Nova checks them (nova/api/validation/validators.py); `plain-text` is ours.

import { isIPv4, isIPv6 } from 'node:net';
import { parseTime } from '../api/times.ts';
import { linearRegex } from '../lib/linear-regex.ts';
import { repr } from '../lib/python-repr.ts';
import { isUuidLike } from '../model/ids.ts';
import type { FormatCheck } from './json-schema.ts';
import { PRINTABLE, printablePattern } from './printable.ts';

const NAME_TEXT =
  "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.";
const LEGACY_NAME_TEXT =
  "An invalid 'name' value was provided. The name must be: printable characters with at least one non space character";
const ZONE_TEXT =
  "An invalid 'name' value was provided. The name must be: printable characters except :.Can not start or end with whitespace.";
const LEGACY_ZONE_TEXT =
  "An invalid 'name' value was provided. The name must be: printable characters except :, with at least one non space character";

const CONTROL = /[\p{Cc}\p{Cs}]/u;
const CONTROL_TEXT = 'A name must not have control characters or halves of surrogate pairs.';

const onText =
  (holds: (text: string) => boolean | string): FormatCheck =>
  (value) =>
    typeof value !== 'string' || holds(value);

const isPrintable = (text: string) => PRINTABLE.test(text) && text.trim() !== '';

const KEYPAIR_LETTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const keypairName = (marks: string): FormatCheck =>
  onText(
    (text) =>
      Array.from(text).every((letter) => `${marks}${KEYPAIR_LETTERS}`.includes(letter)) ||
      `An invalid 'name' value was provided. The name must be: Only expected characters: [${marks}${KEYPAIR_LETTERS}]`,
  );

const exactName = onText((text) => (isPrintable(text) && text.trim() === text) || NAME_TEXT);

/** By name. A format says nothing about values that are not text. */
export const FORMATS: Readonly<Record<string, FormatCheck>> = {
  name: exactName,
  'strict-name': exactName,
  // Nova has a pattern for it, some pages long, which is told with what does not match.
  description: onText(
    (text) =>
      PRINTABLE.test(text) ||
      `Invalid input for field/attribute description. Value: ${text}. ${repr(text)} does not match ${repr(printablePattern())}`,
  ),
  // Whatever the root, the spaces at its ends are then taken off.
  'name-to-trim': onText((text) => isPrintable(text) || LEGACY_NAME_TEXT),
  'zone-name': onText((text) => (isPrintable(text) && text.trim() === text && !text.includes(':')) || ZONE_TEXT),
  'plain-text': onText((text) => !CONTROL.test(text) || CONTROL_TEXT),
  uuid: onText(isUuidLike),
  'date-time': onText((text) => parseTime(text) !== null),
  // Nova takes no empty one.
  regex: onText((text) => text !== '' && linearRegex(text) !== null),
  ipv4: onText((text) => isIPv4(text)),
  // One with a zone is of one host only.
  ipv6: onText((text) => isIPv6(text) && !text.includes('%')),
  base64: onText(isBase64),
  'keypair-name': keypairName('_- '),
  'long-keypair-name': keypairName('@._- '),
};

/** The same for `/v2`, where a name may have spaces at its ends, which are then taken off. */
export const LEGACY_FORMATS: typeof FORMATS = {
  ...FORMATS,
  name: onText((text) => isPrintable(text) || LEGACY_NAME_TEXT),
  // There, a key pair has a name as anything else has.
  'keypair-name': () => true,
  'zone-name': onText((text) => (isPrintable(text) && !text.includes(':')) || LEGACY_ZONE_TEXT),
};

/** True if Python's `b64decode` takes it: what is not of the alphabet is passed over, and only a broken end is refused. */
function isBase64(text: string): boolean {
  // Nova ends in a 500 over what is not even ASCII.
  if (/[^\p{ASCII}]/u.test(text)) return false;
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
