// How an NMI is sent through Ironic: one PUT, whose answer is final. Only a node that is locked is asked for again, for then
// nothing was done. Ironic itself tries a failed IPMI command again for up to a minute: one PUT may be more than one NMI.

import type { ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import { DriverFault } from '../driver.ts';
import type { InjectNmi } from '../guest-life.ts';
import type { IronicAnswer, IronicClient } from './ironic-client.ts';
import { isLocked } from './ironic-fault.ts';
import { IronicLost } from './ironic-lost.ts';
import { type IronicNode, nodeLabel } from './ironic-node.ts';
import { nmiFault, nmiLostFault, saysNothingOfBmc } from './nmi-fault.ts';
import { powerOf } from './node-table.ts';
import { DIAGNOSIS_MS } from './why-no-nmi.ts';

/** What sending an NMI needs. */
export interface InjectNmiDeps {
  readonly client: Pick<IronicClient, 'ask' | 'name'>;
  /** The node of a guest as Ironic has it now. Throws DriverFault. */
  readonly look: (id: ServerId) => Promise<IronicNode>;
  /** Why a BMC took no NMI where Ironic's answer does not say. */
  readonly whyNot: (node: IronicNode, answer: IronicAnswer) => Promise<DriverFault>;
  /** Told right before Ironic is asked. */
  readonly asking: (id: ServerId, node: IronicNode) => void;
  /** Told when it is certain that nothing was sent. */
  readonly notAsked: (id: ServerId) => void;
  readonly after: (ms: number, run: () => void) => () => void;
  readonly mono: () => number;
  /** How long Ironic may take for one NMI, ms: longer than it tries by itself. */
  readonly nmiMs: number;
  /** How long a look at the node may take, ms. */
  readonly lookMs: number;
}

/** A node that is locked is asked for again for so long, ms; Ironic itself tries for 2 s before it says so. */
export const LOCKED_MS = 25_000;
const PAUSE_MS = 500;

/** The ability to send an NMI through Ironic. */
export function injectNmi(deps: InjectNmiDeps): InjectNmi {
  return {
    asking: 'at-least-once',
    latchedWhilePaused: false,
    boundMs: deps.lookMs + LOCKED_MS + deps.nmiMs + DIAGNOSIS_MS,
    async send(id, _order, stillGood) {
      const node = await deps.look(id);
      // Ironic does not look: it fails at a machine that is off as at a BMC that is gone.
      if (powerOf(node) === POWER_STATE.shutdown) {
        throw new DriverFault('not-running', `Instance ${id} is not running.`, { novaClass: 'InstanceNotRunning' });
      }
      try {
        const answer = await ask(deps, id, node, stillGood);
        if (answer.status === 204) return;
        throw saysNothingOfBmc(answer) ? await deps.whyNot(node, answer) : nmiFault(answer, nodeLabel(node));
      } catch (error) {
        if (!(error instanceof DriverFault) || error.asked === 'no') deps.notAsked(id);
        throw error;
      }
    },
  };
}

/** Asks; a node that is locked again and again, until it is not, its time is over, or `stillGood` says that it is too late. */
async function ask(
  deps: InjectNmiDeps,
  id: ServerId,
  node: IronicNode,
  stillGood: (() => void) | undefined,
): Promise<IronicAnswer> {
  const until = deps.mono() + LOCKED_MS;
  let locked: IronicAnswer | null = null;
  const justBefore = () => {
    try {
      stillGood?.();
    } catch (error) {
      // Too late to try again: what kept it so long is the better reason.
      throw locked === null ? error : nmiFault(locked, nodeLabel(node));
    }
    deps.asking(id, node);
  };
  for (;;) {
    const path = `/v1/nodes/${node.uuid}/management/inject_nmi`;
    const answer = await deps.client
      .ask('PUT', path, { body: {}, timeoutMs: deps.nmiMs, justBefore })
      .catch((error: unknown) => {
        throw error instanceof IronicLost ? nmiLostFault(error, nodeLabel(node)) : error;
      });
    if (!isLocked(answer) || deps.mono() >= until) return answer;
    locked = answer;
    await new Promise<void>((resolve) => {
      deps.after(PAUSE_MS, resolve);
    });
  }
}
