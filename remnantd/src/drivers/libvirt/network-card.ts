// A guest's network card: how one is made, and what a definition tells of those it has.

import { createHash } from 'node:crypto';
import type { ServerId } from '../../model/ids.ts';
import { childOf, childrenOf, parseXml } from './parse-xml.ts';
import { element, type XmlElement } from './xml.ts';

/** The card of server `id` on libvirt's network `network`. */
export function networkCard(network: string, id: ServerId): XmlElement {
  return element(
    'interface',
    { type: 'network' },
    element('mac', { address: macOf(id) }),
    element('source', { network }),
    element('model', { type: 'virtio' }),
  );
}

/** The hardware address of a server's network card: the same after a rebuild, so that its lease is, too. */
function macOf(id: ServerId): string {
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 10);
  // 52: administered by us, and of one card.
  return `52:${hash.replaceAll(/(..)(?=.)/g, '$1:')}`;
}

/** A network card, as the definition of a domain has it. */
export interface CardOnNetwork {
  readonly mac: string;
  /** libvirt's name for the network, or that of the bridge or device on the host. */
  readonly network: string;
}

/** The network cards in `xml`. */
export function networkCards(xml: string): CardOnNetwork[] {
  return childrenOf(childOf(parseXml(xml), 'devices'), 'interface').flatMap((card) => {
    const mac = childOf(card, 'mac')?.attributes['address'];
    const { network, bridge, dev } = childOf(card, 'source')?.attributes ?? {};
    const name = network ?? bridge ?? dev ?? card.attributes['type'];
    return mac === undefined || name === undefined ? [] : [{ mac: mac.toLowerCase(), network: name }];
  });
}
