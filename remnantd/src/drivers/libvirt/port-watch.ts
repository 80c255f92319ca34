// Knows which ports of a crash kernel are open, from what QEMU says while there is a connection and from the live XML after
// one was lost. QEMU names a port by libvirt's alias for it, which is looked up once for each boot of a guest; it holds back
// a second change of a port within a second, and tells it then, even behind a reset that came after.
// Invariant: opening and closing of a port are told in turns; what was missed is told when it is found.

import { asId, type ServerId } from '../../model/ids.ts';
import type { GuestPort } from '../driver.ts';
import { FLAG } from './constants.ts';
import { type GuestFiles, type LivePort, livePorts } from './live-xml.ts';
import { type Call, type DomainRef, PROCEDURES } from './procedures.ts';

/** What a port watch needs: to ask libvirt, and to know which files are ours. */
export interface PortWatchDeps {
  readonly call: Call;
  readonly files: GuestFiles;
}

/** A change to tell. */
export interface PortChange {
  readonly port: GuestPort;
  readonly open: boolean;
}

/** The ports of all guests. */
export class PortWatch {
  readonly #deps: PortWatchDeps;
  /** By domain: ports by alias. */
  readonly #aliases = new Map<string, ReadonlyMap<string, GuestPort>>();
  readonly #open = new Map<string, Set<GuestPort>>();

  constructor(deps: PortWatchDeps) {
    this.#deps = deps;
  }

  /** What a change of the port `alias` is; null if it is none of ours or was told. A promise if it has to be looked up. */
  changed(dom: DomainRef, alias: string, open: boolean): PortChange | null | Promise<PortChange | null> {
    const known = this.#aliases.get(dom.uuid);
    if (known !== undefined) return this.#turn(dom, known.get(alias), open);
    return this.#look(dom).then(
      () => this.#turn(dom, this.#aliases.get(dom.uuid)?.get(alias), open),
      // The guest or the connection is gone; the next connection finds what is left.
      () => null,
    );
  }

  /** The changes that were missed, by how the ports of `dom` are now. Rejects as a call does. */
  async missed(dom: DomainRef): Promise<PortChange[]> {
    const ports = await this.#look(dom);
    return ports.flatMap(({ port, open }) => this.#turn(dom, port, open) ?? []);
  }

  /** The guest was reset, which closes its ports: those that were not told yet. QEMU's own word may come later. */
  reset(uuid: string): PortChange[] {
    const opened = this.#open.get(uuid) ?? [];
    this.#open.delete(uuid);
    return [...opened].map((port) => ({ port, open: false }));
  }

  /** A guest's QEMU went or came: what was known of its ports is no more true. */
  forget(uuid: string): void {
    this.#aliases.delete(uuid);
    this.#open.delete(uuid);
  }

  /** All domains that run. Rejects as a call does. */
  async running(): Promise<readonly DomainRef[]> {
    const flags = FLAG.VIR_CONNECT_LIST_DOMAINS_ACTIVE;
    return (await this.#deps.call(PROCEDURES.connectListAllDomains, { needResults: 1, flags })).domains;
  }

  async #look(dom: DomainRef): Promise<LivePort[]> {
    const { xml } = await this.#deps.call(PROCEDURES.domainGetXmlDesc, { dom, flags: 0 });
    const ports = livePorts(xml, asId<ServerId>(dom.uuid), this.#deps.files);
    const aliases = ports.flatMap(({ port, alias }) => (alias === null ? [] : [[alias, port] as const]));
    this.#aliases.set(dom.uuid, new Map(aliases));
    return ports;
  }

  #turn(dom: DomainRef, port: GuestPort | undefined, open: boolean): PortChange | null {
    if (port === undefined) return null;
    const opened = this.#open.get(dom.uuid) ?? new Set();
    if (opened.has(port) === open) return null;
    if (open) opened.add(port);
    else opened.delete(port);
    this.#open.set(dom.uuid, opened);
    return { port, open };
  }
}
