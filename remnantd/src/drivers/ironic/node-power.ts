// Turns machines on and off through Ironic, and waits until it says that they are: Ironic answers at once and works on, its target
// state being there for as long as it does (nova/virt/ironic/driver.py, _wait_for_power_state).

import type { ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import { DriverFault } from '../driver.ts';
import type { RebootGuest } from '../guest-life.ts';
import type { IronicClient } from './ironic-client.ts';
import { ironicFault, lostFault, withoutPlaces } from './ironic-fault.ts';
import { IronicLost } from './ironic-lost.ts';
import { type IronicNode, nodeLabel } from './ironic-node.ts';
import { powerOf } from './node-table.ts';

/** What turning machines on and off needs. */
export interface NodePowerDeps {
  readonly client: Pick<IronicClient, 'ask' | 'name'>;
  /** The node of a guest as Ironic has it now. Throws DriverFault. */
  readonly look: (id: ServerId) => Promise<IronicNode>;
  readonly after: (ms: number, run: () => void) => () => void;
  readonly mono: () => number;
  /** Told that a machine went off and on again within one reboot, where nobody saw it off. */
  readonly wentRound: (id: ServerId) => void;
}

type Target = 'power on' | 'power off' | 'rebooting' | 'soft power off' | 'soft rebooting';

/** How long Ironic and a BMC take to turn a machine on or off, ms: a BMC that takes longer is told of, and what becomes of it is seen. */
const TURNS_MS = 45_000;
/** A node that is locked is asked for again for so long, ms; Ironic itself tries for 2 s. */
const LOCKED_MS = 20_000;
const LOOK_MS = 1_000;
/** Ironic says that it takes an order on, and then begins: within this time it has, ms. */
const BEGINS_MS = 3_000;

/** The power of nodes. */
export class NodePower {
  readonly #deps: NodePowerDeps;
  /** How a machine's system is asked to go down, and what is done with one that does not. */
  readonly reboot: RebootGuest;

  constructor(deps: NodePowerDeps) {
    this.#deps = deps;
    this.reboot = {
      soft: (id, waitMs) => this.#softly(id, waitMs, 'soft rebooting', 'rebooting'),
      hard: async (id) => {
        await this.#set(id, await deps.look(id), 'rebooting');
      },
      down: (id, waitMs) => this.#softly(id, waitMs, 'soft power off', 'power off'),
    };
  }

  /** On; one that is on is success. Throws DriverFault. */
  async on(id: ServerId): Promise<void> {
    const node = await this.#deps.look(id);
    if (powerOf(node) !== POWER_STATE.running || node.targetPowerState !== null) await this.#set(id, node, 'power on');
  }

  /** Off at once; one that is off is success. Throws DriverFault. */
  async off(id: ServerId): Promise<void> {
    const node = await this.#deps.look(id);
    if (powerOf(node) !== POWER_STATE.shutdown || node.targetPowerState !== null)
      await this.#set(id, node, 'power off');
  }

  /** One that does not run, that cannot be asked, or that does not do it, is dealt with without asking. */
  async #softly(id: ServerId, waitMs: number, asked: Target, unasked: Target): Promise<void> {
    const node = await this.#deps.look(id);
    if (powerOf(node) === POWER_STATE.shutdown && unasked === 'power off') return;
    if (powerOf(node) === POWER_STATE.running && (await this.#goesDown(id, node, waitMs, asked))) return;
    await this.#set(id, await this.#deps.look(id), unasked);
  }

  async #goesDown(id: ServerId, node: IronicNode, waitMs: number, target: Target): Promise<boolean> {
    try {
      await this.#set(id, node, target, Math.max(1, Math.ceil(waitMs / 1000)));
      return true;
    } catch (error) {
      const isNo = error instanceof DriverFault && (error.code === 'failed' || error.code === 'not-supported');
      if (isNo) return false;
      throw error;
    }
  }

  /** `seconds`: how long a machine has that is asked to go down by itself. */
  async #set(id: ServerId, node: IronicNode, target: Target, seconds?: number): Promise<void> {
    const { mono } = this.#deps;
    await this.#ask(node, target, seconds, mono() + LOCKED_MS);
    const begun = mono();
    const boundMs = TURNS_MS + (seconds ?? 0) * 1000;
    const reboots = target.endsWith('rebooting');
    let wasOff = powerOf(node) === POWER_STATE.shutdown;
    const wanted = target.endsWith('power off') ? POWER_STATE.shutdown : POWER_STATE.running;
    for (;;) {
      await this.#pause(LOOK_MS);
      const now = await this.#deps.look(id).catch(asLost);
      // A machine that was to reboot is on, rebooted or not: Ironic forgets its last error when it begins.
      const isDone = powerOf(now) === wanted && (now.lastError === null || !reboots);
      wasOff ||= powerOf(now) === POWER_STATE.shutdown;
      if (now.targetPowerState === null && isDone) {
        if (reboots && !wasOff) this.#deps.wentRound(id);
        return;
      }
      const isOver = now.targetPowerState === null && mono() - begun >= BEGINS_MS;
      if (isOver) {
        const why = now.lastError ?? `it is in ${now.powerState ?? 'no known power state'}`;
        throw failed(`Ironic could not bring node ${nodeLabel(node)} to "${target}"`, node, 'no', `: ${why}`);
      }
      if (mono() - begun >= boundMs) {
        throw failed(
          `Ironic is still bringing node ${nodeLabel(node)} to "${target}" after ${boundMs / 1000} s`,
          node,
          'maybe',
        );
      }
    }
  }

  async #ask(node: IronicNode, target: Target, timeout: number | undefined, lockedUntil: number): Promise<void> {
    const { client, mono } = this.#deps;
    const about = { what: `bring it to "${target}"`, node: nodeLabel(node) };
    const body = { target, ...(timeout === undefined ? {} : { timeout }) };
    for (;;) {
      const answer = await client
        .ask('PUT', `/v1/nodes/${node.uuid}/states/power`, { body })
        .catch((error: unknown) => {
          throw error instanceof IronicLost ? lostFault(error, about) : error;
        });
      if (answer.status === 202) return;
      // A node that is locked was left alone.
      if (answer.status !== 409 || mono() >= lockedUntil) throw ironicFault(answer, about);
      await this.#pause(LOOK_MS);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#deps.after(ms, resolve);
    });
  }
}

/** Ironic is at work: what cannot be seen now may be done. */
function asLost(error: unknown): never {
  if (!(error instanceof DriverFault) || error.code !== 'connection-lost') throw error;
  throw new DriverFault(error.code, error.message, { asked: 'maybe', novaClass: error.novaClass, cause: error });
}

function failed(message: string, node: IronicNode, asked: 'no' | 'maybe', why = ''): DriverFault {
  const forOwner = withoutPlaces(message, nodeLabel(node));
  return new DriverFault('failed', `${message}${why}`, { asked, novaClass: 'InstancePowerOnFailure', forOwner });
}
