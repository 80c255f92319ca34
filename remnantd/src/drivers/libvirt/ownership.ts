// Whose a domain is: ours if it carries Remnant's element in its metadata, which only `create` writes.

import { ERROR, FLAG } from './constants.ts';
import { METADATA_URI } from './domain-xml.ts';
import { saidNo } from './faults.ts';
import { type Call, type DomainRef, PROCEDURES } from './procedures.ts';

/** True if Remnant made `dom`. Rejects as `call` does. */
export async function isOurs(dom: DomainRef, call: Call): Promise<boolean> {
  try {
    const type = FLAG.VIR_DOMAIN_METADATA_ELEMENT;
    await call(PROCEDURES.domainGetMetadata, { dom, type, uri: METADATA_URI, flags: 0 });
    return true;
  } catch (error) {
    if (saidNo(error, ERROR.VIR_ERR_NO_DOMAIN_METADATA)) return false;
    throw error;
  }
}
