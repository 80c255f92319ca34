// What an agent tells by itself: who it is, that it is there, and what was seen, in order and once each.

import { describe, expect, it } from 'vitest';
import { agentBench, nmiGrant, SERVER } from '../../test/harness/agent-bench.ts';
import { NodeBench, nodeOf } from '../../test/harness/node-bench.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import type { JsonValue } from '../lib/json.ts';
import { asId } from '../model/ids.ts';
import type { Evidence } from '../model/wire.ts';
import { SUBJECT } from '../model/wire.ts';
import { wireProblem } from '../model/wire-check.ts';

const kinds = (entries: readonly Evidence[]) => entries.map((entry) => entry.kind);

describe('a hello', () => {
  it('presents the host, its driver and its guests', async () => {
    const bench = agentBench();
    await bench.start();
    const hello = await waitFor('a hello', () => bench.heard.hellos[0]);
    expect(hello).toMatchObject({
      host: 'h',
      wire: 1,
      calls: ['inject-nmi'],
      offered: {
        driver: 'sim',
        abilities: ['injectNmi', 'readConsole'],
        nmiBoundMs: 10_000,
        guests: [{ id: SERVER, powerState: 1, ours: false }],
      },
    });
  });

  it('is repeated until it is answered, and then no more', async () => {
    const bench = agentBench();
    bench.dispatch.refuse.add('hello');
    await bench.start();
    await waitFor('three hellos', () => bench.heard.hellos.length >= 3);
    expect(bench.errors.filter((error) => error.startsWith('h: saying hello'))).toHaveLength(1);
    bench.dispatch.refuse.clear();
    await waitFor('claims', () => bench.heard.claims.length >= 3);
    const before = bench.heard.hellos.length;
    await waitFor('more claims', () => bench.heard.claims.length >= 6);
    expect(bench.heard.hellos).toHaveLength(before);
    // However often it was said, the states stand in the journal once.
    expect(kinds(bench.told()).filter((kind) => kind === 'state')).toHaveLength(1);
  });

  it('is said anew after each reconnect, with the states found then', async () => {
    const bench = agentBench();
    await bench.start();
    await waitFor('the first state', () => kinds(bench.told()).includes('state'));
    const host = bench.world.host('h');
    host.disconnect('cut');
    host.cutPower(host.guests.get(SERVER) as never);
    host.reconnect();
    await waitFor('a second hello', () => bench.heard.hellos.length === 2);
    expect(bench.heard.hellos[1]?.offered.guests).toMatchObject([{ powerState: 4 }]);
    expect(bench.heard.hellos[1]?.life).toBe(bench.heard.hellos[0]?.life);
    await waitFor('the second state', () => kinds(bench.told()).filter((kind) => kind === 'state').length === 2);
    expect(bench.told().map((entry) => [entry.seq, entry.kind, entry.detail])).toEqual([
      [1, 'blind', 'the agent was not running'],
      [2, 'state', 'running'],
      [3, 'blind', 'the sim driver was not connected'],
      [4, 'state', 'shutdown'],
    ]);
  });

  it('offers the nodes that its driver has, and tells those that changed while it was made in another', async () => {
    const nodes = new NodeBench([nodeOf('n1', { guest: SERVER })]);
    const more = [nodeOf('n1'), nodeOf('n2', { guest: SERVER })];
    let changes = 0;
    const bench = agentBench((driver) => {
      const wrapped = nodes.wrap(driver);
      const guests = async () => {
        const found = await wrapped.guests();
        // What was read of the nodes before this is old now.
        if (changes++ === 0) nodes.put(more);
        return found;
      };
      return { ...wrapped, guests };
    });
    await bench.start();
    await waitFor('a second hello', () => bench.heard.hellos.length === 2);
    expect(bench.heard.hellos.map(({ offered }) => [offered.nodes?.length, offered.guests?.[0]?.node])).toEqual([
      [1, 'n1'],
      [2, 'n2'],
    ]);
    await waitFor('claims', () => bench.heard.claims.length >= 3);
    expect(bench.heard.hellos).toHaveLength(2);
    for (const hello of bench.heard.hellos) expect(wireProblem('hello', hello as unknown as JsonValue)).toBeNull();
  });

  it('is said again when the room of its host is another, and no state with it', async () => {
    const bench = agentBench();
    await bench.start();
    await waitFor('a claim', () => bench.heard.claims.length > 0);
    bench.world.host('h').setDiskProblem('its folder is away');
    await waitFor('a second hello', () => bench.heard.hellos.length === 2);
    bench.world.host('h').setDiskProblem(null);
    await waitFor('a third hello', () => bench.heard.hellos.length === 3);
    expect(bench.heard.hellos.map(({ offered }) => [offered.disks?.problem, offered.diskGb])).toEqual([
      [null, 4_096],
      ['its folder is away', 0],
      [null, 4_096],
    ]);
    expect(new Set(bench.heard.hellos.map(({ life }) => life)).size).toBe(1);
    for (const hello of bench.heard.hellos) expect(wireProblem('hello', hello as unknown as JsonValue)).toBeNull();
    const before = bench.heard.claims.length;
    await waitFor('claims after it', () => bench.heard.claims.length >= before + 3);
    expect(kinds(bench.told()).filter((kind) => kind === 'state')).toHaveLength(1);
  });

  it('is said again to who asks for it, by the same life, and no state with it', async () => {
    const bench = agentBench();
    await bench.start();
    await waitFor('a claim', () => bench.heard.claims.length > 0);
    bench.ring();
    await waitFor('claims', () => bench.heard.claims.length >= 3);
    expect(bench.heard.hellos).toHaveLength(1);
    bench.ring({ greet: true });
    await waitFor('a second hello', () => bench.heard.hellos.length === 2);
    expect(bench.heard.hellos[1]).toEqual(bench.heard.hellos[0]);
    const before = bench.heard.claims.length;
    await waitFor('claims after it', () => bench.heard.claims.length >= before + 3);
    expect(bench.heard.hellos).toHaveLength(2);
    expect(kinds(bench.told()).filter((kind) => kind === 'state')).toHaveLength(1);
  });

  it('is said for a connection that broke and came back while one was under way', async () => {
    const bench = agentBench();
    const host = bench.world.host('h');
    let held = true;
    bench.dispatch.refuse.add('hello');
    await bench.start();
    await waitFor('a hello', () => bench.heard.hellos.length >= 1);
    bench.dispatch.refuse.clear();
    // Breaks the connection each time a hello arrives, before it is answered.
    const push = bench.heard.hellos.push.bind(bench.heard.hellos);
    bench.heard.hellos.push = (hello) => {
      if (held) {
        held = false;
        host.disconnect('cut');
        host.reconnect();
      }
      return push(hello);
    };
    await waitFor(
      'the states of both connections',
      () => kinds(bench.told()).filter((k) => k === 'state').length === 2,
    );
    expect(kinds(bench.told())).toEqual(['blind', 'state', 'blind', 'state']);
  });
});

