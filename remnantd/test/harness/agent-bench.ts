// An agent at work for a test: the real bus, the real files and a simulated host; dispatch is a script in the test's hands.

import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { memoryBus } from '../../src/adapters/memory-bus.ts';
import { Agent } from '../../src/agent/agent.ts';
import { openDurableLog } from '../../src/agent/durable-log.ts';
import { simDriver } from '../../src/drivers/sim/sim-driver.ts';
import { openSimWorld } from '../../src/drivers/sim/sim-world.ts';
import type { JsonValue } from '../../src/lib/json.ts';
import type { CommandId, HostName, ServerId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Beat, Claim, Evidence, EvidenceBatch, Grant, Hello, Report } from '../../src/model/wire.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import { tempDir } from './temp-dir.ts';
import { testClock } from './test-clock.ts';

const HOST = asId<HostName>('h');

/** The server of the one guest there is. */
export const SERVER = asId<ServerId>('11111111-1111-4111-8111-111111111111');

/** A grant of an NMI; `seq` names the command too. */
export function nmiGrant(seq: number, more: Partial<Grant> = {}): Grant {
  const command = asId<CommandId>(`c${seq}`);
  return { command, seq, server: SERVER, order: { kind: 'inject-nmi' }, first: true, validMs: 5_000, ...more };
}

/** Sets up a host with one guest that ignores NMIs, and what dispatch was told; agents are started one after another. */
export function agentBench() {
  const clock = testClock();
  const errors: string[] = [];
  const bus = memoryBus(clock, () => {});
  const world = openSimWorld({
    dir: null,
    now: () => clock.wall(),
    mono: () => clock.mono(),
    defer: (ms, run) => clock.after(ms, run),
  });
  world.plantGuest(HOST, { id: SERVER, name: 'g', metadata: { sim_behaviour: 'ignores' } });
  const stateDir = join(tempDir(), 'state');

  const heard = {
    hellos: [] as Hello[],
    claims: [] as Claim[],
    reports: [] as Report[],
    batches: [] as EvidenceBatch[],
    beats: [] as Beat[],
  };
  /** What dispatch does; a test changes it. `refuse` names subjects that are answered with a refusal. */
  const dispatch = { grants: [] as Grant[], commandSeq: 0, refuse: new Set<string>() };

  const serve = (subject: string, answer: (message: JsonValue) => JsonValue) =>
    bus.serve(subject, async (message) => {
      const reply = answer(message);
      if (dispatch.refuse.has(subject)) throw new Error('not now');
      return reply;
    });
  serve(SUBJECT.hello, (message) => {
    heard.hellos.push(message as unknown as Hello);
    return { commandSeq: dispatch.commandSeq };
  });
  serve(SUBJECT.claim, (message) => {
    heard.claims.push(message as unknown as Claim);
    return { grant: (dispatch.grants.shift() ?? null) as unknown as JsonValue };
  });
  serve(SUBJECT.report, (message) => {
    heard.reports.push(message as unknown as Report);
    return {};
  });
  serve(SUBJECT.evidence, (message) => {
    const batch = message as unknown as EvidenceBatch;
    heard.batches.push(batch);
    return { upTo: batch.entries.at(-1)?.seq ?? 0 };
  });
  bus.subscribe(SUBJECT.beat, (message) => heard.beats.push(message as unknown as Beat));

  let running: Agent | null = null;
  const start = async (openLog = openDurableLog) => {
    running = new Agent({
      host: HOST,
      driver: simDriver({ world, host: HOST }),
      bus,
      clock,
      images: { list: async () => [], find: async () => null, files: async () => null },
      stateDir,
      openLog,
      calls: ['inject-nmi'],
      beatMs: 20,
      pollMs: 20,
      requestMs: 500,
      onError: (what, error) => errors.push(`${what}: ${String(error)}`),
    });
    await running.start();
  };
  const stop = async () => {
    await running?.stop(200);
    running = null;
  };
  onTestFinished(async () => {
    await stop();
    clock.stop();
    await bus.close();
    world.close();
  });
  return {
    clock,
    bus,
    world,
    errors,
    heard,
    dispatch,
    stateDir,
    start,
    stop,
    /** Rings, as dispatch does when a command was queued. */
    ring: () => bus.publish(SUBJECT.ring(HOST), {}),
    /** Every entry that dispatch was told, in the order it was told, repeats included. */
    told: (): Evidence[] => heard.batches.flatMap((batch) => batch.entries),
  };
}
