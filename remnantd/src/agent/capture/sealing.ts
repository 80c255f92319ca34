// How an artefact lies on the disk: AES-256-GCM in segments of 64 KiB, each with its tag, so that any range can be opened
// and checked by itself. Every artefact has a key of its own, so the number of a segment is its nonce; the last segment's
// nonce says that it is the last, so a file that was cut off cannot pass for a whole one.
// Invariant: one nonce never seals two texts; a segment that is sealed again holds the same bytes.

import { createCipheriv, createDecipheriv } from 'node:crypto';

/** Bytes of plaintext in a segment; only the last may hold fewer. */
export const SEGMENT = 65_536;
const TAG = 16;
/** Bytes of a full segment on the disk. */
export const STRIDE: number = SEGMENT + TAG;
/** Bytes of a key. */
export const KEY_BYTES = 32;

/** How many segments `size` bytes make; an empty artefact has one. */
export function segmentsOf(size: number): number {
  return Math.max(1, Math.ceil(size / SEGMENT));
}

/** How many bytes an artefact of `size` bytes has on the disk. */
export function sealedSize(size: number): number {
  return size + segmentsOf(size) * TAG;
}

/** Seals segment `number`. */
export function seal(key: Buffer, number: number, last: boolean, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number, last));
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Opens segment `number`; null when it is not what was sealed. */
export function unseal(key: Buffer, number: number, last: boolean, sealed: Buffer): Buffer | null {
  return open(key, nonceOf(number, last), Buffer.alloc(0), sealed);
}

/** Seals text under a nonce that the caller has drawn and never uses again, bound to `label`. */
export function sealWith(key: Buffer, nonce: Buffer, label: Buffer, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(label);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what `sealWith` sealed; null when it is not that. */
export function open(key: Buffer, nonce: Buffer, label: Buffer, sealed: Buffer): Buffer | null {
  if (sealed.length < TAG) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  decipher.setAAD(label);
  decipher.setAuthTag(sealed.subarray(-TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()]);
  } catch {
    return null;
  }
}

function nonceOf(number: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt8(last ? 1 : 0, 0);
  nonce.writeBigUInt64BE(BigInt(number), 4);
  return nonce;
}
