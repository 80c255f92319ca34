// Where a guest can be reached: by the leases of libvirt's own network, else by what its agent says.

import type { GuestAddress, ReadAddresses } from '../guest-view.ts';
import { ERROR, FLAG } from './constants.ts';
import { LibvirtError } from './errors.ts';
import { saidNo } from './faults.ts';
import type { BoundedCall, Guarded } from './guest-power.ts';
import { agentIsThere } from './live-xml.ts';
import { type CardOnNetwork, networkCards } from './network-card.ts';
import { isOff } from './power-states.ts';
import { type DomainRef, PROCEDURES } from './procedures.ts';

/** What reading needs of its driver. */
export interface ReadAddressesDeps {
  readonly call: BoundedCall;
  readonly guarded: Guarded;
}

/** virIPAddrType (libvirt-network.h). */
const VERSIONS: readonly GuestAddress['version'][] = [4, 6];

/** The ability. */
export function readAddresses({ call, guarded }: ReadAddressesDeps): ReadAddresses {
  const ask = async (dom: DomainRef, source: number, cards: readonly CardOnNetwork[]): Promise<GuestAddress[]> => {
    const { ifaces } = await call(PROCEDURES.domainInterfaceAddresses, { dom, source, flags: 0 });
    return ifaces.flatMap(({ hwaddr, addrs }) => {
      const card = cards.find(({ mac }) => mac === hwaddr?.toLowerCase());
      return card === undefined ? [] : addrs.flatMap(({ type, addr }) => addressOf(card, type, addr));
    });
  };
  return {
    addresses: (id) =>
      guarded(id, async (dom) => {
        const { xml } = await call(PROCEDURES.domainGetXmlDesc, { dom, flags: 0 });
        const cards = networkCards(xml);
        if (cards.length === 0) return null;
        const { state } = await call(PROCEDURES.domainGetState, { dom, flags: 0 });
        if (isOff(state)) return [];
        const leased = await ask(dom, FLAG.VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE, cards).catch(noneIfRefused);
        // Asking for an agent that is not there takes libvirt 5 s.
        if (leased.length > 0 || !agentIsThere(xml)) return leased;
        return ask(dom, FLAG.VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT, cards).catch(noneIfRefused);
      }),
  };
}

function addressOf({ mac, network }: CardOnNetwork, type: number, addr: string): GuestAddress[] {
  const version = VERSIONS[type];
  // What is good on its own wire only reaches nobody else.
  if (version === undefined || /^fe[89ab].:/i.test(addr)) return [];
  return [{ network, addr, version, mac }];
}

/** A card on no network of libvirt's has no leases, an agent may be silent, and a guest may stop meanwhile: none of that is known then. */
function noneIfRefused(error: unknown): GuestAddress[] {
  if (error instanceof LibvirtError && !saidNo(error, ERROR.VIR_ERR_NO_DOMAIN)) return [];
  throw error;
}
