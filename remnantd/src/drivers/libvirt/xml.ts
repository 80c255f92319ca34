// Builds XML as a tree and writes it with everything escaped, so that no text can become markup. Only what XML 1.0 can
// carry is taken: other characters (most control characters, lone surrogates) have no form in it at all.

/** A text that XML cannot carry. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

/** An element: what is in `children` as a string is text. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

const notInXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // A parser would fold these into spaces or line feeds.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** An element named `name`; the name and those of attributes are the caller's own, never input. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (XmlElement | string)[]
): XmlElement {
  return { name, attributes, children };
}

/** `text` with every character that XML cannot carry replaced by U+FFFD. */
export function representable(text: string): string {
  return text.replaceAll(new RegExp(notInXml, 'gu'), '\ufffd');
}

/** `text` safe in an element or between quotes. Throws XmlError for what XML cannot carry. */
export function escapeXml(text: string): string {
  const bad = notInXml.exec(text);
  if (bad !== null) {
    const code = (bad[0].codePointAt(0) ?? 0).toString(16).padStart(4, '0');
    throw new XmlError(`XML cannot carry the character U+${code.toUpperCase()}`);
  }
  return text.replaceAll(/[&<>"'\t\n\r]/g, (each) => entities[each] ?? each);
}

/** The element as a document without declaration. Throws XmlError. */
export function renderXml({ name, attributes, children }: XmlElement): string {
  const head = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const body = children.map((child) => (typeof child === 'string' ? escapeXml(child) : renderXml(child)));
  return body.length === 0 ? `<${name}${head.join('')}/>` : `<${name}${head.join('')}>${body.join('')}</${name}>`;
}
