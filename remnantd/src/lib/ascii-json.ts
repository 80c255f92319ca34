// JSON in ASCII alone, every other character as \uXXXX, as Python's json writes it: one character is one byte, so texts can
// be put together and sent without looking at them again.

const BEYOND_ASCII = /[\u0080-\uffff]/g;

/** `value` as JSON in ASCII. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    BEYOND_ASCII,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The bytes of ASCII texts, one behind the other. Big answers are made so: no text as long as all of them comes to be. */
export function asciiBytes(texts: readonly string[]): Buffer {
  let length = 0;
  for (const text of texts) length += text.length;
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const text of texts) at += bytes.write(text, at, 'latin1');
  return bytes;
}
