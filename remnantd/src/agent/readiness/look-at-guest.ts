// Asks a guest's agent all that readiness wants to know of the guest. Where its configuration forbids running programs, what
// only they could tell is left out.

import type { GuestAgent, GuestAsk } from '../../drivers/driver.ts';
import { GuestAgentFault } from '../../drivers/driver.ts';
import type { GuestFacts } from '../../model/guest-facts.ts';
import { SYSCTLS } from '../../model/guest-facts.ts';
import type { ServerId } from '../../model/ids.ts';
import { FACT_FILES, parseFacts, sysctlFile, targetOf } from './parse-facts.ts';

const PORTS = '/sys/class/virtio-ports';
/** Where distributions keep dumps. */
const PLACE = '/var/crash';
const FILE_BYTES = 4_096;
const LIST_BYTES = 32_768;

/** How long, and until when. */
export type LookBounds = Pick<GuestAsk, 'boundMs' | 'signal'>;

/** What is to be known. Throws DriverFault. */
export async function lookAtGuest(agent: GuestAgent, guest: ServerId, bounds: LookBounds): Promise<GuestFacts> {
  const ask = { ...bounds, mostBytes: FILE_BYTES };
  const files = await agent.readFiles(guest, [...Object.values(FACT_FILES), ...SYSCTLS.map(sysctlFile)], ask);
  const target = targetOf(files);
  const folder = target?.kind === 'local' ? target.where : null;
  const ports = await portsOf(agent, guest, ask).catch(nullIfBlocked);
  const df = folder === null ? null : await printed(agent, guest, ['df', '-Pk', folder], ask).catch(nullIfBlocked);
  const found = await listDumps(agent, guest, placesOf(folder), bounds).catch(nullIfBlocked);
  return parseFacts({ files, ports, df, found });
}

/** Where dumps are looked for. */
export function placesOf(folder: string | null): readonly string[] {
  return folder === null || folder === PLACE ? [PLACE] : [folder, PLACE];
}

/** Size, time and path of the files in `places`, a line each. Throws DriverFault. */
export async function listDumps(
  agent: GuestAgent,
  guest: ServerId,
  places: readonly string[],
  bounds: LookBounds,
): Promise<string> {
  const ask = { ...bounds, mostBytes: LIST_BYTES };
  const stat = ['-exec', 'stat', '-c', '%s %Y %n', '{}', ';'];
  let all = '';
  // A place that is not there is no fault; a dump lies in it, or in a folder of its own in it.
  for (const place of places)
    all += await printed(agent, guest, ['find', place, '-maxdepth', '2', '-type', 'f', ...stat], ask);
  return all;
}

async function portsOf(agent: GuestAgent, guest: ServerId, ask: GuestAsk): Promise<readonly (string | null)[]> {
  const names = (await printed(agent, guest, ['ls', PORTS], ask))
    .split('\n')
    .filter((name) => /^vport\d+p\d+$/.test(name));
  const files = names.slice(0, 16).map((name) => `${PORTS}/${name}/name`);
  return files.length === 0 ? [] : [...(await agent.readFiles(guest, files, ask)).values()];
}

async function printed(agent: GuestAgent, guest: ServerId, argv: readonly string[], ask: GuestAsk): Promise<string> {
  return (await agent.run(guest, argv, ask)).out;
}

function nullIfBlocked(error: unknown): null {
  if (error instanceof GuestAgentFault && error.trouble === 'blocked') return null;
  throw error;
}
