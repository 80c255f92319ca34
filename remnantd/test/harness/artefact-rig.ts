// Servers whose dump was captured, for tests of its file: made through the API, dumped by a simulated guest, and a bus on
// which hosts can be away.

import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ArtefactStore } from '../../src/agent/capture/artefact-store.ts';
import { hostDisk } from '../../src/agent/capture/disk.ts';
import { insertServer } from '../../src/db/servers.ts';
import type { Store } from '../../src/db/store.ts';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Bus } from '../../src/ports/bus.ts';
import { BusFault } from '../../src/ports/bus.ts';
import { addArtefact } from './artefact-rows.ts';
import type { Body } from './http-client.ts';
import type { TestRemnant } from './open-remnant.ts';
import { IMAGE } from './open-remnant.ts';
import { MEMBER, dump as requestDump } from './records.ts';
import { serverRow } from './server-rows.ts';
import { testClock } from './test-clock.ts';
import { waitFor } from './wait-for.ts';

/** A server with a dump and its file. */
export interface Dumped {
  readonly id: string;
  readonly dumpId: string;
  readonly artefact: Body;
  /** Of the artefact, in the API. */
  readonly path: string;
}

/** Makes a server of MEMBER whose guest hands over a dump of about `bytes` bytes; it runs. */
export async function crashyServer(remnant: TestRemnant, bytes = 300_000, token = MEMBER): Promise<string> {
  const server = {
    name: 'web 1/ä',
    imageRef: IMAGE,
    flavorRef: '1',
    metadata: { sim_behaviour: 'kdump', sim_dump_bytes: String(bytes) },
  };
  const made = await remnant.ask({ method: 'POST', path: '/v2.1/servers', token, body: { server } });
  if (made.status !== 202) throw new Error(JSON.stringify(made.body));
  const id = String(made.body['server']?.['id']);
  await waitFor('the server to run', async () => {
    const { body } = await remnant.ask({ path: `/v2.1/servers/${id}`, token });
    return body['server']?.['status'] === 'ACTIVE';
  });
  return id;
}

/** The same, dumped: its file is there. */
export async function dumpedServer(remnant: TestRemnant, bytes?: number, token = MEMBER): Promise<Dumped> {
  const id = await crashyServer(remnant, bytes, token);
  return dumpAgain(remnant, id, token);
}

/** Dumps a server and waits until the file is there. */
export async function dumpAgain(remnant: TestRemnant, id: string, token = MEMBER): Promise<Dumped> {
  const asked = await requestDump(remnant, id, token);
  if (asked.status !== 202) throw new Error(JSON.stringify(asked.body));
  const requestId = asked.headers['x-compute-request-id'];
  const dumps = `/remnant/v1/servers/${id}/dumps`;
  const dump = await waitFor(
    'the dump to be captured',
    async () => {
      // The guest goes on when its dump was read, which takes its own time.
      remnant.clock.advance(100);
      const { body } = await remnant.ask({ path: dumps, token });
      const found = body['dumps']?.find((one) => one['request_id'] === requestId);
      return found?.['verdict'] === 'captured' && found;
    },
    60_000,
  );
  const artefact = (await shown(remnant, id, String(dump['id']), token))[0];
  if (artefact === undefined) throw new Error(`no artefact: ${JSON.stringify(dump)}`);
  const dumpId = String(dump['id']);
  return { id, dumpId, artefact, path: `${dumps}/${dumpId}/artefacts/${artefact['id']}` };
}

/** Waits until nothing more is waited for with a dump. */
export async function overDump(remnant: TestRemnant, { id, dumpId }: Dumped, token = MEMBER): Promise<void> {
  await waitFor('the dump to be over', async () => {
    remnant.clock.advance(500);
    const { body } = await remnant.ask({ path: `/remnant/v1/servers/${id}/dumps/${dumpId}`, token });
    return body['dump']?.['phase'] === 'ended';
  });
}

/** The files of a dump as they are shown now. */
export async function shown(
  remnant: TestRemnant,
  id: string,
  dumpId: string,
  token = MEMBER,
): Promise<readonly Body[]> {
  const { body } = await remnant.ask({ path: `/remnant/v1/servers/${id}/dumps/${dumpId}`, token });
  return body['dump']?.['artefacts'] ?? [];
}

/** Puts a server with a dump and a file of `bytes` bytes on host-1, before its agent starts. */
export async function plantArtefact(store: Store, stateDir: string, bytes: number): Promise<Planted> {
  const clock = testClock();
  clock.stop();
  const host = asId<HostName>('host-1');
  const caps = { perDump: 2 ** 40, perHost: 2 ** 40, keepFree: 0 };
  const folder = join(stateDir, 'hosts', host);
  mkdirSync(folder, { recursive: true });
  const kept = await ArtefactStore.open({ stateDir: folder, clock, disk: hostDisk, caps });
  return store.transaction(async (tx) => {
    const server = await insertServer(tx, serverRow({ host }));
    const { sha256: digest, ...manifest } = await kept.keep(
      { server: server.id, source: 'guest', format: 'flattened' },
      generated(bytes),
    );
    const { id, format, size } = manifest;
    const { dumpId } = await addArtefact(tx, server, { id, format, bytes: size, sha256: digest });
    return { path: `/remnant/v1/servers/${server.id}/dumps/${dumpId}/artefacts/${id}`, bytes, sha256: digest };
  });
}

/** A file that was planted. */
export interface Planted {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

async function* generated(bytes: number): AsyncGenerator<Buffer> {
  const piece = Buffer.from(Uint8Array.from({ length: 1_048_573 }, (_, i) => (i * 31) % 251));
  for (let at = 0; at < bytes; at += piece.length) yield piece.subarray(0, Math.min(piece.length, bytes - at));
}

/** An answer with its bytes. */
export interface Bytes {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly bytes: Buffer;
}

/** Downloads in process. */
export async function fetchBytes(
  remnant: TestRemnant,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  token = MEMBER,
): Promise<Bytes> {
  const reply = await remnant.http.inject({ method: 'GET', url: path, headers: { 'x-auth-token': token, ...headers } });
  return { status: reply.statusCode, headers: reply.headers, bytes: reply.rawPayload };
}

/** Hexadecimal SHA-256. */
export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Wraps buses so that their hosts answer nothing while `away` is set. */
export function awayHosts() {
  const state = { away: false };
  const wrap = (bus: Bus): Bus => ({
    ...bus,
    request: (subject, message, timeoutMs) =>
      state.away && subject.startsWith('agent.')
        ? Promise.reject(new BusFault('no-responder', `${subject}: nobody answers`))
        : bus.request(subject, message, timeoutMs),
  });
  return { state, wrap };
}
