// A hypervisor's ids, made of what it is, so that they stay the same without being stored. The one of a host has its service's
// number and a UUID of its own; a node's UUID is the node's, as in Nova, and its number is drawn from that.

import { createHash } from 'node:crypto';
import type { NodeId, ServiceId } from '../../model/ids.ts';

/** The UUID of the hypervisor under the service `id`: version 5 (RFC 9562), in the space that the service's UUID names. */
export function hypervisorId(id: ServiceId): string {
  const space = Buffer.from(id.replaceAll('-', ''), 'hex');
  const bytes = createHash('sha1').update(space).update('hypervisor').digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The first number that a node can have; services, counted from 1, do not come that far. */
const FIRST_OF_NODES = 2 ** 30;

/**
 * The number of the node `id`: from 2^30 to 2^31 - 1, what fits Nova's column. 30 bits of its hash: of a thousand nodes, two have
 * the same number in one cloud of two thousand; such a number names the one that is listed first.
 */
export function nodeNumber(id: NodeId): number {
  const hash = createHash('sha256').update(id).digest().readUInt32BE(0);
  return FIRST_OF_NODES + (hash % FIRST_OF_NODES);
}
