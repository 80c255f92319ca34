// The verdict table on simulated guests: what a guest does after the NMI, and what Remnant makes of it. Guests are made
// through the API, so that they have the ports a crash kernel hands its dump to. Real guests play the same table in test/real.

import { expect, test } from 'vitest';
import type { ServerId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import { crashyServer } from '../harness/artefact-rig.ts';
import type { Body } from '../harness/http-client.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { ADMIN, act, MEMBER, dump as requestDump } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import type { GuestBehaviour } from '../harness/verdict-table.ts';
import { VERDICT_ROWS } from '../harness/verdict-table.ts';
import { waitFor } from '../harness/wait-for.ts';

// A dump of the simulated guests has 256 KiB, unless one is to be over the cap.
const remnant = useRemnant({ config: { dumps: { most_per_dump: 0.001 } } });

/** A running server made through the API whose guest behaves so. */
async function makeServer(behaviour: string): Promise<string> {
  const server = {
    name: behaviour,
    imageRef: IMAGE,
    flavorRef: '1',
    metadata: { sim_behaviour: behaviour },
  };
  const made = await remnant().ask({ method: 'POST', path: '/v2.1/servers', token: MEMBER, body: { server } });
  expect(made.status, JSON.stringify(made.body)).toBe(202);
  const id = String(made.body['server']?.['id']);
  await status(id, 'ACTIVE');
  return id;
}

function status(id: string, wanted: string): Promise<boolean> {
  return waitFor(`the server to be ${wanted}`, async () => {
    const { body } = await remnant().ask({ path: `/v2.1/servers/${id}`, token: MEMBER });
    return body['server']?.['status'] === wanted;
  });
}

const nmisOf = (id: string) =>
  remnant()
    .world.nmis()
    .filter((nmi) => nmi.guest === id);

/** The newest dump with its evidence and files, when `over` says so; time passes until then. */
function newestDump(id: string, over: (dump: Body) => boolean): Promise<Body> {
  return waitFor('the dump to come so far', async () => {
    // The guest goes on when its dump was read, which takes its own time.
    remnant().clock.advance(200);
    const path = `/remnant/v1/servers/${id}/dumps`;
    const { body } = await remnant().ask({ path, token: MEMBER });
    const newest = body['dumps']?.[0];
    if (newest === undefined || !over(newest)) return false;
    return (await remnant().ask({ path: `${path}/${newest['id']}`, token: MEMBER })).body['dump'] ?? false;
  });
}

const isOver = (dump: Body) => dump['phase'] === 'ended';

/** What is done to a guest beside its NMI; what real guests go through in `test/real/verdict-guests.ts`. */
const DONE: Partial<
  Record<GuestBehaviour, { before?: (id: string) => Promise<unknown>; after: (id: string) => unknown }>
> = {
  'kdump of a paused guest, when it resumes': {
    before: async (id) => {
      await act(remnant(), id, { pause: null });
      await status(id, 'PAUSED');
    },
    after: async (id) => {
      const waiting = await newestDump(id, ({ phase }) => phase === 'waiting');
      expect(waiting).toMatchObject({ waits_for: 'resume', nmi: 'latched', verdict: null });
      await act(remnant(), id, { unpause: null });
    },
  },
  'power lost right after the NMI': {
    after: async (id) => {
      const host = remnant().world.host('host-1');
      await waitFor('the NMI', () => nmisOf(id).length === 1);
      const guest = host.guests.get(asId<ServerId>(id));
      if (guest !== undefined) host.cutPower(guest);
    },
  },
};

test.each(VERDICT_ROWS)('%s', { timeout: 60_000 }, async (behaviour, row) => {
  const id = await makeServer(row.sim);
  await DONE[behaviour]?.before?.(id);
  expect((await requestDump(remnant(), id)).status).toBe(202);
  await DONE[behaviour]?.after(id);
  const { verdict, reaction, reason, artefacts, bytes } = await newestDump(id, isOver);
  const kept = artefacts as unknown as readonly Body[];
  expect({ verdict, reaction, reason, artefacts: kept.length }).toEqual({
    verdict: row.verdict,
    reaction: row.reaction,
    reason: expect.stringMatching(row.reason),
    artefacts: row.artefacts,
  });
  for (const file of kept) {
    expect(file).toMatchObject({
      source: 'guest',
      format: 'flattened',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      bytes,
    });
  }
  expect(nmisOf(id)).toHaveLength(1);
});

test('a dump that the host could not keep says nothing against the guest', async () => {
  const id = await crashyServer(remnant(), 2_000_000);
  await requestDump(remnant(), id);
  const { verdict, reaction, reason, artefacts } = await newestDump(id, isOver);
  expect({ verdict, reaction, artefacts }).toEqual({ verdict: 'unknown', reaction: 'crashloaded', artefacts: [] });
  expect(reason).toMatch(/its host could not keep it: the dump is over the cap: 1073742 bytes for a dump$/);
});

test.each([
  ['went on', 'unpause', /^no reaction of the guest was seen within .*the host could not be watched all the time/],
  ['was powered off', 'cutPower', /was found off; whether it resumed before was not seen$/],
] as const)('a paused guest with an NMI that %s unseen is not waited for for ever', async (_, what, reason) => {
  const id = await makeServer('hangs');
  await act(remnant(), id, { pause: null });
  await status(id, 'PAUSED');
  await requestDump(remnant(), id);
  await newestDump(id, ({ waits_for: waits }) => waits === 'resume');
  const host = remnant().world.host('host-1');
  host.disconnect('away');
  const guest = host.guests.get(asId<ServerId>(id));
  if (guest !== undefined) host[what](guest);
  host.reconnect();
  expect(await newestDump(id, isOver)).toMatchObject({ verdict: 'unknown', reason: expect.stringMatching(reason) });
});

test('a captured dump has its verdict before its guest is back, and guards the guest until then', async () => {
  const id = await makeServer('kdump');
  await requestDump(remnant(), id);
  const captured = await newestDump(id, ({ verdict }) => verdict !== null);
  expect(captured['verdict']).toBe('captured');
  if (captured['phase'] !== 'ended') expect((await requestDump(remnant(), id)).status).toBe(409);
  const ended = await newestDump(id, isOver);
  expect(ended['rebooted_at']).not.toBeNull();
  const { body } = await remnant().ask({ path: '/metrics', token: ADMIN });
  expect(String(body)).toContain('remnant_dumps_total{verdict="captured"}');
});
