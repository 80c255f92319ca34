// A picture is taken for one when it is what libvirt says it is, and whole.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pictureOf } from './picture-format.ts';

const PPM = 'image/x-portable-pixmap';
const ppm = (width: number, height: number, most = 255) =>
  Buffer.concat([
    Buffer.from(`P6\n${width} ${height}\n${most}\n`, 'latin1'),
    Buffer.alloc(width * height * (most > 255 ? 6 : 3), 7),
  ]);
/** One white pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg==',
  'base64',
);
const refusal = (mime: string | null, bytes: Buffer) => {
  try {
    return pictureOf(mime, bytes);
  } catch (error) {
    return error;
  }
};

test.each([
  ['image/x-portable-pixmap', 'ppm', ppm(72, 40)],
  ['image/x-portable-pixmap', 'ppm', ppm(2, 3, 65_535)],
  ['image/x-portable-pixmap', 'ppm', ppm(0, 0)],
  ['image/png', 'png', PNG],
] as const)('%s is taken as %s', (mime, format, bytes) => {
  expect(pictureOf(mime, bytes)).toEqual({ format, bytes });
});

test('one that was cut short is none, nor is one with more behind it', () => {
  const whole: readonly (readonly [string, Buffer])[] = [
    [PPM, ppm(8, 4)],
    ['image/png', PNG],
  ];
  fc.assert(
    fc.property(fc.constantFrom(...whole), fc.nat(), ([mime, bytes], at) => {
      const cut = bytes.subarray(0, at % bytes.length);
      expect(refusal(mime, cut)).toMatchObject({
        code: 'failed',
        message: `libvirt gave ${cut.length} bytes that are no whole ${mime}`,
      });
      expect(refusal(mime, Buffer.concat([bytes, Buffer.from('x')]))).toMatchObject({ code: 'failed' });
    }),
  );
});

test.each([
  ['one of another kind', 'image/bmp', ppm(1, 1), 'libvirt gave a picture of an unknown kind: image/bmp'],
  ['one of no kind', null, ppm(1, 1), 'libvirt gave a picture of an unknown kind: it did not say which'],
  ['one that is not what it is called', 'image/png', ppm(1, 1), 'libvirt gave 14 bytes that are no whole image/png'],
  ['one as text', PPM, Buffer.from('P3\n1 1\n255\n0 0 0\n'), /no whole image\/x-portable-pixmap/],
  ['one of huge size', PPM, Buffer.from('P6\n9999999 9999999\n255\n'), /no whole/],
])('%s is refused', (_, mime, bytes, message) => {
  const words = typeof message === 'string' ? message : expect.stringMatching(message);
  expect(refusal(mime, bytes)).toMatchObject({ name: 'DriverFault', code: 'failed', message: words });
});
