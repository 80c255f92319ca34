// The nodes of an Ironic as they were at the last poll, and what of them are guests. Ironic tells nobody when something changes: it
// is asked again and again, for all nodes in one list, and what is not as it was is told. An Ironic that does not answer is a
// lost view: nothing is known of its machines, which may be as well as ever.

import type { HostNode } from '../../model/host.ts';
import { asId, type NodeId, type ServerId } from '../../model/ids.ts';
import { POWER_STATE, type PowerState } from '../../model/power-state.ts';
import { DriverFault, type DriverListener, type Guest } from '../driver.ts';
import type { IronicNode } from './ironic-node.ts';
import { isDeployed } from './ironic-node.ts';

/** What the table needs. */
export interface NodeTableDeps {
  /** All nodes, now. Throws DriverFault. */
  readonly list: () => Promise<readonly IronicNode[]>;
  /** UUIDs and names of nodes that are guests without an instance on them; `*` is every one that is deployed. */
  readonly adopt: ReadonlySet<string>;
  readonly pollMs: number;
  readonly after: (ms: number, run: () => void) => () => void;
  readonly now: () => number;
}

/** What a machine did, as told: whoever did it, Ironic says no more of it. */
export const WENT_OFF = 'Ironic says that it is off';
/** The same of one that came on. */
export const CAME_ON = 'Ironic says that it is on';
/** What exactly is for those who run the machine: the health of the host has it. */
const TROUBLE = 'Ironic notes an error of the machine';
/** While there is no answer, Ironic is asked at least so often, ms. */
const AWAY_POLL_MS = 5_000;

const NOT_STARTED = 'the ironic driver is not started';
const awayFor = (why: string) => ({ why, forOwner: why });

/** The table of one driver. */
export class NodeTable {
  readonly #deps: NodeTableDeps;
  #listener: DriverListener | null = null;
  #nodes: readonly IronicNode[] = [];
  #guests: ReadonlyMap<ServerId, IronicNode> = new Map();
  #told = '';
  /** Null: not told yet. */
  #up: boolean | null = null;
  /** Why nothing is known, to who runs Ironic and to owners. */
  #away = awayFor(NOT_STARTED);
  #cancel = () => {};
  #polling: Promise<void> = Promise.resolve();
  /** Counts what was learnt of single nodes: a list that was asked for before is older than that. */
  #turn = 0;
  readonly #takenIn = new Map<string, number>();

  constructor(deps: NodeTableDeps) {
    this.#deps = deps;
  }

  /** Asks for the first time, and again and again from then on. */
  start(listener: DriverListener): void {
    this.#listener = listener;
    this.#away = awayFor('Ironic has not answered yet');
    this.#polling = this.#poll();
  }

  /** Nothing is told after this resolves. */
  async stop(): Promise<void> {
    this.#listener = null;
    this.#up = null;
    this.#away = awayFor(NOT_STARTED);
    this.#cancel();
    await this.#polling;
  }

  /** Every node. Throws DriverFault `connection-lost`. */
  all(): readonly IronicNode[] {
    this.#requireUp();
    return this.#nodes;
  }

