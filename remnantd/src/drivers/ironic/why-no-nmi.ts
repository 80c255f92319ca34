// Why a BMC took no NMI, after Ironic has failed without saying why: does the BMC answer at all, and can Ironic use it? Neither
// question does anything to the machine. What cannot be told is said to be unknown.

import type { DriverFault } from '../driver.ts';
import type { After } from './http-exchange.ts';
import type { IronicAnswer, IronicClient } from './ironic-client.ts';
import { ironicWords } from './ironic-error.ts';
import { faultOf, isLocked } from './ironic-fault.ts';
import { IronicLost } from './ironic-lost.ts';
import { type IronicNode, nodeLabel } from './ironic-node.ts';
import { aboutNmi } from './nmi-fault.ts';

/** What it needs. */
export interface WhyNoNmiDeps {
  readonly client: Pick<IronicClient, 'ask'>;
  readonly after: After;
  /** Whether a BMC answers there: `bmcAnswers`. */
  readonly probe: (address: string, port: number) => Promise<boolean>;
}

/** For all of it, ms. */
export const DIAGNOSIS_MS = 12_000;

/**
 * What a harmless read of the BMC through Ironic came to: it works, Ironic failed at it, or it came to nothing in time; `unclear`
 * where the node was locked, or Ironic said something that is not about the BMC.
 */
type ReadThroughIronic = 'works' | 'fails' | 'late' | 'unclear';

/**
 * The fault to throw for a node whose NMI Ironic failed at with the words in `answer`, after a look at the BMC. Takes up to 12 s,
 * and keeps Ironic busy with the node for as long as Ironic tries. Never throws.
 */
export async function whyNoNmi(deps: WhyNoNmiDeps, node: IronicNode, answer: IronicAnswer): Promise<DriverFault> {
  const { bmc } = node;
  const label = nodeLabel(node);
  const [read, there] = await Promise.all([
    readThroughIronic(deps, node.uuid),
    bmc?.kind === 'ipmi' ? deps.probe(bmc.address, bmc.port).catch(() => false) : null,
  ]);
  const where = bmc === null ? `the BMC of node ${label}` : `the BMC of node ${label} at ${placeOf(bmc)}`;
  const message = verdict(where, read, there);
  // Ironic tried, and what came of its first try it does not say.
  const parts = { code: 'failed', asked: 'maybe', message, novaClass: 'HttpException' } as const;
  return faultOf(parts, ironicWords(answer.text).text, aboutNmi(label));
}

function verdict(where: string, read: ReadThroughIronic, there: boolean | null): string {
  // Ironic stands nearer to the BMCs than this host may: what works for it is there, whatever a probe from here says.
  if (read === 'works') return `${where} works, and takes no NMI`;
  if (there === true && read === 'fails')
    return `${where} answers, but Ironic cannot sign in to it or use it: the user or the password that Ironic has may be wrong`;
  if (there === true && read === 'late')
    return `${where} answers, but Ironic gets nothing from it: the user or the password that Ironic has may be wrong`;
  if (there === true) return `${where} answers, and why it took no NMI is not known`;
  if (there === false && read === 'unclear') {
    return `${where} does not answer this host, and why it took no NMI is not known`;
  }
  if (there === false) return `${where} does not answer, neither Ironic nor this host`;
  if (read === 'unclear') return `${where} took no NMI, and why is not known`;
  return `${where} does not do what Ironic asks of it, and why is not known`;
}

async function readThroughIronic({ client, after }: WhyNoNmiDeps, uuid: string): Promise<ReadThroughIronic> {
  let cancel = () => {};
  const late = new Promise<'late'>((resolve) => {
    cancel = after(DIAGNOSIS_MS, () => resolve('late'));
  });
  // The device it boots from: a question that goes all the way to the BMC.
  const read = client
    .ask('GET', `/v1/nodes/${uuid}/management/boot_device`, { timeoutMs: DIAGNOSIS_MS })
    .then(meaningOf, (error: unknown) =>
      error instanceof IronicLost && error.kind === 'timeout' ? 'late' : 'unclear',
    );
  return Promise.race([read, late]).finally(() => cancel());
}

function meaningOf(answer: IronicAnswer): ReadThroughIronic {
  if (answer.status === 200) return 'works';
  if (isLocked(answer) || answer.status !== 500) return 'unclear';
  return /\bIPMI call failed\b/i.test(ironicWords(answer.text).text) ? 'fails' : 'unclear';
}

function placeOf({ kind, address, port }: NonNullable<IronicNode['bmc']>): string {
  if (kind === 'redfish') return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
