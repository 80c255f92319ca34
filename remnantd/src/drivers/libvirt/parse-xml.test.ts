// What is written can be read, whatever stands in it; what libvirt writes is read; what is no XML is said to be none.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { childOf, childrenOf, parseXml } from './parse-xml.ts';
import { element, renderXml, representable, type XmlElement, XmlError } from './xml.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9:_-]{0,8}$/);
const text = fc.string({ unit: 'binary', maxLength: 12 }).map(representable);

/** Two texts side by side are one when they are read. */
const { tree } = fc.letrec<{ tree: XmlElement }>((tie) => ({
  tree: fc
    .tuple(
      name,
      fc.dictionary(name, text, { maxKeys: 3, noNullPrototype: true }),
      fc.oneof(
        { maxDepth: 4 },
        text.map((only) => (only === '' ? [] : [only])),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    )
    .map(([tag, attributes, children]) => element(tag, attributes, ...children)),
}));

test('what was written is read as it was', () => {
  fc.assert(
    fc.property(tree, (given) => {
      expect(parseXml(renderXml(given))).toEqual(given);
    }),
  );
});

test("libvirt's own ways are read: single quotes, a declaration, comments, CDATA in somebody's metadata", () => {
  const xml = `<?xml version="1.0"?>
<!-- WARNING: <domain> is generated -->
<domain type='kvm' id='3'>
  <name>a&amp;b&#x41;&#66;</name>
  <metadata><x:y xmlns:x="urn:x"><![CDATA[</domain>&amp;]]></x:y></metadata>
  <devices><disk/><disk device = 'cdrom' title='a>b'/></devices>
</domain>
`;
  const domain = parseXml(xml);
  expect(domain).toMatchObject({ name: 'domain', attributes: { type: 'kvm', id: '3' } });
  expect(childOf(domain, 'name')?.children).toEqual(['a&bAB']);
  expect(childOf(childOf(domain, 'metadata'), 'x:y')?.children).toEqual(['</domain>&amp;']);
  expect(childrenOf(childOf(domain, 'devices'), 'disk').map((disk) => disk.attributes)).toEqual([
    {},
    { device: 'cdrom', title: 'a>b' },
  ]);
  expect(childrenOf(undefined, 'disk')).toEqual([]);
});

test.each([
  ['', 'a document is one element'],
  ['<a/><b/>', 'a document is one element'],
  ['<a><b></a>', '</a> ends nothing'],
  ['</a>', '</a> ends nothing'],
  ['<a>', '<a> has no end'],
  ['<a', 'this is no XML from character 0 on'],
  ['<!DOCTYPE a [<!ENTITY b "c">]><a/>', 'this is no XML from character 0 on'],
  ['<a>&b;</a>', 'XML has no &b;'],
  ['<a>&#x110000;</a>', 'XML has no &#x110000;'],
])('%j: %s', (xml, problem) => {
  expect(() => parseXml(xml)).toThrow(new XmlError(problem));
});
