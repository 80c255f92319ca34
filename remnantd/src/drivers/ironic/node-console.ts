// The serial console of a machine, where Ironic has it as a TCP socket (its console interface `ipmitool-socat`): what comes through
// is what the machine prints, from then on. Only one may listen at a time, and Ironic ends who listens for long.

import { isObject, type JsonValue } from '../../lib/json.ts';
import type { ServerId } from '../../model/ids.ts';
import { DriverFault, type FollowCrash, type Sight } from '../driver.ts';
import { type ConsolePlace, ConsoleReader } from './console-reader.ts';
import type { IronicClient } from './ironic-client.ts';
import { ironicFault, lostFault } from './ironic-fault.ts';
import { IronicLost } from './ironic-lost.ts';
import { type IronicNode, nodeLabel } from './ironic-node.ts';

/** What following a machine needs. */
export interface NodeConsoleDeps {
  readonly client: Pick<IronicClient, 'ask' | 'name'>;
  /** The node of a guest as Ironic has it now. Throws DriverFault. */
  readonly look: (id: ServerId) => Promise<IronicNode>;
  /** The node of a guest as it was last seen. Throws DriverFault. */
  readonly known: (id: ServerId) => IronicNode;
  /** Tells that something is wrong with what can be seen of a guest. */
  readonly trouble: (id: ServerId, detail: string) => void;
  readonly after: (ms: number, run: () => void) => () => void;
}

/** What can be seen of a machine that crashes. */
export class NodeConsole implements FollowCrash {
  readonly #deps: NodeConsoleDeps;
  readonly #readers = new Set<ConsoleReader>();

  constructor(deps: NodeConsoleDeps) {
    this.#deps = deps;
  }

  async sight(id: ServerId): Promise<readonly Sight[]> {
    const node = this.#deps.known(id);
    const sights: Sight[] = ['power'];
    if (node.ping !== null) sights.push('ping');
    if ((await this.#place(node).catch(() => null)) !== null) sights.push('console');
    return sights;
  }

  async followConsole(id: ServerId, onText: (text: string) => void): Promise<() => Promise<void>> {
    const node = await this.#deps.look(id);
    const place = await this.#place(node);
    if (place === null) {
      throw new DriverFault('failed', 'Ironic has no console of the machine that could be read', {
        novaClass: 'ConsoleNotAvailable',
      });
    }
    const trouble = (detail: string) => this.#deps.trouble(id, detail);
    const reader = new ConsoleReader(place, { text: onText, trouble }, this.#deps.after);
    this.#readers.add(reader);
    await reader.start();
    return async () => {
      this.#readers.delete(reader);
      reader.stop();
    };
  }

  async openPort(id: ServerId): Promise<never> {
    throw new DriverFault('failed', `Instance ${id} has no such port: it is a bare-metal machine.`);
  }

  /** Follows nobody any more. */
  stop(): void {
    for (const reader of this.#readers) reader.stop();
    this.#readers.clear();
  }

  /** Where the console can be read; null where it cannot. Throws DriverFault. */
  async #place(node: IronicNode): Promise<ConsolePlace | null> {
    if (!node.consoleEnabled) return null;
    const about = { what: 'tell where its console is', node: nodeLabel(node), reading: true };
    const answer = await this.#deps.client
      .ask('GET', `/v1/nodes/${node.uuid}/states/console`)
      .catch((error: unknown) => {
        throw error instanceof IronicLost ? lostFault(error, about) : error;
      });
    if (answer.status !== 200) throw ironicFault(answer, about);
    return placeIn(answer.json);
  }
}

/** Where the console is that an answer of Ironic's names; null for one that is no TCP socket, and for one that is off. */
function placeIn(json: JsonValue | undefined): ConsolePlace | null {
  const info = isObject(json) && json['console_enabled'] === true ? json['console_info'] : undefined;
  if (!isObject(info) || info['type'] !== 'socat' || typeof info['url'] !== 'string') return null;
  const [, host, port] = /^tcp:\/\/\[?([^\]/]+?)\]?:(\d{1,5})$/.exec(info['url']) ?? [];
  return host === undefined || port === undefined ? null : { host, port: Number(port) };
}