  /** The nodes with a guest. Throws DriverFault `connection-lost`. */
  guests(): readonly (readonly [ServerId, IronicNode])[] {
    this.#requireUp();
    return [...this.#guests];
  }

  /** The node of a guest, as it was last seen. Throws DriverFault `not-found`, `connection-lost`. */
  of(id: ServerId): IronicNode {
    this.#requireUp();
    const node = this.#guests.get(id);
    if (node === undefined) throw notFound(id);
    return node;
  }

  /** Takes what was just learnt of one node, and tells what is new of it. */
  take(node: IronicNode): void {
    if (this.#up !== true) return;
    this.#turn += 1;
    this.#takenIn.set(node.uuid, this.#turn);
    this.#replace(this.#nodes.map((one) => (one.uuid === node.uuid ? node : one)));
  }

  async #poll(): Promise<void> {
    const asked = this.#turn;
    try {
      const nodes = await this.#deps.list();
      if (this.#listener === null) return;
      const known = new Map(this.#nodes.map((node) => [node.uuid, node]));
      const newer = (node: IronicNode) => {
        const since = (this.#takenIn.get(node.uuid) ?? 0) > asked ? known.get(node.uuid) : undefined;
        return since ?? node;
      };
      this.#takenInUpTo(asked);
      if (this.#up === true) this.#replace(nodes.map(newer));
      else this.#connected(nodes);
    } catch (error) {
      this.#lost(error);
    }
    if (this.#listener === null) return;
    const { pollMs, after } = this.#deps;
    this.#cancel = after(this.#up === true ? pollMs : Math.min(pollMs, AWAY_POLL_MS), () => {
      this.#polling = this.#poll();
    });
  }

  #takenInUpTo(asked: number): void {
    for (const [uuid, turn] of this.#takenIn) if (turn <= asked) this.#takenIn.delete(uuid);
  }

  #connected(nodes: readonly IronicNode[]): void {
    this.#up = true;
    this.#nodes = nodes;
    this.#guests = guestsOf(nodes, this.#deps.adopt);
    this.#told = this.#facts();
    this.#listener?.connection({ up: true, since: this.#deps.now() });
  }

  #lost(error: unknown): void {
    if (this.#listener === null) return;
    const why = error instanceof Error ? error.message : String(error);
    this.#away = { why, forOwner: error instanceof DriverFault ? error.forOwner : 'Ironic cannot be reached' };
    if (this.#up === false) return;
    this.#up = false;
    this.#listener.connection({ up: false, since: this.#deps.now(), reason: why, unknown: true });
  }

  #replace(nodes: readonly IronicNode[]): void {
    const before = this.#guests;
    this.#nodes = nodes;
    this.#guests = guestsOf(nodes, this.#deps.adopt);
    for (const [id, node] of this.#guests) this.#tellOf(id, before.get(id), node);
    const facts = this.#facts();
    if (facts === this.#told) return;
    this.#told = facts;
    this.#listener?.changed?.();
  }

  #tellOf(guest: ServerId, before: IronicNode | undefined, node: IronicNode): void {
    if (before === undefined) return;
    const at = this.#deps.now();
    const was = powerOf(before);
    const is = powerOf(node);
    if (was !== is && is === POWER_STATE.shutdown)
      this.#listener?.guestEvent({ guest, kind: 'stopped', detail: WENT_OFF, at });
    // One that was not known to be off did not come on: it is known again.
    if (was === POWER_STATE.shutdown && is === POWER_STATE.running)
      this.#listener?.guestEvent({ guest, kind: 'started', detail: CAME_ON, at });
    if (node.lastError !== null && node.lastError !== before.lastError) {
      this.#listener?.guestEvent({ guest, kind: 'trouble', detail: TROUBLE, at });
    }
  }

  #facts(): string {
    return JSON.stringify([hostNodes(this.#nodes, this.#guests), [...this.#guests.keys()]]);
  }

  #requireUp(): void {
    if (this.#up === true) return;
    const { why, forOwner } = this.#away;
    throw new DriverFault('connection-lost', why, { novaClass: 'HttpException', forOwner });
  }
}

/** The power state of a node as Nova's driver has it (nova/virt/ironic/driver.py map_power_state): what is neither on nor off is not known. */
export function powerOf({ powerState }: Pick<IronicNode, 'powerState'>): PowerState {
  if (powerState === 'power on') return POWER_STATE.running;
  return powerState === 'power off' ? POWER_STATE.shutdown : POWER_STATE.noState;
}

/** The guests on these nodes; of two nodes that name one instance, the first by its UUID. */
function guestsOf(nodes: readonly IronicNode[], adopt: ReadonlySet<string>): ReadonlyMap<ServerId, IronicNode> {
  const guests = new Map<ServerId, IronicNode>();
  for (const node of nodes.toSorted((a, b) => (a.uuid < b.uuid ? -1 : 1))) {
    const id = node.instanceUuid ?? (isAdopted(node, adopt) ? node.uuid : null);
    if (id !== null && !guests.has(asId<ServerId>(id))) guests.set(asId<ServerId>(id), node);
  }
  return guests;
}

/** What is shown of a guest. */
export function guestOn(id: ServerId, node: IronicNode): Guest {
  return {
    id,
    name: node.displayName ?? node.name ?? node.uuid,
    powerState: powerOf(node),
    vcpus: node.cpus,
    memoryMb: node.memoryMb,
    ours: false,
    node: asId<NodeId>(node.uuid),
  };
}

/** The nodes as hypervisors. */
export function hostNodes(nodes: readonly IronicNode[], guests: ReadonlyMap<ServerId, IronicNode>): HostNode[] {
  const guestOf = new Map([...guests].map(([id, { uuid }]) => [uuid, id]));
  return nodes.map((node) => ({
    id: asId<NodeId>(node.uuid),
    name: node.name ?? node.uuid,
    powerState: powerOf(node),
    arch: node.cpuArch,
    vcpus: node.cpus,
    memoryMb: node.memoryMb,
    diskGb: node.localGb,
    provision: node.provisionState,
    maintenance: node.maintenance ? (node.maintenanceReason ?? '') : null,
    lastError: node.lastError,
    guest: guestOf.get(node.uuid) ?? null,
  }));
}

/** The fault for a guest that no node has. */
export function notFound(id: ServerId): DriverFault {
  return new DriverFault('not-found', `Instance ${id} could not be found.`, { novaClass: 'InstanceNotFound' });
}

function isAdopted(node: IronicNode, adopt: ReadonlySet<string>): boolean {
  if (!isDeployed(node)) return false;
  return adopt.has(node.uuid) || (node.name !== null && adopt.has(node.name)) || adopt.has('*');
}
