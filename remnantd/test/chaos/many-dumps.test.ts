// A long course: hundreds of dumps of guests that crash in every way there is, on ten hosts at once. Each ends with the
// verdict that is true of its guest, each file on a host has its row, and nothing is left in memory.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import type { TestRemnant } from '../harness/open-remnant.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { act, MEMBER } from '../harness/records.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { waitFor } from '../harness/wait-for.ts';
import { IMAGE, putImage } from './caller.ts';

const HOSTS = Array.from({ length: 10 }, (_, i) => `host-${i}`);
const ROUND = 200;
/** What guests do, with the verdict that is true of it, and whether a file comes of it. */
const TABLE: readonly (readonly [behaviour: string, verdict: string, file: boolean])[] = [
  ['kdump', 'captured', true],
  ['kdump-silent', 'captured', true],
  ['kdump-local', 'captured', false],
  ['kdump-nfs', 'captured', false],
  ['kdump-fails', 'panicked_without_dump', false],
  ['kdump-broken', 'panicked_without_dump', false],
  ['kdump-stands', 'hung', false],
  ['kdump-dies', 'hung', false],
  ['kdump-hangs', 'hung', false],
  ['panics', 'panicked_without_dump', false],
  ['panics-in-text', 'panicked_without_dump', false],
  ['ignores', 'ignored', false],
  ['hangs', 'unknown', false],
  ['refuses', 'not_sent', false],
];
/** What a round of dumps may leave in memory: statements and texts that are kept on purpose, far below 100 KiB a dump. */
const GROWTH = 6 * 2 ** 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Made {
  readonly id: string;
  readonly verdict: string;
  readonly file: boolean;
}

async function makeServers(remnant: TestRemnant, count: number): Promise<Made[]> {
  const made: Made[] = [];
  for (let i = 0; i < count; i += 1) {
    const [behaviour, verdict, file] = TABLE[i % TABLE.length] ?? ['', '', false];
    const metadata = { sim_behaviour: behaviour };
    const server = { name: behaviour, imageRef: IMAGE, flavorRef: '1', metadata };
    const answer = await remnant.ask({ method: 'POST', path: '/v2.1/servers', token: MEMBER, body: { server } });
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    made.push({ id: String(answer.body['server']?.['id']), verdict, file });
  }
  await waitFor(
    'all servers to run',
    async () => {
      const rows = remnant.store.read.selectFrom('servers').select('id').where('vm_state', '!=', 'active');
      return (await rows.execute()).length === 0;
    },
    120_000,
  );
  return made;
}

/** Dumps all of `servers` at once, and waits for the last one's end. */
async function dumpAll(remnant: TestRemnant, servers: readonly Made[]): Promise<void> {
  const answers = await Promise.all(servers.map(({ id }) => act(remnant, id, { trigger_crash_dump: null })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  await waitFor(
    'every dump to end',
    async () => {
      remnant.clock.advance(100);
      const open = remnant.store.read.selectFrom('dumps').select('id').where('ended_at', 'is', null);
      return (await open.execute()).length === 0;
    },
    240_000,
  );
}

/** The files of whole or unfinished dumps on all hosts. */
function filesOnHosts(stateDir: string): string[] {
  return HOSTS.flatMap((host) => readdirSync(join(stateDir, 'hosts', host, 'artefacts')));
}

function heapBytes(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

test(`${2 * ROUND} dumps on ${HOSTS.length} hosts`, async () => {
  const stateDir = tempDir();
  putImage(stateDir);
  const flavors = [{ id: '1', name: 'small', vcpus: 1, ram: 64 }];
  const dumps = { react: 20, crash_kernel: 20, stall: 20, whole: 200 };
  const remnant = await openRemnant({ hosts: HOSTS, config: { state_dir: stateDir, flavors, dumps } });
  onTestFinished(async () => {
    await remnant.close();
    rmSync(stateDir, { recursive: true, force: true });
  });
  const servers = await makeServers(remnant, 2 * ROUND);
  await dumpAll(remnant, servers.slice(0, ROUND));
  const before = heapBytes();
  await dumpAll(remnant, servers.slice(ROUND));
  const growth = heapBytes() - before;

  const ended = await remnant.store.read.selectFrom('dumps').select(['id', 'server_id', 'verdict', 'reason']).execute();
  const truth = new Map(servers.map((server) => [server.id, server]));
  expect(ended.filter(({ server_id: id, verdict }) => truth.get(id)?.verdict !== verdict)).toEqual([]);
  expect(ended).toHaveLength(2 * ROUND);
  const nmis = remnant.world.nmis().map(({ guest }) => guest as string);
  const sent = servers.filter(({ verdict }) => verdict !== 'not_sent').map(({ id }) => id);
  expect(nmis.toSorted()).toEqual(sent.toSorted());

  const kept = await remnant.store.read.selectFrom('artefacts').select(['id', 'server_id']).execute();
  const withFile = servers.filter(({ file }) => file).map(({ id }) => id);
  expect(kept.map(({ server_id: id }) => id).toSorted()).toEqual(withFile.toSorted());
  // Guests whose crash kernel stands still are watched on; what they began is nothing yet.
  await waitFor('no file without a row', () => {
    remnant.clock.advance(1_000);
    return filesOnHosts(stateDir).length === kept.length;
  });
  expect(filesOnHosts(stateDir).toSorted()).toEqual(kept.map(({ id }) => id).toSorted());
  expect(growth, `${Math.round(growth / 1024)} KiB more`).toBeLessThan(GROWTH);
  expect(remnant.errors).toEqual([]);
});
