// How files of dumps end: deleted by hand, run out, erased at a host that was away; and those that come without being asked for,
// or past what a project may keep.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { findArtefact, projectRoom } from '../../src/db/artefacts.ts';
import { auditPage } from '../../src/db/audit.ts';
import type { CommandId, ProjectId, ServerId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Dumped } from '../harness/artefact-rig.ts';
import {
  awayHosts,
  crashyServer,
  dumpAgain,
  dumpedServer,
  fetchBytes,
  overDump,
  shown,
} from '../harness/artefact-rig.ts';
import type { OpenOptions, TestRemnant } from '../harness/open-remnant.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { ADMIN, MEMBER, STRANGER } from '../harness/records.ts';
import { waitFor } from '../harness/wait-for.ts';

const DAY_MS = 86_400_000;
const PROJECT = asId<ProjectId>('a1a1a1a1');
let remnant: TestRemnant;

async function open(options: OpenOptions = {}): Promise<void> {
  remnant = await openRemnant(options);
}

let daysWentBy = false;
afterEach(async () => {
  await remnant.close();
  // A day that goes by at once goes by a question that is under way, too.
  const own = remnant.errors.filter((error) => !daysWentBy || !error.includes('no answer within'));
  daysWentBy = false;
  expect(own).toEqual([]);
});

const remove = ({ path }: Dumped, token = MEMBER) => remnant.ask({ method: 'DELETE', path, token });
const row = ({ dumpId, artefact }: Dumped) => findArtefact(remnant.store.read, asId(dumpId), String(artefact['id']));
const erased = (dumped: Dumped) =>
  waitFor('the host to have erased it', async () => {
    remnant.clock.advance(500);
    return (await row(dumped))?.erasedAt;
  });
/** What the host has of artefacts: the names of their keys and folders. */
const kept = () =>
  ['keys', 'artefacts'].flatMap((name) => {
    const folder = join(remnant.stateDir, 'hosts', 'host-1', name);
    return existsSync(folder) ? readdirSync(folder) : [];
  });
const entries = async (operation: string) =>
  (await auditPage(remnant.store.read, { before: null, limit: 100, requestId: null, target: null })).filter(
    (entry) => entry.operation === operation,
  );

test('a deleted file is given to nobody from that moment, is still shown, and its host erases key and bytes', async () => {
  await open();
  const dumped = await dumpedServer(remnant);
  const id = String(dumped.artefact['id']);
  expect(dumped.artefact['deleted_at']).toBeNull();
  expect(kept()).toEqual([id, id]);
  expect((await remove(dumped)).status).toBe(204);
  const gone = await fetchBytes(remnant, dumped.path);
  expect([gone.status, gone.bytes.toString()]).toEqual([
    410,
    expect.stringMatching(/Artefact \S+ was deleted at \S+Z\./),
  ]);
  expect((await remnant.ask({ method: 'HEAD', path: dumped.path, token: MEMBER })).status).toBe(410);
  expect((await shown(remnant, dumped.id, dumped.dumpId))[0]).toMatchObject({ id, deleted_at: expect.any(String) });
  await erased(dumped);
  expect(kept()).toEqual([]);
  expect((await remove(dumped)).status).toBe(204);
  expect((await row(dumped))?.deletedBy).toBe('ann');
  const said = (await entries('artefacts.delete')).map(({ detail }) => JSON.parse(detail ?? '') as object);
  expect(said).toMatchObject([{ artefact: id, already: 'deleted' }, { artefact: id }]);
}, 60_000);

test('its owner may delete, and an admin; no reader and no stranger', async () => {
  await open();
  const dumped = await dumpedServer(remnant);
  expect((await remove(dumped, STRANGER)).status).toBe(404);
  expect((await remove(dumped, 'ann:a1a1a1a1:reader')).status).toBe(403);
  expect((await fetchBytes(remnant, dumped.path)).status).toBe(200);
  expect((await remove(dumped, ADMIN)).status).toBe(204);
  expect((await fetchBytes(remnant, dumped.path)).status).toBe(410);
}, 60_000);

test('a host that is away erases when it is back', async () => {
  const hosts = awayHosts();
  await open({ bus: hosts.wrap });
  const dumped = await dumpedServer(remnant);
  hosts.state.away = true;
  await remove(dumped);
  for (let i = 0; i < 5; i += 1) remnant.clock.advance(1_000);
  await waitFor('the owner to be told so', async () => (await fetchBytes(remnant, dumped.path)).status === 410);
  expect((await row(dumped))?.erasedAt).toBeNull();
  expect(kept()).toHaveLength(2);
  hosts.state.away = false;
  await erased(dumped);
  expect(kept()).toEqual([]);
}, 60_000);

