// An agent that follows the crash of a guest: what is in its journal, in which order, before and after the NMI.

import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { agentBench, nmiGrant, SERVER } from '../../test/harness/agent-bench.ts';
import { fakeFollow } from '../../test/harness/fake-follow.ts';
import { flatDump } from '../../test/harness/flat-dump.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import type { Driver } from '../drivers/driver.ts';
import { DriverFault } from '../drivers/driver.ts';
import type { Evidence, EvidenceKind } from '../model/wire.ts';

const DUMP = flatDump(200_000);
const SHA256 = createHash('sha256').update(DUMP).digest('hex');

/** An agent whose guest can be followed; `nmi` is called in the place of sending one. */
function followed(nmi: (guest: ReturnType<typeof fakeFollow>) => Promise<void> = () => Promise.resolve()) {
  const guest = fakeFollow();
  const bench = agentBench((driver: Driver) => ({
    ...driver,
    followCrash: guest.follow,
    injectNmi: {
      asking: 'exactly-asked',
      latchedWhilePaused: true,
      boundMs: 10_000,
      send: () => nmi(guest),
    },
  }));
  return {
    ...bench,
    guest,
    /** What was told of the guest since the agent began, states aside. */
    seen: () => bench.told().filter((entry) => entry.server === SERVER),
    until: (kind: EvidenceKind) => waitFor(kind, () => bench.told().find((entry) => entry.kind === kind)),
    greeted: () => waitFor('a claim', () => bench.heard.claims.length > 0),
    reported: () => waitFor('a report', () => bench.heard.reports.at(-1)),
  };
}
const kinds = (entries: readonly Evidence[]) => entries.map(({ kind }) => kind);

describe('an NMI', () => {
  it('has what can be seen, and the state, before it, and all it came to behind it', async () => {
    const bench = followed(async (guest) => {
      // A guest may answer before its hypervisor does.
      guest.print('Dazed and confused, but trying to continue\n');
    });
    await bench.start();
    await bench.greeted();
    bench.dispatch.grants.push(nmiGrant(1));
    await bench.until('dazed');
    const all = bench.seen();
    const about = all.slice(kinds(all).indexOf('watch'));
    expect(about.map(({ kind, detail }) => [kind, detail])).toEqual([
      ['watch', 'panic-device console ports'],
      ['state', 'running'],
      ['nmi-asked', 'about to ask for the NMI'],
      ['dazed', 'Dazed and confused, but trying to continue'],
    ]);
    expect(about[0]?.command).toBe('c1');
  });

  it('goes out though nothing can be seen, and is held up no longer than the bound', async () => {
    const bench = followed();
    bench.guest.sightIs(() => new Promise<never>(() => {}));
    await bench.start();
    await bench.greeted();
    bench.dispatch.grants.push(nmiGrant(1));
    await waitFor('the look', () => bench.guest.seen.sights > 0);
    bench.clock.advance(300);
    expect((await bench.reported()).outcome.result).toBe('success');
    expect(bench.told().find((entry) => entry.kind === 'watch')?.detail).toBe('');
  });

  it('that was refused leaves nobody watching', async () => {
    const bench = followed(() => Promise.reject(new DriverFault('not-running', 'Instance is not running.')));
    await bench.start();
    await bench.greeted();
    bench.dispatch.grants.push(nmiGrant(1));
    expect((await bench.reported()).outcome.result).toBe('error');
    await waitFor('nobody', () => bench.guest.followers() === 0 && !bench.guest.ports.dump.isRead);
  });
});

describe('a dump', () => {
  it('is told of with its artefact, which can be read, listed and deleted', async () => {
    const bench = followed(async (guest) => guest.ports.dump.write(DUMP));
    const agent = await bench.start();
    await bench.greeted();
    bench.dispatch.grants.push(nmiGrant(1));
    const { facts, server } = await bench.until('artefact');
    expect(server).toBe(SERVER);
    expect(facts?.artefact).toMatchObject({ bytes: DUMP.length, format: 'flattened', sha256: SHA256 });
    const [kept] = agent.artefacts.list();
    if (kept === undefined) throw new Error('nothing is kept');
    expect(kept.id).toBe(facts?.artefact?.id);
    const part = await buffer(await agent.artefacts.read(kept.id, { start: 100, end: 70_000 }));
    expect(part.equals(DUMP.subarray(100, 70_000))).toBe(true);
    expect(await agent.artefacts.delete(kept.id)).toBe(true);
    expect(agent.artefacts.list()).toEqual([]);
  });

  it('that is half here when the agent stops is whole when the next one has the rest', async () => {
    const bench = followed(async (guest) => guest.ports.dump.write(DUMP.subarray(0, 120_000)));
    await bench.start();
    await bench.greeted();
    bench.dispatch.grants.push(nmiGrant(1));
    await bench.reported();
    await waitFor('the first half', () => bench.guest.ports.dump.isRead && bench.guest.ports.dump.waiting === 0);
    await bench.stop();
    bench.guest.ports.dump.write(DUMP.subarray(120_000));
    await bench.start();
    await waitFor('the second half', () => bench.guest.ports.dump.isRead && bench.guest.ports.dump.waiting === 0);
    bench.clock.advance(10_000);
    expect((await bench.until('artefact')).facts?.artefact?.sha256).toBe(SHA256);
    expect(bench.errors).toEqual([]);
  });

  it('is never told before the disk has it, nor after another of the same guest', async () => {
    const other = flatDump(90_000, 2);
    const bench = followed(async (guest) => guest.ports.dump.write(Buffer.concat([DUMP, other])));
    const agent = await bench.start();
    await bench.greeted();
    bench.dispatch.grants.push(nmiGrant(1));
    await waitFor('two artefacts', () => kinds(bench.told()).filter((kind) => kind === 'artefact').length === 2);
    const told = bench.told().filter((entry) => entry.kind === 'artefact');
    expect(told.map(({ facts }) => facts?.artefact?.bytes)).toEqual([DUMP.length, other.length]);
    expect(agent.artefacts.list().map(({ id }) => id)).toEqual(told.map(({ facts }) => facts?.artefact?.id));
  });
});
