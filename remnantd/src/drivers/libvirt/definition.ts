// A guest's definition, read whole and put back. Only guests that Remnant made are defined anew: what others are made of is
// not known here.

import type { ServerId } from '../../model/ids.ts';
import { DriverFault } from '../driver.ts';
import { FLAG } from './constants.ts';
import { ACT_MS, type BoundedCall } from './guest-power.ts';
import { isOurs } from './ownership.ts';
import { type DomainRef, PROCEDURES } from './procedures.ts';

const WHOLE = FLAG.VIR_DOMAIN_XML_SECURE | FLAG.VIR_DOMAIN_XML_INACTIVE;

/** The definition of a guest, all of it, as it is when the guest is off. Rejects as `call` does. */
export async function definitionOf(dom: DomainRef, call: BoundedCall): Promise<string> {
  return (await call(PROCEDURES.domainGetXmlDesc, { dom, flags: WHOLE })).xml;
}

/** Makes `xml` the definition of the guest that it names, or a new guest. Rejects as `call` does. */
export async function define(xml: string, call: BoundedCall): Promise<DomainRef> {
  return (await call(PROCEDURES.domainDefineXmlFlags, { xml, flags: 0 }, ACT_MS)).dom;
}

/** Throws the fault for a guest that Remnant did not make; `what` cannot be done to it, e.g. `rescued`. */
export async function requireOurs(id: ServerId, dom: DomainRef, call: BoundedCall, what: string): Promise<void> {
  if (await isOurs(dom, call)) return;
  throw new DriverFault('not-supported', `Instance ${id} cannot be ${what}: Remnant did not make it.`);
}