test('a file runs out when its days are over, and says that it did', async () => {
  await open({ config: { dumps: { keep_days: 1.5 } } });
  const dumped = await dumpedServer(remnant);
  const moment = (field: string) => Date.parse(`${String(dumped.artefact[field])}Z`);
  expect(moment('expires_at') - moment('created_at')).toBe(1.5 * DAY_MS);
  daysWentBy = true;
  remnant.clock.advance(DAY_MS);
  expect((await fetchBytes(remnant, dumped.path)).status).toBe(200);
  remnant.clock.advance(DAY_MS);
  await erased(dumped);
  const gone = await fetchBytes(remnant, dumped.path);
  expect([gone.status, gone.bytes.toString()]).toEqual([410, expect.stringContaining(' ran out at ')]);
  expect(kept()).toEqual([]);
  expect(await entries('artefact.ran-out')).toMatchObject([
    { userId: null, target: `server ${dumped.id}`, result: 'done' },
  ]);
}, 60_000);

test('past what a project may keep, a dump that was asked for is kept and says so; the older ones stay', async () => {
  const most = 0.0005;
  await open({ config: { dumps: { most_per_project: most } } });
  const first = await dumpedServer(remnant);
  expect(first.artefact['over_quota']).toBe(false);
  await overDump(remnant, first);
  const second = await dumpAgain(remnant, first.id);
  expect(second.artefact['over_quota']).toBe(true);
  expect([(await fetchBytes(remnant, first.path)).status, (await fetchBytes(remnant, second.path)).status]).toEqual([
    200, 200,
  ]);
  const bytes = Number(first.artefact['bytes']) + Number(second.artefact['bytes']);
  const room = () => projectRoom(remnant.store.read, PROJECT, Math.round(most * 2 ** 30));
  expect(await room()).toBe(Math.round(most * 2 ** 30) - bytes);
  await remove(first);
  expect(await room()).toBe(Math.round(most * 2 ** 30) - Number(second.artefact['bytes']));
}, 60_000);

/** The guest crashes by itself: an NMI that Remnant knows nothing of. */
function crash(id: string): void {
  const host = remnant.world.host('host-1');
  const guest = host.guests.get(asId<ServerId>(id));
  if (guest === undefined) throw new Error('there is no guest');
  host.nmi(guest, asId<CommandId>('of nobody'));
}

test('a dump that nobody asked for is kept as a dump of its own, for its owner alone', async () => {
  await open();
  const id = await crashyServer(remnant);
  crash(id);
  const dump = await waitFor('the dump to be there', async () => {
    remnant.clock.advance(100);
    return (await remnant.ask({ path: `/remnant/v1/servers/${id}/dumps`, token: MEMBER })).body['dumps']?.[0];
  });
  expect(dump).toMatchObject({
    phase: 'ended',
    verdict: 'captured',
    reason: expect.stringContaining('by itself'),
    sent_at: null,
  });
  const [artefact] = await shown(remnant, id, String(dump['id']));
  const path = `/remnant/v1/servers/${id}/dumps/${dump['id']}/artefacts/${artefact?.['id']}`;
  const { status, bytes } = await fetchBytes(remnant, path);
  expect([status, bytes.length]).toEqual([200, artefact?.['bytes']]);
  expect((await fetchBytes(remnant, path, {}, ADMIN)).status).toBe(403);
}, 60_000);

test('one that nobody asked for is erased when its project has no room, and the audit says so', async () => {
  await open({ config: { dumps: { most_per_project: 0.0001 } } });
  const id = await crashyServer(remnant);
  crash(id);
  const said = await waitFor('the audit to say so', async () => {
    remnant.clock.advance(100);
    const found = await entries('artefact.refused');
    return found.length > 0 && found;
  });
  expect(said).toMatchObject([
    { userId: null, target: `server ${id}`, detail: expect.stringContaining('nobody asked') },
  ]);
  await waitFor('the host to have erased it', () => {
    remnant.clock.advance(500);
    return (
      kept().length <= 2 && !kept().includes((JSON.parse(said[0]?.detail ?? '{}') as { artefact: string }).artefact)
    );
  });
  expect((await remnant.ask({ path: `/remnant/v1/servers/${id}/dumps`, token: MEMBER })).body['dumps']).toEqual([]);
}, 60_000);
