// SSH keys as OpenSSH writes them (RFC 4253 6.6, RFC 5656, RFC 8709): the fingerprint of a public key, after a look whether
// it is one; and the public line of an RSA key.

import type { KeyObject } from 'node:crypto';
import { createHash, createPublicKey } from 'node:crypto';

/** The curves OpenSSH has names for: theirs, the web's, and the length of a coordinate in bytes. */
const CURVES: ReadonlyMap<string, readonly [string, number]> = new Map([
  ['nistp256', ['P-256', 32]],
  ['nistp384', ['P-384', 48]],
  ['nistp521', ['P-521', 66]],
]);

/** md5 of the key in an `authorized_keys` line, as hex bytes with colons; null when the line holds no key that OpenSSH knows. */
export function sshFingerprint(line: string): string | null {
  const [, type = '', text = ''] = /^(\S+) +(\S+)/.exec(line) ?? [];
  const bytes = Buffer.from(text, 'base64');
  if (text === '' || bytes.toString('base64') !== text) return null;
  if (!isKey(type, bytes)) return null;
  return colons(createHash('md5').update(bytes).digest('hex'));
}

/** Hex bytes with colons between them. */
export function colons(hex: string): string {
  return hex.match(/../g)?.join(':') ?? '';
}

/** The line of an RSA key's public half for `authorized_keys`. */
export function sshLine(key: KeyObject, comment: string): string {
  const { n = '', e = '' } = key.export({ format: 'jwk' });
  const parts = [Buffer.from('ssh-rsa'), positive(e), positive(n)];
  const bytes = Buffer.concat(parts.flatMap((part) => [lengthOf(part), part]));
  return `ssh-rsa ${bytes.toString('base64')} ${comment}`;
}

function lengthOf(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}

/** A number of a JWK as SSH writes one: a first bit that is set would make it negative. */
function positive(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url');
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes;
}

/** The length-prefixed parts of `bytes`; null when they do not come out even. */
function partsOf(bytes: Buffer): Buffer[] | null {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return null;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return null;
    parts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return parts;
}

function isKey(type: string, bytes: Buffer): boolean {
  const [name, ...parts] = partsOf(bytes) ?? [];
  if (name?.toString('latin1') !== type) return false;
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = parts;
  switch (type) {
    case 'ssh-rsa':
      return parts.length === 2 && isPositive(first) && isPositive(second);
    case 'ssh-dss':
      return parts.length === 4 && parts.every(isPositive) && bitsOf(first) === 1024;
    case 'ssh-ed25519':
      return parts.length === 1 && first.length === 32;
    default:
      return type.startsWith('ecdsa-sha2-') && parts.length === 2 && isPoint(type.slice(11), first, second);
  }
}

function isPositive(number: Buffer): boolean {
  return (number[0] ?? 0x80) < 0x80 && number.some((byte) => byte !== 0);
}

function bitsOf(number: Buffer): number {
  return BigInt(`0x${number.toString('hex')}`).toString(2).length;
}

/** True for an uncompressed point that lies on its curve. */
function isPoint(curve: string, named: Buffer, point: Buffer): boolean {
  const [crv, size] = CURVES.get(curve) ?? [];
  if (crv === undefined || size === undefined || named.toString('latin1') !== curve) return false;
  if (point.length !== 1 + 2 * size || point[0] !== 4) return false;
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)].map((part) => part.toString('base64url'));
  try {
    createPublicKey({ key: { kty: 'EC', crv, x: x ?? '', y: y ?? '' }, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}
