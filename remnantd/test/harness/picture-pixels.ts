// What is on a picture of a screen, for tests: it is taken apart down to its pixels, as PPM (8 bits) or PNG (8 bits, not
// interlaced), which is what QEMU writes.

import { inflateSync } from 'node:zlib';

/** A picture, taken apart. */
export interface PicturePixels {
  readonly width: number;
  readonly height: number;
  /** How many different colours there are. */
  readonly colours: number;
}

/** Bytes of a pixel by PNG's colour type. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 6: 4 };

/** Takes a whole picture apart. Throws for one that is not as above. */
export function pixelsOf(format: string, bytes: Buffer): PicturePixels {
  const { width, height, channels, pixels } = format === 'ppm' ? ppm(bytes) : png(bytes);
  if (pixels.length !== width * height * channels) throw new Error(`${pixels.length} bytes for ${width} by ${height}`);
  const colours = new Set<string>();
  for (let at = 0; at < pixels.length; at += channels) colours.add(pixels.toString('hex', at, at + channels));
  return { width, height, colours: colours.size };
}

interface Taken {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly pixels: Buffer;
}

function ppm(bytes: Buffer): Taken {
  const head = /^P6\s(\d+)\s(\d+)\s255\s/.exec(bytes.toString('latin1', 0, 32));
  if (head === null) throw new Error('no PPM of 8 bits');
  const [width = 0, height = 0] = head.slice(1).map(Number);
  return { width, height, channels: 3, pixels: bytes.subarray(head[0].length) };
}

function png(bytes: Buffer): Taken {
  const data: Buffer[] = [];
  let header = Buffer.alloc(13);
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 8, at + 8 + length);
    const name = bytes.toString('latin1', at + 4, at + 8);
    if (name === 'IHDR') header = Buffer.from(body);
    if (name === 'IDAT') data.push(body);
    at += 12 + length;
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = CHANNELS[header[9] ?? -1];
  if (channels === undefined || header[8] !== 8 || header[12] !== 0) throw new Error('no PNG of 8 bits');
  return { width, height, channels, pixels: unfiltered(inflateSync(Buffer.concat(data)), width * channels, channels) };
}

/** Lines without PNG's filters: each says how its bytes differ from those to the left and above. */
function unfiltered(lines: Buffer, stride: number, channels: number): Buffer {
  const height = lines.length / (stride + 1);
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = lines[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x < channels ? 0 : (out[at - channels] ?? 0);
      const up = y === 0 ? 0 : (out[at - stride] ?? 0);
      const corner = x < channels || y === 0 ? 0 : (out[at - stride - channels] ?? 0);
      out[at] = (lines[y * (stride + 1) + 1 + x] ?? 0) + guess(filter, left, up, corner);
    }
  }
  return out;
}

function guess(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return Math.floor((left + up) / 2);
  if (filter !== 4) return 0;
  const sum = left + up - corner;
  const [a, b, c] = [Math.abs(sum - left), Math.abs(sum - up), Math.abs(sum - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
