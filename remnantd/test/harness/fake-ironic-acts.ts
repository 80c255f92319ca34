// What the Ironic for tests does to its nodes: power, provisioning, NMIs, over time. A node is locked while something is being
// done to it, as with Ironic.

import type { FakeError } from './fake-ironic-errors.ts';
import { ipmiFailed, ironicError, locked, notInState, redfishFailed, unsupported } from './fake-ironic-errors.ts';
import type { FakeNode } from './fake-ironic-node.ts';

/** How long things take, ms; a test may change it at any time. */
export interface FakePace {
  /** A power transition. */
  powerMs: number;
  /** Taking down what is deployed. */
  tearDownMs: number;
  /** How long a node's lock is waited for before it is said that it is locked. */
  lockMs: number;
}

/** An NMI that reached a machine. */
export interface FakeNmi {
  readonly node: string;
}

const CONDUCTOR = 'localhost';
const NMI_DRIVERS: readonly string[] = ['ipmi', 'redfish'];
const POWER_TARGETS: readonly string[] = ['power on', 'power off', 'rebooting', 'soft power off', 'soft rebooting'];
/** In which of these a node can be told to let go of what is deployed. */
const CAN_BE_DELETED: readonly string[] = [
  'active',
  'rescue',
  'rescue failed',
  'deploy failed',
  'error',
  'wait call-back',
];

/** The conductor of the Ironic for tests. */
export class FakeConductor {
  readonly nmis: FakeNmi[] = [];
  /** Called when an NMI reached a machine: what the machine does. */
  onNmi: (node: FakeNode) => void = () => {};
  readonly #pace: FakePace;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(pace: FakePace) {
    this.#pace = pace;
  }

  /** Sends an NMI. Throws FakeError. */
  async injectNmi(node: FakeNode): Promise<void> {
    if (!NMI_DRIVERS.includes(node.driver)) throw unsupported(node.driver, 'inject_nmi');
    if (node.driver === 'ipmi' && typeof node.driverInfo['ipmi_address'] !== 'string') throw incomplete();
    await this.#withLock(node, async () => {
      await this.#throughBmc(node, 'power diag');
      // Ironic does not look at power: it is the BMC that refuses.
      if (node.powerState !== 'power on') await this.#fail(node, 'power diag');
    });
    this.nmis.push({ node: node.uuid });
    this.onNmi(node);
  }

  /** Asks the BMC what the machine boots from. Throws FakeError. */
  async bootDevice(node: FakeNode): Promise<Record<string, unknown>> {
    await this.#withLock(node, () => this.#throughBmc(node, 'chassis bootparam get 5', ['refuses-diag']));
    return { boot_device: 'pxe', persistent: false };
  }

  /** Begins a power transition. Throws FakeError. */
  async power(node: FakeNode, ident: string, target: unknown): Promise<void> {
    if (typeof target !== 'string' || !POWER_TARGETS.includes(target)) {
      throw notInState(String(target), ident, node.powerState);
    }
    await this.#waitForLock(node);
    const wanted = target.endsWith('power off') ? 'power off' : 'power on';
    node.targetPowerState = wanted;
    node.lastError = null;
    node.reservation = CONDUCTOR;
    this.#later(this.#pace.powerMs, () => {
      const heard = node.bmc === 'works' || node.bmc === 'refuses-diag';
      if (!heard || (target.startsWith('soft') && node.ignoresShutdown && node.powerState === 'power on')) {
        const why = heard ? 'Timeout reached while waiting for power state' : 'IPMI call failed: power on.';
        node.lastError = `Failed to change power state to '${wanted}' by '${target}': ${why}`;
      } else {
        node.powerState = wanted;
      }
      node.targetPowerState = null;
      node.reservation = null;
    });
  }

  /** Begins to let go of what is deployed. Throws FakeError. */
  async provision(node: FakeNode, target: unknown): Promise<void> {
    if (target !== 'deleted' || !CAN_BE_DELETED.includes(node.provisionState)) {
      throw notInState(String(target), node.uuid, node.provisionState);
    }
    await this.#waitForLock(node);
    Object.assign(node, { provisionState: 'deleting', targetProvisionState: 'available', reservation: CONDUCTOR });
    this.#later(this.#pace.tearDownMs, () => {
      Object.assign(node, { provisionState: 'available', targetProvisionState: null, reservation: null });
      Object.assign(node, { powerState: 'power off', instanceUuid: null, instanceInfo: {} });
    });
  }

  /** Nothing goes on any more. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  async #withLock(node: FakeNode, act: () => Promise<void>): Promise<void> {
    await this.#waitForLock(node);
    node.reservation = CONDUCTOR;
    try {
      await act();
    } finally {
      node.reservation = null;
    }
  }

  async #waitForLock(node: FakeNode): Promise<void> {
    if (node.reservation === null) return;
    await this.#pass(this.#pace.lockMs);
    if (node.reservation !== null) throw locked(node);
  }

  /** Asks the BMC for something; it does it, unless something is wrong that is not among `well`. */
  async #throughBmc(node: FakeNode, command: string, well: readonly string[] = []): Promise<void> {
    if (node.bmc !== 'works' && !well.includes(node.bmc)) await this.#fail(node, command);
  }

  async #fail(node: FakeNode, command: string): Promise<never> {
    await this.#pass(node.bmcFailsAfterMs);
    throw node.driver === 'redfish' ? redfishFailed(node) : ipmiFailed(command);
  }

  #pass(ms: number): Promise<void> {
    return new Promise((resolve) => this.#later(ms, resolve));
  }

  #later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }
}

function incomplete(): FakeError {
  return ironicError(400, "Missing the following IPMI credentials in node's driver_info: ['ipmi_address'].");
}