describe('a beat', () => {
  it('tells whether the hypervisor can be reached, and why not', async () => {
    const bench = agentBench();
    await bench.start();
    await waitFor('a beat', () => bench.heard.beats.at(-1)?.connection?.up === true);
    bench.world.host('h').disconnect('libvirtd is gone');
    await waitFor('the bad news', () => bench.heard.beats.at(-1)?.connection?.up === false);
    expect(bench.heard.beats.at(-1)?.connection).toEqual({ up: false, reason: 'libvirtd is gone' });
    bench.world.host('h').reconnect();
    await waitFor('the good news', () => bench.heard.beats.at(-1)?.connection?.up === true);
    expect(bench.heard.beats.at(-1)?.connection).toEqual({ up: true, reason: '' });
  });
});

describe('a bus that comes back', () => {
  it('has a beat at once: from then on silence counts', async () => {
    const bench = agentBench((driver) => driver, { beatMs: 3_600_000 });
    const { beats } = bench.heard;
    await bench.start();
    await waitFor('its hypervisor to be told of', () => beats.at(-1)?.connection?.up === true);
    bench.line.cut();
    const before = beats.length;
    bench.line.mend();
    await waitFor('a beat', () => beats.length > before);
    expect(beats).toHaveLength(before + 1);
    expect(beats.at(-1)).toEqual(beats[before - 1]);
  });
});

describe('a claim', () => {
  it('says that it is only time to, and does not when it was rung for or something ended', async () => {
    const bench = agentBench();
    const { claims, reports } = bench.heard;
    const quiet = () => waitFor('claims by time alone', () => claims.slice(-3).filter((one) => one.poll).length === 3);
    await bench.start();
    await waitFor('a claim', () => claims.length > 0);
    expect(claims[0]?.poll).toBeUndefined();
    await quiet();
    const atRing = claims.length;
    bench.ring();
    await waitFor('a claim that was rung for', () => claims.slice(atRing).some((one) => one.poll === undefined));
    await quiet();
    const atGrant = claims.length;
    bench.dispatch.grants.push(nmiGrant(1));
    await waitFor('the report', () => reports.length > 0);
    expect(claims.slice(atGrant, atGrant + 2).map((one) => one.poll)).toEqual([true, undefined]);
    // The one that followed the grant, and one after the command ended.
    const asked = () => claims.slice(atGrant).filter((one) => one.poll === undefined).length;
    await waitFor('a claim after the command', () => asked() >= 2);
  });
});

