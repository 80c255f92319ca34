// A picture as libvirt gives it: what it is said to be, held against what it is. QEMU writes PPM; other hypervisors PNG.
// Invariant: a picture that was cut short is not taken for one.

import { DriverFault } from '../driver.ts';
import type { Picture } from '../guest-view.ts';

const FORMATS: Readonly<Record<string, Picture['format']>> = {
  'image/x-portable-pixmap': 'ppm',
  'image/png': 'png',
};

const PNG_MAGIC = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** The last chunk of a PNG: no bytes, its name, their checksum. */
const PNG_END = Buffer.from('0000000049454e44ae426082', 'hex');
/** Magic, width, height and greatest value, each behind white space; one more of that is before the pixels. */
const PPM_HEAD = /^P6\s+(\d{1,6})\s+(\d{1,6})\s+(\d{1,5})\s/;
/** More bytes than such a head has. */
const PPM_HEAD_MOST = 64;

/** The picture in `bytes`, which libvirt calls `mime`. Throws DriverFault `failed` when it is none. */
export function pictureOf(mime: string | null, bytes: Buffer): Picture {
  const format = FORMATS[mime ?? ''];
  if (format === undefined) {
    throw new DriverFault('failed', `libvirt gave a picture of an unknown kind: ${mime ?? 'it did not say which'}`);
  }
  const isWhole = format === 'ppm' ? isPpm(bytes) : isPng(bytes);
  if (!isWhole) throw new DriverFault('failed', `libvirt gave ${bytes.length} bytes that are no whole ${mime}`);
  return { format, bytes };
}

/** Three bytes a pixel, or six where a value does not fit into one. */
function isPpm(bytes: Buffer): boolean {
  const head = PPM_HEAD.exec(bytes.toString('latin1', 0, PPM_HEAD_MOST));
  if (head === null) return false;
  const [width, height, most] = head.slice(1).map(Number) as [number, number, number];
  return bytes.length === head[0].length + width * height * (most > 255 ? 6 : 3);
}

function isPng(bytes: Buffer): boolean {
  return bytes.subarray(0, PNG_MAGIC.length).equals(PNG_MAGIC) && bytes.subarray(-PNG_END.length).equals(PNG_END);
}
