// Simulated hosts that drive nodes, as the one of an Ironic does: each node is a hypervisor, its guest was there before, nothing
// is made on it, and what cannot be reached is not known. A test says which nodes there are, and changes them.

import type { Driver, DriverListener, Guest } from '../../src/drivers/driver.ts';
import type { HostNode } from '../../src/model/host.ts';
import type { NodeId, ServerId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';

/** An available node with nothing on it, as large as `more` says. */
export function nodeOf(id: string, more: Partial<HostNode> = {}): HostNode {
  return {
    id: asId<NodeId>(id),
    name: `node-${id.slice(-2)}`,
    powerState: 1,
    arch: 'x86_64',
    vcpus: 8,
    memoryMb: 16_384,
    diskGb: 100,
    provision: more.guest === undefined ? 'available' : 'active',
    maintenance: null,
    lastError: null,
    guest: null,
    ...more,
  };
}

/** What cannot be done to a machine that is only spoken for. */
const LACKS: ReadonlySet<string> = new Set(['make', 'pause', 'hostUptime']);

/** The nodes of one host. */
export class NodeBench {
  #nodes: readonly HostNode[];
  #listener: DriverListener | null = null;

  constructor(nodes: readonly HostNode[] = []) {
    this.#nodes = nodes;
  }

  /** Has the host have these nodes from now on, and its agent hear of it. */
  put(nodes: readonly HostNode[]): void {
    this.#nodes = nodes;
    this.#listener?.changed?.();
  }

  /** `driver` as one of these nodes; its guests are those that a node names. */
  wrap(driver: Driver): Driver {
    const able = Object.entries(driver).filter(([name]) => !LACKS.has(name));
    return {
      ...(Object.fromEntries(able) as unknown as Driver),
      start: (listener) => {
        this.#listener = listener;
        return driver.start({
          ...listener,
          connection: (now) => listener.connection(now.up ? now : { ...now, unknown: true }),
        });
      },
      inventory: async () => {
        const nodes = this.#nodes;
        const sum = (of: (node: HostNode) => number) => nodes.reduce((total, node) => total + of(node), 0);
        return {
          ...(await driver.inventory()),
          hypervisorType: 'ironic',
          hypervisorVersion: 1,
          vcpus: sum((node) => node.vcpus),
          memoryMb: sum((node) => node.memoryMb),
          diskGb: sum((node) => node.diskGb),
          nodes,
        };
      },
      guests: async () => (await driver.guests()).flatMap((guest) => this.#placed(guest)),
      guest: async (id: ServerId) => {
        const guest = await driver.guest(id);
        return this.#placed(guest)[0] ?? guest;
      },
    };
  }

  #placed(guest: Guest): Guest[] {
    const node = this.#nodes.find((one) => one.guest === guest.id);
    if (node === undefined) return [];
    return [{ ...guest, node: node.id, powerState: node.powerState, vcpus: node.vcpus, memoryMb: node.memoryMb }];
  }
}
