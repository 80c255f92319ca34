// Has Ironic take away what is deployed on a machine, as Nova does when a bare-metal server is deleted
// (nova/virt/ironic/driver.py destroy, _unprovision): Ironic turns it off, cleans it where it is set up to, and forgets the instance.

import type { ServerId } from '../../model/ids.ts';
import { DriverFault } from '../driver.ts';
import type { IronicClient } from './ironic-client.ts';
import { ironicFault, isLocked, lostFault, withoutPlaces } from './ironic-fault.ts';
import { IronicLost } from './ironic-lost.ts';
import { type IronicNode, isDeployed, nodeLabel } from './ironic-node.ts';
import type { NodeTable } from './node-table.ts';

/** What tearing down needs. */
export interface TearDownDeps {
  readonly client: Pick<IronicClient, 'ask' | 'name'>;
  readonly table: Pick<NodeTable, 'guests'>;
  /** A node as Ironic has it now. Throws DriverFault. */
  readonly look: (uuid: string) => Promise<IronicNode>;
  readonly after: (ms: number, run: () => void) => () => void;
  readonly mono: () => number;
}

/** How long Ironic may take to let go of a machine, ms. What it cleans it cleans behind that, for as long as it takes. */
const LETS_GO_MS = 50_000;
const LOOK_MS = 1_000;
/** Nova's: from these, Ironic takes the target `deleted`. */
const CAN_BE_DELETED: ReadonlySet<string> = new Set([
  'deploy failed',
  'error',
  'deploying',
  'wait call-back',
  'deploy hold',
]);

/** Takes the guest away; one that no node has is gone. Throws DriverFault. */
export async function tearDown(deps: TearDownDeps, id: ServerId): Promise<void> {
  const found = deps.table.guests().find(([guest]) => guest === id);
  if (found === undefined) return;
  const until = deps.mono() + LETS_GO_MS;
  const { uuid } = found[1];
  for (let asked = false; ; ) {
    const node = await deps.look(uuid).catch(nullIfGone);
    if (node === null || !isOn(node, id)) return;
    if (!asked && (isDeployed(node) || CAN_BE_DELETED.has(node.provisionState))) asked = await ask(deps, node, until);
    else if (!asked) throw stays(node, 'Ironic takes nothing away from a node in that state', 'no');
    else if (node.provisionState === 'error' || node.provisionState.endsWith(' failed')) {
      throw stays(node, node.lastError ?? 'Ironic does not say why', 'no');
    }
    if (deps.mono() >= until) throw stays(node, `after ${LETS_GO_MS / 1000} s`, 'maybe');
    await new Promise<void>((resolve) => {
      deps.after(LOOK_MS, resolve);
    });
  }
}

/** True while the node still has this guest: by its instance, or, where it never had one, by what is deployed on it. */
function isOn(node: IronicNode, id: ServerId): boolean {
  return node.instanceUuid === id || (node.instanceUuid === null && node.uuid === id && isDeployed(node));
}

/** False for a node that is locked, and is to be asked for again. */
async function ask({ client, mono }: TearDownDeps, node: IronicNode, until: number): Promise<boolean> {
  const about = { what: 'take away what is deployed on it', node: nodeLabel(node) };
  const body = { target: 'deleted' };
  const answer = await client
    .ask('PUT', `/v1/nodes/${node.uuid}/states/provision`, { body })
    .catch((error: unknown) => {
      throw error instanceof IronicLost ? lostFault(error, about) : error;
    });
  if (answer.status === 202) return true;
  if (isLocked(answer) && mono() < until) return false;
  throw ironicFault(answer, about);
}

function stays(node: IronicNode, why: string, asked: 'no' | 'maybe'): DriverFault {
  const message = `node ${nodeLabel(node)} is still "${node.provisionState}"`;
  const forOwner = withoutPlaces(message, nodeLabel(node));
  return new DriverFault('failed', `${message}: ${why}`, { asked, novaClass: 'NovaException', forOwner });
}

function nullIfGone(error: unknown): null {
  if (error instanceof DriverFault && error.code === 'not-found') return null;
  throw error;
}
