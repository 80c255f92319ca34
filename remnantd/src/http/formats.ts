// The formats that schemas name, as Nova checks them (nova/api/validation/validators.py); `plain-text` is ours.

import { isIPv4, isIPv6 } from 'node:net';
import { parseTime } from '../api/times.ts';
import { linearRegex } from '../lib/linear-regex.ts';
import { isUuid } from '../model/ids.ts';
import type { FormatCheck } from './json-schema.ts';

const PRINTABLE = /^[^\p{Cc}\p{Cn}\p{Cs}]*$/u;
const NAME_TEXT =
  "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.";

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
  regex: onText((text) => linearRegex(text) !== null),
  ipv4: onText((text) => isIPv4(text)),
  ipv6: onText((text) => isIPv6(text)),
  base64: onText((text) => Buffer.from(text, 'base64').toString('base64') === text.replaceAll(/\s/g, '')),
};