describe('evidence', () => {
  it('arrives in order and once each, through refusals and a restart', async () => {
    const bench = agentBench();
    const host = bench.world.host('h');
    const guest = () => host.guests.get(SERVER) as never;
    bench.dispatch.refuse.add('evidence');
    await bench.start();
    await waitFor('a refused batch', () => bench.heard.batches.length > 0);
    host.pause(guest());
    host.unpause(guest());
    await waitFor('a batch with all of it', () => kinds(bench.heard.batches.at(-1)?.entries ?? []).includes('resumed'));
    await bench.stop();
    bench.heard.batches.length = 0;
    bench.dispatch.refuse.clear();
    await bench.start();
    await waitFor('the last state', () => kinds(bench.told()).filter((kind) => kind === 'state').length === 2);
    expect(kinds(bench.told())).toEqual(['blind', 'state', 'paused', 'resumed', 'blind', 'state']);
    expect(bench.told().map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(bench.heard.batches.map((batch) => batch.journal)).size).toBe(1);
  });

  it('is taken before the outcome that rests on it is reported', async () => {
    const bench = agentBench();
    bench.dispatch.refuse.add('evidence');
    await bench.start();
    bench.dispatch.grants.push(nmiGrant(1));
    const refused = () => bench.heard.batches.filter(({ entries }) => kinds(entries).includes('nmi-asked')).length;
    await waitFor(
      'the NMI to be told and refused, again and again',
      () => bench.world.nmis().length > 0 && refused() > 4,
    );
    expect(bench.heard.reports).toEqual([]);
    bench.dispatch.refuse.clear();
    await waitFor('the report', () => bench.heard.reports.length > 0);
    expect(kinds(bench.told())).toContain('nmi-asked');
  });

  it('is taken before it, too, where the outcome comes while what was earlier is told', async () => {
    const bench = agentBench();
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    bench.dispatch.holds.set('evidence', held);
    await bench.start();
    await waitFor('the first to be told', () => bench.heard.batches.length === 1);
    bench.dispatch.grants.push(nmiGrant(1));
    await waitFor('the NMI', () => bench.world.nmis().length === 1);
    bench.dispatch.holds.delete('evidence');
    letGo();
    await waitFor('the report', () => bench.heard.order.includes('report'));
    const before = bench.heard.order.slice(0, bench.heard.order.indexOf('report'));
    const batches = bench.heard.batches.slice(0, before.filter((says) => says === 'evidence').length);
    expect(kinds(batches.flatMap(({ entries }) => entries))).toContain('nmi-asked');
  });

  it('that nobody takes does not keep an outcome for longer than it may come', async () => {
    const bench = agentBench();
    bench.dispatch.refuse.add('evidence');
    await bench.start();
    bench.dispatch.grants.push(nmiGrant(1));
    await waitFor('the NMI to be sent', () => bench.world.nmis().length > 0);
    const began = bench.clock.mono();
    await waitFor('the report', () => {
      bench.clock.advance(500);
      return bench.heard.reports.length > 0;
    });
    expect(bench.clock.mono() - began).toBeGreaterThanOrEqual(15_000);
  });

  it('has the NMI before anything its guest does with it, and names the command', async () => {
    const bench = agentBench();
    bench.world.plantGuest('h', { id: SERVER, name: 'g', metadata: { sim_behaviour: 'panics' } });
    await bench.start();
    bench.dispatch.grants.push(nmiGrant(1));
    await waitFor('the panic', () => kinds(bench.told()).includes('panicked'));
    const seen = bench.told();
    const at = seen.findIndex((entry) => entry.kind === 'nmi-asked');
    expect(seen[at]).toMatchObject({ server: SERVER, command: 'c1' });
    expect(kinds(seen.slice(at + 1))).toContain('panicked');
    expect(kinds(seen.slice(0, at))).not.toContain('panicked');
  });
});

describe('a query', () => {
  const ask = (bench: ReturnType<typeof agentBench>, server: string) =>
    bench.bus.request(SUBJECT.query(asId('h')), { ask: 'console', server, lines: 1 }, 1_000);

  it('is answered from the console, a fault of the driver too', async () => {
    const bench = agentBench();
    await bench.start();
    expect(await ask(bench, SERVER)).toMatchObject({ ok: true, text: expect.stringContaining('login:') });
    expect(await ask(bench, 'another')).toMatchObject({ ok: false, code: 'not-found' });
    bench.world.host('h').disconnect('cut');
    expect(await ask(bench, SERVER)).toEqual({ ok: false, code: 'failed', reason: 'cut' });
  });
});
