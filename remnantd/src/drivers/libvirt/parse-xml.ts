// Reads the XML that libvirt writes into the tree that `xml.ts` writes, so that a definition can be changed in one place and be
// given back with all the rest as it was. No DTD, no entity but XML's own: libvirt writes neither.
// Invariant: what was read and is written again says the same; comments and processing instructions are left out.

import { type XmlElement, XmlError } from './xml.ts';

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** Comment, processing instruction, CDATA, end tag, start tag, text: one of them is next, everywhere. */
const token =
  /<!--[^]*?-->|<\?[^]*?\?>|<!\[CDATA\[([^]*?)\]\]>|<\/([^\s>]+)\s*>|<([^\s/>!?]+)((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/y;
const attribute = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: (XmlElement | string)[];
}

/** The one element that `text` is. Throws XmlError. */
export function parseXml(text: string): XmlElement {
  const root: Open = { name: '', attributes: {}, children: [] };
  const open: Open[] = [root];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const found = token.exec(text);
    const inside = open.at(-1);
    if (found === null || inside === undefined) throw new XmlError(`this is no XML from character ${at} on`);
    const [, cdata, end, start, given = '', empty, plain] = found;
    if (cdata !== undefined) inside.children.push(cdata);
    else if (plain !== undefined) inside.children.push(unescapeXml(plain));
    else if (end !== undefined) {
      if (inside.name !== end || open.length === 1) throw new XmlError(`</${end}> ends nothing`);
      open.pop();
    } else if (start !== undefined) {
      const element: Open = { name: start, attributes: attributesOf(given), children: [] };
      inside.children.push(element);
      if (empty === '') open.push(element);
    }
  }
  const elements = root.children.filter((child) => typeof child !== 'string');
  const [only] = elements;
  if (open.length > 1) throw new XmlError(`<${open.at(-1)?.name}> has no end`);
  if (only === undefined || elements.length > 1) throw new XmlError('a document is one element');
  return only;
}

/** The children of `element` that are elements named `name`. */
export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return (element?.children ?? []).filter((child) => typeof child !== 'string').filter((child) => child.name === name);
}

/** The first of them. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return childrenOf(element, name)[0];
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(attribute)];
  return Object.fromEntries(pairs.map(([, name = '', double, single = '']) => [name, unescapeXml(double ?? single)]));
}

function unescapeXml(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal?: string, hex?: string, name = '') => {
    const known = entities[name as string];
    if (known !== undefined) return known;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    if (!(code <= 0x10ffff)) throw new XmlError(`XML has no ${whole}`);
    return String.fromCodePoint(code);
  });
}
