// The Ironic driver: bare-metal machines behind one Ironic, which speaks to their BMCs. It makes no guests: machines that somebody
// else put to use are found, and are the guests. Ironic is the one who acts; what it answers is final, and an NMI is asked for once.

import type { ServerId } from '../../model/ids.ts';
import type { Driver, DriverListener, FollowCrash, Guest, Inventory } from '../driver.ts';
import type { InjectNmi, RebootGuest } from '../guest-life.ts';
import { bmcAnswers } from './bmc-probe.ts';
import { CloseWatch } from './close-watch.ts';
import { injectNmi } from './inject-nmi.ts';
import type { IronicAuth } from './ironic-auth.ts';
import { IronicClient } from './ironic-client.ts';
import type { IronicNode } from './ironic-node.ts';
import { getNode, listNodes } from './list-nodes.ts';
import { NodeConsole } from './node-console.ts';
import { NodePower } from './node-power.ts';
import { CAME_ON, guestOn, hostNodes, NodeTable, notFound, WENT_OFF } from './node-table.ts';
import { ping } from './ping.ts';
import { tearDown } from './tear-down.ts';
import { whyNoNmi } from './why-no-nmi.ts';

/** How to reach an Ironic, and which of its nodes are guests. */
export interface IronicOptions {
  /** The host's name in the Compute API. */
  readonly host: string;
  /** With or without its `/v1`. */
  readonly url: string;
  readonly auth: IronicAuth;
  /** The authorities to trust for a `url` of https, PEM; null are the usual ones. */
  readonly ca: Buffer | null;
  /** Only nodes of this conductor group; null: all. */
  readonly conductorGroup: string | null;
  /** UUIDs and names of nodes that are guests though Ironic knows of no instance on them; `*` is every one that is deployed. */
  readonly adopt: readonly string[];
  /** How often it is looked whether something changed, ms. */
  readonly pollMs: number;
  /** How long an answer may take, ms; one to an NMI `nmiMs`, which is to be longer than Ironic tries by itself (60 s). */
  readonly timeoutMs: number;
  readonly nmiMs: number;
  /** Calls `run` once after `ms`; the result cancels it. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** Monotonic and wall clock, ms. */
  readonly mono: () => number;
  readonly now: () => number;
}

/** As Nova has it for Ironic. */
const TYPE = { hypervisorType: 'ironic', hypervisorVersion: 1 } as const;

/** A driver of the machines of one Ironic. */
export function ironicDriver(options: IronicOptions): Driver {
  return new IronicDriver(options);
}

class IronicDriver implements Driver {
  readonly type = 'ironic';
  readonly injectNmi: InjectNmi;
  readonly reboot: RebootGuest;
  readonly followCrash: FollowCrash;
  readonly #options: IronicOptions;
  readonly #client: IronicClient;
  readonly #table: NodeTable;
  readonly #power: NodePower;
  readonly #console: NodeConsole;
  readonly #watch: CloseWatch;
  #listener: DriverListener | null = null;

  constructor(options: IronicOptions) {
    const { url, auth, ca, timeoutMs, after, mono, now, pollMs, nmiMs, conductorGroup } = options;
    this.#options = options;
    const client = new IronicClient({ url, auth, ca, timeoutMs, after });
    this.#client = client;
    const list = () => listNodes(client, { conductorGroup });
    this.#table = new NodeTable({ list, adopt: new Set(options.adopt), pollMs, after, now });
    const look = (id: ServerId) => this.#look(id);
    const wentRound = (guest: ServerId) => {
      this.#listener?.guestEvent({ guest, kind: 'stopped', detail: WENT_OFF, at: now() });
      this.#listener?.guestEvent({ guest, kind: 'started', detail: CAME_ON, at: now() });
    };
    this.#power = new NodePower({ client, look, after, mono, wentRound });
    this.reboot = this.#power.reboot;
    this.#console = new NodeConsole({
      client,
      look,
      known: (id) => this.#table.of(id),
      trouble: (guest, detail) => this.#listener?.guestEvent({ guest, kind: 'trouble', detail, at: now() }),
      after,
    });
    this.followCrash = this.#console;
    this.#watch = new CloseWatch({
      refresh: (uuid) => this.#refresh(uuid),
      ping,
      tell: (event) => this.#listener?.guestEvent(event),
      after,
      mono,
      now,
    });
    const probe = (address: string, port: number) => bmcAnswers({ after }, address, port);
    this.injectNmi = injectNmi({
      client,
      look,
      whyNot: (node, answer) => whyNoNmi({ client, after, probe }, node, answer),
      asking: (id, node) => this.#watch.begin(id, node),
      notAsked: (id) => this.#watch.end(id),
      after,
      mono,
      nmiMs,
      lookMs: timeoutMs,
    });
  }

  async start(listener: DriverListener): Promise<void> {
    this.#listener = listener;
    this.#table.start(listener);
  }

  async stop(): Promise<void> {
    this.#listener = null;
    this.#watch.stop();
    this.#console.stop();
    this.#client.close();
    await this.#table.stop();
  }

  async inventory(): Promise<Inventory> {
    const nodes = this.#table.all();
    const sum = (of: (node: IronicNode) => number) => nodes.reduce((total, node) => total + of(node), 0);
    return {
      ...TYPE,
      hypervisorHostname: this.#options.host,
      arch: [...new Set(nodes.map(({ cpuArch }) => cpuArch).filter((arch) => arch !== ''))].toSorted().join(' '),
      vcpus: sum(({ cpus }) => cpus),
      memoryMb: sum(({ memoryMb }) => memoryMb),
      diskGb: sum(({ localGb }) => localGb),
      nodes: hostNodes(nodes, new Map(this.#table.guests())),
    };
  }

  async guests(): Promise<Guest[]> {
    return this.#table.guests().map(([id, node]) => guestOn(id, node));
  }

  async guest(id: ServerId): Promise<Guest> {
    return guestOn(id, await this.#look(id));
  }

  async destroy(id: ServerId): Promise<void> {
    this.#watch.end(id);
    const { after, mono } = this.#options;
    await tearDown({ client: this.#client, table: this.#table, look: (uuid) => this.#refresh(uuid), after, mono }, id);
  }

  async powerOn(id: ServerId): Promise<void> {
    await this.#power.on(id);
  }

  async powerOff(id: ServerId): Promise<void> {
    await this.#power.off(id);
  }

  /** The node of a guest as Ironic has it now, if it still has this guest. Throws DriverFault. */
  async #look(id: ServerId): Promise<IronicNode> {
    const { uuid } = this.#table.of(id);
    const node = await this.#refresh(uuid);
    if (this.#table.of(id).uuid !== uuid) throw notFound(id);
    return node;
  }

  /** A node as Ironic has it now. Throws DriverFault. */
  async #refresh(uuid: string): Promise<IronicNode> {
    const node = await getNode(this.#client, uuid);
    this.#table.take(node);
    return node;
  }
}
