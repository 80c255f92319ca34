// Makes servers whose guests crash in known ways, asks for their dumps, and knows what each guest will have written.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { dumpBytesOf } from '../../src/drivers/sim/behaviours.ts';
import { flatLength, flatPart } from '../../src/drivers/sim/flat-dump.ts';
import { readJsonLines } from '../../src/drivers/sim/json-lines.ts';
import type { SimGuests, WorldRecord } from '../../src/drivers/sim/world-record.ts';
import { applyRecord } from '../../src/drivers/sim/world-record.ts';
import { waitFor } from '../harness/wait-for.ts';
import { HEADERS, IMAGE, post } from './caller.ts';

/** How many servers are being made at a time. */
const LANES = 8;

/** A server that was made, by what its guest does with an NMI. */
export interface DumpServer {
  readonly id: string;
  readonly behaviour: string;
}

/** Makes a server for each of `behaviours`, and waits until all run. */
export async function makeDumpServers(url: string, behaviours: readonly string[]): Promise<DumpServer[]> {
  const made: DumpServer[] = [];
  const left = [...behaviours];
  const make = async () => {
    for (let behaviour = left.pop(); behaviour !== undefined; behaviour = left.pop()) {
      const metadata = { sim_behaviour: behaviour };
      const server = { name: behaviour, imageRef: IMAGE, flavorRef: '1', networks: 'none', metadata };
      const answer = await waitFor('a server to be accepted', async () => {
        const given = await post(url, '/v2.1/servers', { server });
        return given.status === 202 && ((await given.json()) as { server: { id: string } });
      });
      made.push({ id: answer.server.id, behaviour });
    }
  };
  await Promise.all(Array.from({ length: LANES }, make));
  await waitFor(
    `${made.length} running servers`,
    async () => {
      const answer = await fetch(`${url}/v2.1/servers?status=ACTIVE&limit=1000`, { headers: HEADERS });
      return ((await answer.json()) as { servers: unknown[] }).servers.length >= made.length;
    },
    120_000,
  );
  return made;
}

/** Asks for a dump; gives the status, and null when the connection died. */
export async function askForDump(url: string, server: DumpServer): Promise<number | null> {
  const answer = await post(url, `/v2.1/servers/${server.id}/action`, { trigger_crash_dump: null }).catch(() => null);
  return answer?.status ?? null;
}

/** SHA-256 of the dump that each guest of the world in `dir` writes when it crashes in its present life, by its id. */
export function dumpsToCome(dir: string): ReadonlyMap<string, string> {
  const guests: SimGuests = new Map();
  for (const record of readJsonLines<WorldRecord>(join(dir, 'world.jsonl'))) applyRecord(guests, record);
  const all = [...guests.values()].flatMap((here) => [...here.values()]);
  return new Map(
    all.map(({ spec, bootedAt }) => {
      const dump = { bytes: dumpBytesOf(spec), mark: `${spec.id} ${bootedAt}` };
      const hash = createHash('sha256').update(flatPart(dump, 0, 0));
      for (let at = 0; at < flatLength(dump); ) {
        const piece = flatPart(dump, at, flatLength(dump));
        hash.update(piece);
        at += piece.length;
      }
      return [spec.id, hash.digest('hex')];
    }),
  );
}
