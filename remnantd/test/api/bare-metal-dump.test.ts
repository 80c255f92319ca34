// A dump of a machine that is seen from outside alone, through the API: what its host saw stands in the reason, and readiness says
// what cannot be known instead of what nobody could do.

import { expect, test } from 'vitest';
import type { DriverListener, GuestEventKind } from '../../src/drivers/driver.ts';
import type { HostNode } from '../../src/model/host.ts';
import type { ServerId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import { POWER_STATE } from '../../src/model/power-state.ts';
import { ADMIN, dump, endedDump, MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const hears: DriverListener[] = [];
const remnant = useRemnant({
  config: { dumps: { react: 60 } },
  driver: (whole) => {
    const { guestAgent: _agent, dumpMemory: _memory, readConsole: _console, vitals: _vitals, ...driver } = whole;
    const { injectNmi } = driver;
    if (injectNmi === undefined) throw new Error('the simulated driver sends NMIs');
    return {
      ...driver,
      start: (listener) => {
        hears.push(listener);
        return driver.start(listener);
      },
      inventory: async () => ({ ...(await driver.inventory()), nodes: [node] }),
      injectNmi: { ...injectNmi, asking: 'at-least-once', latchedWhilePaused: false },
      followCrash: {
        sight: () => Promise.resolve(['power', 'ping']),
        followConsole: () => Promise.reject(new Error('it has none')),
        openPort: () => Promise.reject(new Error('it has none')),
      },
    };
  },
});
const node: HostNode = {
  id: asId('node-1'),
  name: 'rack1-node1',
  powerState: POWER_STATE.running,
  arch: 'x86_64',
  vcpus: 1,
  memoryMb: 512,
  diskGb: 10,
  provision: 'active',
  maintenance: null,
  lastError: null,
  guest: null,
};

const tell = (guest: ServerId, kind: GuestEventKind, at: number) => {
  for (const listener of hears) listener.guestEvent({ guest, kind, detail: '192.0.2.7', at });
};

test('it goes silent and answers again: unknown, with all that was seen', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  await dump(remnant(), id);
  const shown = async () =>
    (await remnant().ask({ path: `/remnant/v1/servers/${id}/dumps`, token: ADMIN })).body['dumps']?.[0];
  await waitFor('the NMI', async () => (await shown())?.['phase'] === 'sent');
  const at = remnant().clock.wall();
  tell(id, 'silent', at + 3_000);
  await waitFor('its silence', async () => (await shown())?.['waits_for'] === 'reboot');
  remnant().clock.advance(90_000);
  expect(await shown(), 'its crash kernel may be at work').toMatchObject({ phase: 'sent', verdict: null });
  tell(id, 'answers', at + 95_000);
  await waitFor('its answers', async () => (await shown())?.['waits_for'] === 'reaction');
  remnant().clock.advance(60_000);
  const ended = await endedDump(remnant(), id);
  expect(ended).toMatchObject({ verdict: 'unknown', nmi: 'at-least-once', reaction: null });
  expect(ended['reason']).toMatch(
    /^no reaction of the guest was seen within 60 s; the machine stopped answering ping after 3 s and answers again after 95 s; its power was not seen to change; there is no console/,
  );
});

test('readiness', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const { body } = await remnant().ask({ path: `/remnant/v1/servers/${id}/readiness`, token: MEMBER });
  const shown = body['readiness'];
  expect(shown).toMatchObject({ state: 'unknown', expected: 'unknown' });
  const driver = shown?.['items']?.find(({ item }) => item === 'driver');
  expect(driver?.['says']).toMatch(
    /^bare metal: NMIs go through its BMC.*; an NMI is sent at least once: it may be sent again$/,
  );
});
